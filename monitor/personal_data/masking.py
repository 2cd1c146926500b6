"""What people get of a call: its document with personal data hidden, the place and kind of each still told.

The words in the store stay as they were heard, so that a call can be judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.plain import made
from models.recording import Party
from models.span import Span, union
from models.transcript import Turn, Word
from monitor.personal_data.find import find
from monitor.personal_data.finding import Found, Kind
from monitor.personal_data.numbers_of_calls import Shown, with_numbers_hidden
from monitor.personal_data.quotes import Quotes

Label = Callable[[str, str], str]
"""What stands in the place of a kind in a language, e.g. `[tarjeta]` for `card` in `es`."""

_WORDLESS_S = 2.0
_QUOTED_ALREADY = frozenset({
    "schema", "recording", "answer", "parties", "turns", "overlaps", "silences", "transport", "call", "score",
    "waveform", "notes", "analysed_with",
})  # fmt: skip
"""Parts of the document that quote nobody, or are masked word by word."""


@dataclass(frozen=True, slots=True)
class MaskingSettings:
    """What is hidden, and where."""

    text: frozenset[Kind] = frozenset(Kind)
    sound: frozenset[Kind] = frozenset({Kind.CARD})
    sound_reach_s: float = 0.25
    """Words' times are that uncertain: the sound is hidden from so long before to so long after."""
    confidence_min: float = 0.4
    numbers_of_calls: Shown = Shown.WHOLE


@dataclass(frozen=True, slots=True)
class Masker:
    """Hides what the settings say."""

    label: Label
    settings: MaskingSettings = field(default_factory=MaskingSettings)

    def document(self, doc: Mapping[str, Any]) -> dict[str, Any]:
        """The document as people may have it, with `personal_data` added: where what was hidden."""
        found = self._found(doc)
        hidden = [one for one in found if one.kind in self.settings.text]
        quotes = Quotes(doc["turns"], hidden, self._label_of(doc))
        shown = {name: value if name in _QUOTED_ALREADY else quotes.without(value) for name, value in doc.items()} | {
            "turns": quotes.turns(),
            "personal_data": self._told(found),
        }
        return with_numbers_hidden(shown, self.settings.numbers_of_calls)

    def hidden_sound(self, doc: Mapping[str, Any]) -> tuple[Span, ...]:
        """Where a masked document says that the sound is hidden, and a little around it.

        Sound without words beside it may hold figures that nobody recognised: it is hidden up to the next word.
        """
        reach_s = self.settings.sound_reach_s
        told = (doc.get("personal_data") or {"found": []})["found"]
        hidden = [one for one in told if one["sound_hidden"]]
        spans = [_with_wordless(doc["turns"], one, reach_s) for one in hidden]
        return union(spans, bridge_s=reach_s)

    def _found(self, doc: Mapping[str, Any]) -> list[Found]:
        return [one for one in find(_turns(doc)) if one.confidence >= self.settings.confidence_min]

    def _label_of(self, doc: Mapping[str, Any]) -> Callable[[Kind], str]:
        language = doc["analysed_with"].get("language") or ""
        return lambda kind: self.label(kind.value, language)

    def _told(self, found: Sequence[Found]) -> dict[str, Any]:
        """Kinds and places, no content: a row a stretch, the stretches of one datum under one number."""
        rows = [
            {
                "datum": number,
                "kind": one.kind.value,
                "party": one.party.value,
                "start_s": round(span.start_s, 3),
                "end_s": round(span.end_s, 3),
                "proof": one.proof.value,
                "confidence": round(one.confidence, 3),
                "text_hidden": one.kind in self.settings.text,
                "sound_hidden": one.kind in self.settings.sound,
            }
            for number, one in enumerate(found)
            for span in one.spans
        ]
        return {"found": sorted(rows, key=lambda row: (row["start_s"], row["datum"]))}


def _with_wordless(turns: Sequence[Mapping[str, Any]], one: Mapping[str, Any], reach_s: float) -> Span:
    """A stretch with its reach and what stands without words beside it in its turn."""
    words = [word for turn in turns if turn["party"] == one["party"] for word in turn["words"]]
    before_s = max((word["end_s"] for word in words if word["end_s"] <= one["start_s"]), default=0.0)
    behind_s = min(
        (word["start_s"] for word in words if word["start_s"] >= one["end_s"]), default=one["end_s"] + _WORDLESS_S
    )
    start_s = min(one["start_s"] - reach_s, max(before_s, one["start_s"] - _WORDLESS_S))
    end_s = max(one["end_s"] + reach_s, min(behind_s, one["end_s"] + _WORDLESS_S))
    return Span(max(0.0, start_s), end_s)


def _turns(doc: Mapping[str, Any]) -> list[Turn]:
    return [
        Turn(Party(turn["party"]), turn["start_s"], turn["end_s"], tuple(made(Word, word) for word in turn["words"]))
        for turn in doc["turns"]
    ]
