"""Letters right before and behind digits: of a DNI, an NIE, an IBAN, a RUT."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.personal_data.atoms import Line
from monitor.personal_data.call import Call
from monitor.personal_data.dictation import Piece
from monitor.personal_data.kinds import Said
from monitor.personal_data.letters import letter_at

_WITH_LETTERS = frozenset({7, 8, 9, 22})
"""Digits of DNI, NIE, RUT and IBAN."""
_JOINS_LETTER = frozenset(
    {"letra", "la", "con", "y", "es", "-", "–", ",", ".", "guion", "raya", "a", "ver", "digito", "verificador"}
)
_PARTS = frozenset({"-", "–", "guion", "raya", "verificador"})
_LETTER_REACH = 6


def with_letters(call: Call, pieces: Sequence[Piece]) -> tuple[Said, Piece | None, Piece | None]:
    """The digits of some pieces with the letters beside them, and where those stand."""
    digits = "".join(piece.chars for piece in pieces)
    if len(digits) not in _WITH_LETTERS:
        return Said(digits), None, None
    before, after = _letter_before(call, pieces[0]), _letter_after(call, pieces[-1])
    atoms = call.lines[pieces[-1].line].atoms
    tail = {atom.plain for atom in atoms[max(0, pieces[-1].first - 2) : pieces[-1].first]}
    said = Said(digits, before.chars if before else "", after.chars if after else "", parted=bool(tail & _PARTS))
    return said, before, after


def _letter_before(call: Call, piece: Piece) -> Piece | None:
    atoms, end = call.lines[piece.line].atoms, piece.first
    while end > 0 and atoms[end - 1].plain in {"-", "–", "guion", ","}:
        end -= 1
    for size in (4, 3, 2, 1):
        read = letter_at(atoms, end - size) if size <= end else None
        if read and read[1] == size:
            return Piece(piece.line, end - size, end - 1, read[0])
    if end and atoms[end - 1].plain == "es":
        return Piece(piece.line, end - 1, end - 1, "ES")
    return None


def _letter_after(call: Call, piece: Piece) -> Piece | None:
    """The letter behind a number, in the same turn or, asked for, at the beginning of the party's next."""
    line = call.lines[piece.line]
    here = _leading_letter(line, piece.line, piece.last + 1)
    if here or any(atom.plain not in _JOINS_LETTER for atom in line.atoms[piece.last + 1 :]):
        return here
    for index in range(piece.line + 1, min(piece.line + 3, len(call.lines))):
        if call.lines[index].party is line.party:
            return _leading_letter(call.lines[index], index, 0)
        if not call.quiet(index):
            return None
    return None


def _leading_letter(line: Line, index: int, at: int) -> Piece | None:
    first = at
    while at < min(len(line.atoms), first + _LETTER_REACH) and line.atoms[at].plain in _JOINS_LETTER:
        single = line.atoms[at].plain in {"y", "a"} and (at + 1 == len(line.atoms) or line.atoms[at].pause)
        if single:
            break
        at += 1
    read = letter_at(line.atoms, at) if at < len(line.atoms) else None
    return Piece(index, at, at + read[1] - 1, read[0]) if read else None
