"""How well the protocol is judged on written calls: precision, recall and F1 a label, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from benchmarks.sentences.marks import Marked

Z = 1.96
"""Of a 95 % interval."""


@dataclass(slots=True)
class Tally:
    """Found and right, found and wrong, missed: by label."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def add(self, label: str, *, found: bool, true: bool) -> None:
        if found and true:
            self.right[label] += 1
        elif found:
            self.wrong[label] += 1
        elif true:
            self.missed[label] += 1

    def precision(self, labels: Iterable[str]) -> tuple[int, int]:
        """Right of all found."""
        right = sum(self.right[label] for label in labels)
        return right, right + sum(self.wrong[label] for label in labels)

    def recall(self, labels: Iterable[str]) -> tuple[int, int]:
        """Right of all true."""
        right = sum(self.right[label] for label in labels)
        return right, right + sum(self.missed[label] for label in labels)

    def f1(self, label: str) -> float:
        right = 2 * self.right[label]
        return right / (right + self.wrong[label] + self.missed[label]) if right else 0.0

    def macro_f1(self, labels: Sequence[str]) -> float:
        """Mean of the F1 of the labels that occur."""
        there = [label for label in labels if self.recall([label])[1]]
        return sum(self.f1(label) for label in there) / len(there) if there else 0.0


def tallied(marks: Iterable[Marked], counts: Callable[[Marked, str], bool] = lambda *_: True) -> Tally:
    """Sentence by sentence; `counts` says of a sentence and one of its labels whether it is asked for."""
    tally = Tally()
    for mark in marks:
        for label in mark.labels | mark.found:
            if label not in mark.labels or counts(mark, label):
                tally.add(label, found=label in mark.found, true=label in mark.labels)
    return tally


def interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share (Wilson 1927), 95 %."""
    if not of:
        return 0.0, 1.0
    share = right / of
    middle = share + Z**2 / (2 * of)
    half = Z * sqrt(share * (1 - share) / of + Z**2 / (4 * of**2))
    return (middle - half) / (1 + Z**2 / of), (middle + half) / (1 + Z**2 / of)


def table(tally: Tally, labels: Sequence[str]) -> str:
    """A line a label, and one for all."""
    lines = [f"{'':24} precision            recall               F1"]
    lines += [_line(label, tally, [label], tally.f1(label)) for label in labels if tally.recall([label])[1]]
    return "\n".join([*lines, _line("all; macro F1", tally, labels, tally.macro_f1(labels))])


def _line(name: str, tally: Tally, labels: Sequence[str], f1: float) -> str:
    shares = "  ".join(_share(*part(labels)) for part in (tally.precision, tally.recall))
    return f"{name:24} {shares}  {f1:.3f}"


def _share(right: int, of: int) -> str:
    low, high = interval(right, of)
    return f"{right / of if of else 0:.3f} ({low:.2f}–{high:.2f})".ljust(19)
