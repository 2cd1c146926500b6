"""The labelled lines of `tests/corpus/personal_data.jsonl`, and how well what is found fits the labels."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.recording import Party
from models.transcript import Turn
from monitor.personal_data.find import find
from monitor.personal_data.finding import Place
from tests.builders import make_turn

CORPUS = Path(__file__).parents[2] / "corpus" / "personal_data.jsonl"
_LABEL = re.compile(r"<(\w+)>(.*?)</\1>")


@dataclass(frozen=True)
class Labelled:
    """A line, and the kind of each labelled stretch of words."""

    id: str
    half: str
    variety: str
    misheard: bool
    turns: tuple[Turn, ...]
    labels: tuple[tuple[str, Place], ...]


def lines(path: Path = CORPUS) -> Iterator[Labelled]:
    with path.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield labelled(row)


def labelled(row: dict[str, Any]) -> Labelled:
    turns: list[Turn] = []
    labels: list[tuple[str, Place]] = []
    for number, said in enumerate(row["turns"]):
        words: list[str] = []
        for text, kind in _parts(said["text"]):
            fresh = text.split()
            if words and kind is None and fresh and not re.search(r"\w", fresh[0]):
                words[-1] += fresh.pop(0)  # a stop that stands behind a label
            if kind:
                labels.append((kind, Place(number, len(words), len(words) + len(fresh) - 1)))
            words += fresh
        start_s = turns[-1].end_s + 0.5 if turns else 0.0
        turns.append(make_turn(Party(said["who"]), start_s, " ".join(words)))
    return Labelled(row["id"], row["half"], row["variety"], row["misheard"], tuple(turns), tuple(labels))


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    at = 0
    for label in _LABEL.finditer(text):
        yield text[at : label.start()], None
        yield label[2], label[1]
        at = label.end()
    yield text[at:], None


@dataclass
class Score:
    """Stretches by kind: found and labelled, found alone, labelled alone."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def add(self, line: Labelled) -> None:
        """A label is found where 80 % of its words are; what is found is right where half of it is labelled so."""
        found = [(one.kind.value, place) for one in find(line.turns) for place in one.places]
        for kind, label in line.labels:
            covered = set().union(*(_words(place) for other, place in found if other == kind))
            done = len(_words(label) & covered) >= 0.8 * len(_words(label))
            (self.right if done else self.missed)[kind] += 1
        for kind, place in found:
            labels = (_words(label) for other, label in line.labels if other == kind)
            if not any(len(_words(place) & label) >= 0.5 * len(_words(place)) for label in labels):
                self.wrong[kind] += 1

    def precision(self, kind: str | None = None) -> float:
        return _share(_count(self.right, kind), _count(self.wrong, kind))

    def recall(self, kind: str | None = None) -> float:
        return _share(_count(self.right, kind), _count(self.missed, kind))


def _words(place: Place) -> set[tuple[int, int]]:
    return {(place.turn, word) for word in range(place.first, place.last + 1)}


def _count(counts: Counter[str], kind: str | None) -> int:
    return counts.total() if kind is None else counts[kind]


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 1.0


def score(half: str | None = None, *, misheard: bool | None = None, path: Path = CORPUS) -> Score:
    """Of the lines of a half, or of all; of those misheard or not, or of both."""
    total = Score()
    for line in lines(path):
        if half in (None, line.half) and misheard in (None, line.misheard):
            total.add(line)
    return total


if __name__ == "__main__":
    for half in ("tuned", "held"):
        total = score(half)
        print(half, f"{total.precision():.3f} {total.recall():.3f}")  # noqa: T201 # a table for people
        for kind in sorted({*total.right, *total.wrong, *total.missed}):
            counts = f"{total.right[kind]} {total.wrong[kind]} {total.missed[kind]}"
            print(f"  {kind:8} {total.precision(kind):.3f} {total.recall(kind):.3f}  {counts}")  # noqa: T201 # as above
