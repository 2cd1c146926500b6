"""E-mail addresses, written or spoken: "marta punto ruiz arroba gmail punto com"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from monitor.personal_data.atoms import Atom, Line
from monitor.personal_data.dictation import Piece
from monitor.personal_data.letters import letter_at
from monitor.personal_data.numerals import Heard, digits_at
from monitor.personal_data.vocabulary import words
from monitor.protocol.text import sound

_AT = frozenset({"@", sound("arroba")})
_AT_ENDING = sound("roba")
_POINT = frozenset({"punto", "."})
_JOINS = frozenset(
    {"punto", ".", "_", "-", "guion", "bajo", "medio", "barra", "baja", "underscore", "subguion", "raya", "+", "doble"}
)
_SPOKEN_JOINS = frozenset({"punto", ".", "_", "-", "underscore", "guion"})
_PROVIDERS = frozenset(map(sound, words("mail_providers")))
_TOPS = words("mail_endings")
_STOPS = words("mail_stops")
_OF_COMPANIES = words("departments")
_LOCAL_MOST, _DOMAIN_MOST = 14, 9
_LETTER_EXAMPLE = 2


def emails_in(lines: Sequence[Line], quiet: Callable[[int], bool]) -> Iterator[tuple[Piece, ...]]:
    """The addresses in the lines, each in its pieces; those of departments are nobody's."""
    for index, line in enumerate(lines):
        for at, size in _signs(line.atoms):
            local = _local(line.atoms, at)
            pieces = [Piece(index, local, at + size - 1, "")]
            if local == at:
                pieces = [*_local_before(lines, index, quiet), Piece(index, at, at + size - 1, "")]
            domain = _domain(line.atoms, at + size)
            if domain is not None:
                pieces[-1] = Piece(index, pieces[-1].first, domain, "")
            elif at + size == len(line.atoms) and (rest := _domain_after(lines, index, quiet)):
                pieces.append(rest)
            else:
                continue
            first = pieces[0]
            if (len(pieces) > 1 or local < at) and not _is_departments(
                lines[first.line].atoms[first.first : first.last + 1]
            ):
                yield tuple(pieces)


def _signs(atoms: Sequence[Atom]) -> Iterator[tuple[int, int]]:
    """Where "arroba" is said, also misheard in two words."""
    for at, atom in enumerate(atoms):
        if atom.sound in _AT or atom.text == "@":
            yield at, 1
        elif atom.plain == "a" and at + 1 < len(atoms) and atoms[at + 1].sound == _AT_ENDING:
            yield at, 2


def _local(atoms: Sequence[Atom], at: int) -> int:
    """The first atom of what stands before the sign at `at`; `at` where there is nothing."""
    first = at
    while first > 0 and at - first < _LOCAL_MOST and _belongs(atoms, first - 1, at):
        first -= 1
    while first < at and atoms[first].plain in _JOINS and atoms[first].plain != "doble":
        first += 1
    return first


def _belongs(atoms: Sequence[Atom], place: int, at: int) -> bool:
    """Whether an atom belongs to the address of which all between it and the sign at `at` is part."""
    word, behind = atoms[place], atoms[place + 1] if place + 1 < at else None
    if word.plain in _JOINS or word.figures:
        return True
    if _is_example(atoms, place) or _in_number(atoms, place) or _is_aside(atoms, place):
        return True
    if word.plain in _STOPS:
        return word.glued or (behind is not None and (behind.glued or behind.plain in _SPOKEN_JOINS))
    return behind is None or not word.pause or not _ends(word, behind)


def _is_example(atoms: Sequence[Atom], at: int) -> bool:
    """Whether an atom is in "be de Burgos": the "de", or the letter's name before it."""
    example = at + 1 < len(atoms) and atoms[at].plain == "de" and atoms[at + 1].text[:1].isupper()
    return example or (at + 2 < len(atoms) and atoms[at + 1].plain == "de" and atoms[at + 2].text[:1].isupper())


def _is_aside(atoms: Sequence[Atom], at: int) -> bool:
    """Whether an atom is the "con" of "ramos, con erre"."""
    return atoms[at].plain == "con" and at + 1 < len(atoms) and letter_at(atoms, at + 1) is not None


def _in_number(atoms: Sequence[Atom], at: int) -> bool:
    """Whether an atom is the "y" of "ochenta y cinco"."""
    if atoms[at].plain != "y" or not 0 < at < len(atoms) - 1:
        return False
    read = digits_at([Heard(atom.plain) for atom in atoms[at - 1 : at + 2]], 0)
    return read is not None and read[1] == 3


def _ends(word: Atom, behind: Atom) -> bool:
    """Whether a pause there ends what was said before: not between letters, figures and what joins."""
    return len(word.plain) > 3 and behind.plain not in _JOINS and len(behind.plain) > 3


def _domain(atoms: Sequence[Atom], at: int) -> int | None:
    """The last atom of a domain that begins at `at`; `None` where none does."""
    ends = [index for index in range(at + 1, min(len(atoms), at + _DOMAIN_MOST)) if _is_top(atoms, index)]
    if ends:
        last = ends[0]
        return last + 2 if last + 2 in ends else last
    known = (index for index in range(at, min(len(atoms), at + 2)) if atoms[index].sound in _PROVIDERS)
    return next(known, None)


def _is_top(atoms: Sequence[Atom], at: int) -> bool:
    return atoms[at].plain in _TOPS and atoms[at - 1].plain in _POINT


def _local_before(lines: Sequence[Line], index: int, quiet: Callable[[int], bool]) -> list[Piece]:
    """What the same party said before, where a turn begins with the sign."""
    for before in range(index - 1, max(-1, index - 4), -1):
        line = lines[before]
        if line.party is lines[index].party:
            first = _local(line.atoms, len(line.atoms))
            return [Piece(before, first, len(line.atoms) - 1, "")] if first < len(line.atoms) else []
        if not quiet(before):
            return []
    return []


def _domain_after(lines: Sequence[Line], index: int, quiet: Callable[[int], bool]) -> Piece | None:
    """The domain at the beginning of the party's next turn."""
    for after in range(index + 1, min(len(lines), index + 4)):
        if lines[after].party is lines[index].party:
            last = _domain(lines[after].atoms, 0)
            return Piece(after, 0, last, "") if last is not None else None
        if not quiet(after):
            return None
    return None


def _is_departments(atoms: Sequence[Atom]) -> bool:
    return any(atom.plain in _OF_COMPANIES for atom in atoms)
