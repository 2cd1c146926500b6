"""A turn's words in the smallest parts that dictation is made of: letters, figures, signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.recording import Party
from models.transcript import Turn
from monitor.personal_data.numerals import Heard
from monitor.protocol.text import plain, sound

_PARTS = re.compile(r"[^\W\d_]+|[0-9]+|\+(?=[0-9])|[@._/:,\-–](?=\w)|[€$%]")
_NOT_DICTATED = re.compile(
    r"\W*(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?|\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}|\d{1,6}[ºª°])\W*"
)
"""Dates, times of day, decimal amounts, ordinals."""
_LONGEST = 400
"""Characters; nobody says a longer word, and what is beyond is not looked at."""
_PAUSES = ",;:.…!?"


@dataclass(frozen=True, slots=True)
class Atom:
    """Letters, figures or one sign."""

    text: str
    plain: str
    sound: str
    word: int
    """Index of its word in the turn."""
    glued: bool
    """Whether it stands directly behind the atom before it, in the same word."""
    pause: bool
    """Whether punctuation is behind it."""

    @property
    def figures(self) -> bool:
        return self.text.isdecimal()


@dataclass(frozen=True)
class Line:
    """One turn in atoms."""

    turn: int
    """Index of the turn in the call."""
    said: Turn
    atoms: tuple[Atom, ...]

    @property
    def party(self) -> Party:
        return self.said.party

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        """As a reader of numerals takes it."""
        return tuple(Heard(atom.plain, atom.pause) for atom in self.atoms)

    @cached_property
    def dates(self) -> frozenset[int]:
        """Words with figures that nobody dictates: dates, times of day, decimal amounts."""
        written = {atom.word for atom in self.atoms if atom.figures}
        return frozenset(word for word in written if _NOT_DICTATED.fullmatch(self.said.words[word].text))


def lines_of(turns: Sequence[Turn]) -> tuple[Line, ...]:
    """The turns in order of time."""
    order = sorted(range(len(turns)), key=lambda index: (turns[index].start_s, turns[index].end_s, index))
    return tuple(Line(index, turns[index], _atoms(turns[index])) for index in order)


def _atoms(turn: Turn) -> tuple[Atom, ...]:
    return tuple(atom for index, word in enumerate(turn.words) for atom in _of_word(word.text, index))


def _of_word(text: str, index: int) -> list[Atom]:
    parts = list(_PARTS.finditer(text[:_LONGEST]))
    made: list[Atom] = []
    for number, part in enumerate(parts):
        glued = number > 0 and parts[number - 1].end() == part.start()
        pause = number == len(parts) - 1 and text.rstrip()[-1:] in _PAUSES
        simple = plain(part[0])
        made.append(Atom(part[0], simple, sound(simple), index, glued, pause))
    return made
