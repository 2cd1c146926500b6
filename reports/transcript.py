"""The transcript as a page reads it: turns in order of time, and between them what happened without words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PLACES_SHOWN = 6
LOW_PROBABILITY = 0.5
"""Words heard with less are marked, so that nobody reads them as certain."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the transcript."""

    kind: str
    """`turn`, `silence`, `music`, `ring`, `interruption` or `attempt`."""
    start_s: float
    end_s: float
    party: str | None = None
    words: tuple[dict[str, Any], ...] = ()
    yielded: bool = False
    rings: int = 0

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data of one kind: where it was said, and what of it is hidden."""

    kind: str
    places: tuple[tuple[float, float], ...]
    text_hidden: bool
    sound_hidden: bool


def personal_of(document: dict[str, Any]) -> tuple[Personal, ...]:
    """The kinds of personal data in a call, in order of their first place."""
    found = (document.get("personal_data") or {"found": []})["found"]
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by_kind.setdefault(row["kind"], []).append(row)
    return tuple(
        Personal(
            kind,
            tuple((row["start_s"], row["end_s"]) for row in rows[:PLACES_SHOWN]),
            text_hidden=rows[0]["text_hidden"],
            sound_hidden=rows[0]["sound_hidden"],
        )
        for kind, rows in by_kind.items()
    )


def entries_of(document: dict[str, Any]) -> tuple[Entry, ...]:
    """All entries in order of their start."""
    return tuple(sorted([*_turns(document), *_rings(document), *_gaps(document), *_overlaps(document)], key=_order))


def is_low(word: dict[str, Any]) -> bool:
    """Whether a word was heard with so little probability that it must be marked; what is hidden is not judged."""
    return bool(word["probability"] < LOW_PROBABILITY and "masked" not in word)


def _order(entry: Entry) -> tuple[float, bool]:
    return entry.start_s, entry.kind != "turn"


def _turns(document: dict[str, Any]) -> list[Entry]:
    return [
        Entry("turn", turn["start_s"], turn["end_s"], party=turn["party"], words=tuple(turn["words"]))
        for turn in document["turns"]
    ]


def _rings(document: dict[str, Any]) -> list[Entry]:
    answer = document["answer"]
    start_s = answer.get("first_ring_s")
    if not answer["rings"] or start_s is None:
        return []
    return [Entry("ring", start_s, start_s + (answer["ring_to_answer_s"] or 0.0), rings=answer["rings"])]


def _gaps(document: dict[str, Any]) -> list[Entry]:
    return [Entry(item["kind"], item["start_s"], item["end_s"]) for item in document["silences"]]


def _overlaps(document: dict[str, Any]) -> list[Entry]:
    return [
        Entry(item["kind"], item["start_s"], item["end_s"], party=item["by"], yielded=item["yielded"])
        for item in document["overlaps"] or ()
        if item["kind"] in {"interruption", "attempt"}
    ]
