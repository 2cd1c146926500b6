"""Turns and quotes of a document with the words of personal data hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from monitor.personal_data.finding import Found, Kind
from monitor.protocol.text import plain

_PARTS = re.compile(r"[^\W_]+")
_OPENS, _CLOSES = re.compile(r"^[¿¡(\"«]+"), re.compile(r"[.,;:…!?)\"»]+$")
_TELLING = 3
"""Words in a row that tell a part of a datum wherever they stand."""
_TELLING_FIGURES = 5
"""Figures in one word that do."""
_EDGE_S = 0.02


class Quotes:
    """The turns of a document, what is hidden in them, and whatever else repeats their words."""

    def __init__(
        self, turns: Sequence[Mapping[str, Any]], hidden: Sequence[Found], label: Callable[[Kind], str]
    ) -> None:
        self._original = turns
        self._label = label
        self._kinds: list[dict[int, tuple[Kind, int]]] = [{} for _ in turns]
        self._telling: dict[tuple[str, ...], Kind] = {}
        for found in hidden:
            for place in found.places:
                stretch = (found.kind, place.first)
                self._kinds[place.turn] |= dict.fromkeys(range(place.first, place.last + 1), stretch)
                words = turns[place.turn]["words"][place.first : place.last + 1]
                self._tell([part for word in words for part in _parts(word["text"])], found.kind)
        self._words = [self._hidden(number) for number in range(len(turns))]

    def turns(self) -> list[dict[str, Any]]:
        """The turns, each hidden stretch one word: its kind."""
        return [
            {**turn, "text": _text(words), "words": words} if kinds else dict(turn)
            for turn, words, kinds in zip(self._original, self._words, self._kinds, strict=True)
        ]

    def without(self, value: Any) -> Any:
        """A part of the document with hidden words hidden in every text of it."""
        if not self._telling:
            return value
        if isinstance(value, list | tuple):
            return [self.without(item) for item in value]
        if isinstance(value, Mapping):
            return {name: self._field(value, name, item) for name, item in value.items()}
        return self._swept(value) if isinstance(value, str) else value

    def _field(self, place: Mapping[str, Any], name: str, value: Any) -> Any:
        """A field, said anew from the turns where its place holds hidden words."""
        if not isinstance(value, str):
            return self.without(value)
        start_s = place.get(f"{name}_start_s", place.get("start_s"))
        end_s = place.get("end_s") if f"{name}_start_s" not in place else None
        party = place.get("party")
        if start_s is None:
            return self._swept(value)
        return self._swept(self._again(value, start_s, end_s, party) or value)

    def _again(self, quote: str, start_s: float, end_s: float | None, party: str | None) -> str | None:
        """A quote from the words that are shown; `None` where none of its own is hidden."""
        wanted = set(_parts(quote))
        if not wanted:
            return None
        for number, turn in enumerate(self._original):
            if not self._kinds[number] or (party and turn["party"] not in {party, "both"}):
                continue
            until_s = end_s if end_s is not None else _end_s(turn["words"], start_s, quote)
            if until_s is None or not self._touched(number, start_s, until_s, wanted):
                continue
            shown = (word for word in self._words[number] if _within(word, start_s, until_s))
            return _CLOSES.sub("", _text(list(shown)))
        return None

    def _touched(self, number: int, start_s: float, end_s: float, wanted: set[str]) -> bool:
        """Whether a quote is of these words and some of them are hidden."""
        inside = [at for at, word in enumerate(self._original[number]["words"]) if _within(word, start_s, end_s)]
        said = {part for at in inside for part in _parts(self._original[number]["words"][at]["text"])}
        return wanted <= said and any(at in self._kinds[number] for at in inside)

    def _swept(self, text: str) -> str:
        """A text without what tells a hidden datum, wherever the text came from."""
        parts = list(_PARTS.finditer(text))
        simple = [plain(part[0]) for part in parts]
        kinds: dict[int, Kind] = {}
        for size in (1, _TELLING):
            for at in range(len(parts) - size + 1):
                kind = self._telling.get(tuple(simple[at : at + size]))
                kinds |= {} if kind is None else dict.fromkeys(range(at, at + size), kind)
        for first, last, kind in reversed(list(_runs(kinds))):
            text = text[: parts[first].start()] + self._label(kind) + text[parts[last].end() :]
        return text

    def _tell(self, parts: Sequence[str], kind: Kind) -> None:
        for part in parts:
            if sum(char.isdecimal() for char in part) >= _TELLING_FIGURES:
                self._telling[(part,)] = kind
        for at in range(max(1, len(parts) - _TELLING + 1)):
            if len(parts) >= _TELLING or any(char.isdecimal() for char in parts[at]):
                self._telling[tuple(parts[at : at + _TELLING])] = kind

    def _hidden(self, number: int) -> list[dict[str, Any]]:
        words: list[dict[str, Any]] = []
        before: tuple[Kind, int] | None = None
        for at, word in enumerate(self._original[number]["words"]):
            stretch = self._kinds[number].get(at)
            if stretch is None:
                words.append(dict(word))
            elif stretch == before:
                words[-1] = self._grown(words[-1], word, stretch[0])
            else:
                words.append(self._begun(word, stretch[0]))
            before = stretch
        return words

    def _begun(self, word: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
        opens, closes = _OPENS.match(word["text"]), _CLOSES.search(word["text"])
        text = f"{opens[0] if opens else ''}{self._label(kind)}{closes[0] if closes else ''}"
        return {**word, "text": text, "masked": kind.value}

    def _grown(self, begun: Mapping[str, Any], word: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
        closes = _CLOSES.search(word["text"])
        opens = _OPENS.match(begun["text"])
        return {
            **begun,
            "text": f"{opens[0] if opens else ''}{self._label(kind)}{closes[0] if closes else ''}",
            "end_s": max(begun["end_s"], word["end_s"]),
            "probability": min(begun["probability"], word["probability"]),
        }


def _parts(text: str) -> list[str]:
    return [plain(part) for part in _PARTS.findall(text)]


def _text(words: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(word["text"] for word in words)


def _within(word: Mapping[str, Any], start_s: float, end_s: float) -> bool:
    """Whether a word is in a span; one that only touches its edge is not."""
    if word["end_s"] - word["start_s"] <= _EDGE_S:
        return bool(start_s <= word["start_s"] <= end_s)
    return bool(word["start_s"] < end_s - _EDGE_S / 2 and word["end_s"] > start_s + _EDGE_S / 2)


def _end_s(words: Sequence[Mapping[str, Any]], start_s: float, quote: str) -> float | None:
    """Where a quote ends that begins at a word's start."""
    left = len(_parts(quote))
    for word in words:
        if word["start_s"] >= start_s - _EDGE_S and left > 0:
            left -= max(1, len(_parts(word["text"])))
            if left <= 0:
                return float(word["end_s"])
    return float(words[-1]["end_s"]) if words and words[-1]["end_s"] > start_s else None


def _runs(kinds: Mapping[int, Kind]) -> Iterator[tuple[int, int, Kind]]:
    """First and last of neighbours of one kind."""
    begun: list[int] = []
    for at in sorted(kinds):
        if begun and (at != begun[-1] + 1 or kinds[at] is not kinds[begun[-1]]):
            yield begun[0], begun[-1], kinds[begun[-1]]
            begun = []
        begun.append(at)
    if begun:
        yield begun[0], begun[-1], kinds[begun[-1]]
