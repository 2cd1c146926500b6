"""Numbers and codes as they are dictated: in pieces, over several turns, with "ajá" and read-backs in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.personal_data.atoms import Atom, Line
from monitor.personal_data.letters import letters_at
from monitor.personal_data.numerals import READINGS, Reading, digits_at
from monitor.personal_data.vocabulary import words

LINKS = frozenset(
    {"y", "de", "coma", "guion", "espacio", "punto", "raya", "barra", "-", "–", ".", ",", "/", "_", "+", "mas"}
)
"""What is said or written between the parts of one number."""
_FILLERS = words("fillers")
"""What is said between the pieces of one dictation, and says nothing."""
_UNITS = words("units")
_ROUND = words("round")
"""What makes a number before it an amount, a time or a day."""
_BREATH = 6
"""Words that say nothing between two pieces."""
_LISTENING = 16
"""Words of the other between two pieces."""
_TURNS_BETWEEN = 4
_PAUSE_S = 30.0

Quiet = Callable[[int], bool]
"""Whether nothing in the line of this index is the name of another number."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Figures or letters in one go: atoms `first` up to and with `last` of a line."""

    line: int
    first: int
    last: int
    chars: str


@dataclass(frozen=True, slots=True)
class Dictation:
    """Pieces that one party said one after the other."""

    pieces: tuple[Piece, ...]

    @property
    def chars(self) -> str:
        return "".join(piece.chars for piece in self.pieces)


def figures_in(line: int, atoms: Line, reading: Reading) -> tuple[Piece, ...]:
    """The numbers in a line but for amounts, dates and times."""
    return tuple(_pieces(line, atoms, reading, spelt=False))


def codes_in(line: int, atoms: Line) -> tuple[Piece, ...]:
    """The numbers and letters in a line."""
    return tuple(_pieces(line, atoms, READINGS[0], spelt=True))


def _pieces(index: int, line: Line, reading: Reading, *, spelt: bool) -> Iterator[Piece]:
    at, atoms = 0, line.atoms
    while at < len(atoms):
        read = None if atoms[at].word in line.dates else digits_at(line.heard, at, reading)
        if read is None and spelt:
            read = letters_at(atoms, at)
        if read is None:
            at += 1
            continue
        chars, size = read
        if not _is_amount(atoms, at, at + size):
            yield Piece(index, at, at + size - 1, chars)
        at += size


def _is_amount(atoms: Sequence[Atom], first: int, end: int) -> bool:
    behind = atoms[end].plain if end < len(atoms) and not atoms[end - 1].pause else ""
    counted = behind == "de" and end + 1 < len(atoms) and atoms[end + 1].plain in _UNITS
    ends_round = atoms[end - 1].plain in _ROUND
    return ends_round or behind in _UNITS or counted or (first > 0 and atoms[first - 1].text in {"€", "$"})


def dictations(lines: Sequence[Line], pieces: Sequence[Sequence[Piece]], quiet: Quiet) -> list[Dictation]:
    """The pieces of all lines, those of one dictation together, in the order of their beginnings."""
    open_of: dict[str, list[Piece]] = {}
    done: list[list[Piece]] = []
    for index, line in enumerate(lines):
        for piece in pieces[index]:
            begun = open_of.get(line.party)
            if begun and _goes_on(lines, begun[-1], piece, quiet):
                begun.append(piece)
            else:
                open_of[line.party] = [piece]
                done.append(open_of[line.party])
    return [Dictation(tuple(one)) for one in done]


def _goes_on(lines: Sequence[Line], before: Piece, piece: Piece, quiet: Quiet) -> bool:
    if before.line == piece.line:
        return _says_nothing(lines[piece.line].atoms[before.last + 1 : piece.first])
    between = range(before.line + 1, piece.line)
    tail, head = lines[before.line].atoms[before.last + 1 :], lines[piece.line].atoms[: piece.first]
    return (
        len(between) <= _TURNS_BETWEEN
        and lines[piece.line].said.start_s - lines[before.line].said.end_s <= _PAUSE_S
        and _says_nothing(tail)
        and _says_nothing(head)
        and all(len(lines[index].atoms) <= _LISTENING and quiet(index) for index in between)
    )


def _says_nothing(atoms: Sequence[Atom]) -> bool:
    words = [atom.plain for atom in atoms if atom.plain not in LINKS]
    return len(words) <= _BREATH and all(
        word in _FILLERS or (len(word) == 1 and not word.isdecimal()) for word in words
    )


def next_to(lines: Sequence[Line], before: Piece, piece: Piece) -> bool:
    """Whether nothing but what links stands between two pieces of a line."""
    between = lines[piece.line].atoms[before.last + 1 : piece.first]
    return before.line == piece.line and all(atom.plain in LINKS for atom in between)


def stretches(lines: Sequence[Line], pieces: Sequence[Piece]) -> Iterator[tuple[int, int, int]]:
    """Line, first and last atom of each stretch of pieces without other words between."""
    begun = 0
    for at, (before, piece) in enumerate(pairwise(pieces), start=1):
        if not next_to(lines, before, piece):
            yield pieces[begun].line, pieces[begun].first, pieces[at - 1].last
            begun = at
    if pieces:
        yield pieces[begun].line, pieces[begun].first, pieces[-1].last
