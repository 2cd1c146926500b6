"""What a number is, by the words around it: "mi tarjeta es la…", "¿su cédula?", "el pedido es el…"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.personal_data.atoms import Atom, Line
from monitor.personal_data.finding import Kind
from monitor.personal_data.vocabulary import names
from monitor.protocol.text import sound

NOTHING: frozenset[Kind] = frozenset()
"""What a number is called that is not personal: a case, an order, an amount."""

_BY_SOUND = {sound(word): frozenset(map(Kind, kinds)) for kinds, word in names()}
_PHRASES: dict[tuple[str, ...], frozenset[Kind]] = {
    ("d", "n", "i"): frozenset({Kind.DNI}),
    ("de", "ene", "i"): frozenset({Kind.DNI}),
    ("erre", "efe", "ce"): frozenset({Kind.RFC}),
    ("r", "f", "c"): frozenset({Kind.RFC}),
    ("se", "lo", "puedo", "llamar"): frozenset({Kind.PHONE}),
    ("puede", "llamar", "al"): NOTHING,
    ("puede", "llamar", "a"): NOTHING,
    ("numero", "de", "contacto"): frozenset({Kind.PHONE}),
    ("a", "que", "numero"): frozenset({Kind.PHONE}),
}
_LONGEST_PHRASE = 4
_PLURAL_FROM = 5
_REACH = 16
"""Words of the same turn between a name and its number."""
_REACH_BACK = 34
"""Words back to the question that a number answers."""
_TURNS_BACK = 5
_REACH_ON = 7
_HEAD_REACH = 5
_BINDS = frozenset({"de", "del", "asociado", "asociada", "vinculado", "vinculada", "con", "en"})
"""What makes the second of two names the first one's own: "el teléfono del contrato"."""
_LAST_FIGURES = frozenset({"termina", "terminada", "terminado", "acaba", "acabada", "acabado", "ultimos", "ultimas"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A name of numbers, at atoms `first` up to and with `last` of a line."""

    first: int
    last: int
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Context:
    """What the call says that a number is."""

    kinds: frozenset[Kind] | None
    """`None`: it says nothing; empty: nothing personal."""
    beside: frozenset[Kind] = NOTHING
    """Other kinds that were asked for in the same breath."""


NO_CONTEXT = Context(None)


def cues_of(line: Line) -> tuple[Cue, ...]:
    """The names of numbers in a line."""
    return tuple(_cues(line.atoms))


def _cues(atoms: Sequence[Atom]) -> Iterator[Cue]:
    at = 0
    while at < len(atoms):
        cue = _phrase(atoms, at)
        if cue is None and (kinds := _named(atoms[at])) is not None:
            cue = Cue(at, at, kinds)
        if cue:
            yield cue
        at = cue.last + 1 if cue else at + 1


def _phrase(atoms: Sequence[Atom], at: int) -> Cue | None:
    words = tuple(atom.plain for atom in atoms[at : at + _LONGEST_PHRASE])
    for size in range(len(words), 1, -1):
        if words[:size] in _PHRASES:
            return Cue(at, at + size - 1, _PHRASES[words[:size]])
    return None


def _named(atom: Atom) -> frozenset[Kind] | None:
    found = _BY_SOUND.get(atom.sound)
    plural = len(atom.sound) >= _PLURAL_FROM and atom.sound.endswith("s")
    return found if found is not None or not plural else _BY_SOUND.get(atom.sound[:-1])


def context_of(
    lines: Sequence[Line], cues: Sequence[Sequence[Cue]], first: tuple[int, int], last: tuple[int, int]
) -> Context:
    """What is said of a number between two places, each a line's index and an atom's."""
    before = _before(cues[first[0]], first[1])
    if before and first[1] - before.last <= _REACH:
        return Context(before.kinds)
    return _behind(cues[last[0]], last[1]) or _asked(lines, cues, first) or NO_CONTEXT


def tells_last_figures(line: Line, first: int) -> bool:
    """Whether a number is said to be but the end of one: "termina en 6450"."""
    return any(atom.plain in _LAST_FIGURES for atom in line.atoms[max(0, first - 4) : first])


def _before(cues: Sequence[Cue], at: int) -> Cue | None:
    """The last name before an atom."""
    known = [cue for cue in cues if cue.last < at]
    return known[-1] if known else None


def heads(line: Line, cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The cues without those that only say whose or of what another one is."""
    kept: list[Cue] = []
    for cue in cues:
        between = line.atoms[kept[-1].last + 1 : cue.first] if kept else ()
        bound = any(atom.plain in _BINDS for atom in between) and not any(atom.pause for atom in between)
        if kept and len(between) <= _HEAD_REACH and bound and not any(atom.figures for atom in between):
            kept[-1] = Cue(kept[-1].first, cue.last, kept[-1].kinds)
        else:
            kept.append(cue)
    return tuple(kept)


def _behind(cues: Sequence[Cue], at: int) -> Context | None:
    """Of "612…, ese es mi móvil"."""
    after = next((cue for cue in cues if at < cue.first <= at + _REACH_ON), None)
    return Context(after.kinds) if after else None


def _in_one_breath(line: Line, cues: Sequence[Cue]) -> frozenset[Kind]:
    """Of "¿a qué RUC emito la factura?", the RUC: what is personal among the last clause's names."""
    begin = max((at for at, atom in enumerate(line.atoms[: cues[-1].first]) if atom.pause), default=-1)
    return next((cue.kinds for cue in cues if cue.first > begin and cue.kinds), NOTHING)


def _asked(lines: Sequence[Line], cues: Sequence[Sequence[Cue]], first: tuple[int, int]) -> Context | None:
    """What the turns before asked for."""
    reach = first[1]
    for index in range(first[0] - 1, max(-1, first[0] - 1 - _TURNS_BACK), -1):
        size = len(lines[index].atoms)
        known = [cue for cue in cues[index] if reach + size - cue.last <= _REACH_BACK]
        if known:
            others = frozenset().union(*(cue.kinds for cue in known[:-1]))
            return Context(known[-1].kinds or _in_one_breath(lines[index], known), others)
        reach += size
        if reach > _REACH_BACK:
            return None
    return None
