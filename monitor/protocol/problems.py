"""What is wrong with a protocol, as messages of the catalogue, so that people read it in their language."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import process

from models.errors import ProtocolError
from reports.catalogue import Catalogue

LIKELY = 60
"""Likeness in percent from which a name is taken for the one that was meant."""


@cache
def _english() -> Catalogue:
    """What logs and tests read."""
    return Catalogue("en")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: message `mistake-<id>`, with the likeliest name meant."""

    id: str
    args: tuple[tuple[str, str], ...] = ()
    meant: str | None = None

    def told(self, catalogue: Catalogue) -> str:
        """What is wrong and what to do."""
        text = catalogue.text(f"mistake-{self.id}", **dict(self.args))
        return text if self.meant is None else catalogue.text("mistake-meant", problem=text, meant=self.meant)

    def __str__(self) -> str:
        return self.told(_english())

    def near(self, name: str, known: Collection[str], least: int = LIKELY) -> Problem:
        """The problem with the likeliest of the `known` names in it, where one is like `name`."""
        found = process.extractOne(name, list(known), score_cutoff=least)
        return replace(self, meant=found[0]) if found else self


def problem(message_id: str, **args: object) -> Problem:
    """The problem of this message."""
    return Problem(message_id, tuple((name, str(value)) for name, value in args.items()))


@dataclass(frozen=True, slots=True)
class Place:
    """One problem with its place in a file."""

    problem: Problem
    line: int | None = None
    name: str = ""
    """Of the key or entry; empty for the file as a whole."""
    inherited: bool = False

    def told(self, file: str, catalogue: Catalogue) -> str:
        """The place, its name, what is wrong, in a line."""
        name = catalogue.text("mistake-inherited", name=self.name) if self.inherited else self.name
        at = file if self.line is None else f"{file}:{self.line}"
        return ": ".join(part for part in (at, name, self.problem.told(catalogue)) if part)


class InvalidProtocolError(ProtocolError):
    """A protocol or what is tried on it is wrong; `places` holds all of it at once."""

    def __init__(self, file: str, places: Sequence[Place], code: str | None = None) -> None:
        self.file = file
        self.places = tuple(sorted(places, key=lambda place: (place.line or 0, place.name, place.problem.id)))
        super().__init__(file, code)

    def lines(self, catalogue: Catalogue) -> list[str]:
        """Every mistake in a line, in their order in the file."""
        return list(dict.fromkeys(place.told(self.file, catalogue) for place in self.places))

    def __str__(self) -> str:
        return "\n".join(self.lines(_english()))
