"""Finding personal data in the words of a call. Pure, and the same for the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.span import Span
from models.transcript import Turn
from monitor.personal_data.atoms import Line, lines_of
from monitor.personal_data.context import Context, Cue, context_of, cues_of, heads, tells_last_figures
from monitor.personal_data.dictation import Dictation, Piece, codes_in, dictations, figures_in, stretches
from monitor.personal_data.emails import emails_in
from monitor.personal_data.finding import Found, Kind, Place, Proof
from monitor.personal_data.kinds import ABOUT, Reckoned, Said, code_in, is_free_phone, reckoned
from monitor.personal_data.letters import letter_at
from monitor.personal_data.numerals import READINGS

_WINDOW = 24
"""Pieces of one number at most."""
_DIGITS_MIN, _DIGITS_MOST = 6, 24
_SPELT = frozenset({Kind.CURP, Kind.RFC})
_CODE_BEGINS = re.compile(r"(?i)[a-z]{3,4}[ -]?\d{6}|^\d{6}$")
_SURE = 0.8
_NAMED_CHECKED, _NAMED, _NAMED_PART, _ABOUT = 0.99, 0.85, 0.8, 0.6
_OF_OTHER_NAME = 0.9
"""Of the confidence without a name, where the call names another kind."""
_SHARED, _SHARED_TURNS = 0.7, 2
_ECHO = 0.8
_ECHO_FAR, _ECHO_NEAR, _ECHO_TURNS = 6, 3, 4
_CURP_ABOUT, _RFC_ABOUT = (14, 20), (10, 15)
_WITH_LETTERS = frozenset({7, 8, 9, 22})
"""Digits of DNI, NIE, RUT and IBAN."""
_LETTER_BEFORE, _LETTER_BEHIND = frozenset({Kind.NIE, Kind.IBAN}), frozenset({Kind.DNI, Kind.NIE})
_JOINS_LETTER = frozenset(
    {"letra", "la", "con", "y", "es", "-", "–", ",", ".", "guion", "raya", "a", "ver", "digito", "verificador"}
)
_PARTS = frozenset({"-", "–", "guion", "raya", "verificador"})
_LETTER_REACH = 6


@dataclass(frozen=True, slots=True)
class _Hit:
    """What some pieces are."""

    kind: Kind
    proof: Proof
    confidence: float
    pieces: tuple[Piece, ...]
    """With the letters that belong to it."""
    digits: str
    reading: int = 0
    """Its place among `READINGS`."""


@dataclass(frozen=True, slots=True)
class _Call:
    """The lines of a call, what is named in them, and their figures in the likeliest reading."""

    lines: tuple[Line, ...]
    cues: tuple[tuple[Cue, ...], ...]
    figures: tuple[tuple[Piece, ...], ...]

    def quiet(self, index: int) -> bool:
        return not self.cues[index]

    def context(self, pieces: Sequence[Piece]) -> Context:
        first, last = pieces[0], pieces[-1]
        return context_of(self.lines, self.cues, (first.line, first.first), (last.line, last.last))


def find(turns: Sequence[Turn]) -> tuple[Found, ...]:
    """The personal data said in a call, in order of time; no word belongs to two."""
    lines = lines_of(turns)
    call = _Call(
        lines,
        tuple(heads(line, cues_of(line)) for line in lines),
        tuple(figures_in(index, line, READINGS[0]) for index, line in enumerate(lines)),
    )
    kept: list[_Hit] = []
    taken: set[tuple[int, int]] = set()
    numbers = _numbers(call)
    sure = [hit for hit in numbers if hit.confidence >= _SURE]
    for hits in ((*_mails(call), *_codes(call), *sure), numbers):
        for hit in hits:
            _keep(call, hit, kept, taken)
        for hit in list(_echoes(call, kept, taken)):
            _keep(call, hit, kept, taken)
    return tuple(
        sorted((_found(call, hit) for hit in kept), key=lambda one: (one.spans[0].start_s, one.places[0].first))
    )


def _keep(call: _Call, hit: _Hit, kept: list[_Hit], taken: set[tuple[int, int]]) -> None:
    words = {
        (index, word)
        for index, first, last in stretches(call.lines, sorted(hit.pieces, key=_order))
        for word in range(call.lines[index].atoms[first].word, call.lines[index].atoms[last].word + 1)
    }
    if not words & taken:
        kept.append(hit)
        taken |= words


def _order(piece: Piece) -> tuple[int, int]:
    return piece.line, piece.first


def _mails(call: _Call) -> Iterator[_Hit]:
    for pieces in emails_in(call.lines, call.quiet):
        yield _Hit(Kind.EMAIL, Proof.FORMAT, 0.95, pieces, "")


def _codes(call: _Call) -> Iterator[_Hit]:
    """CURP and RFC, of letters and digits: where the call names one, or a word looks like one."""
    named = any(cue.kinds & _SPELT for cues in call.cues for cue in cues)
    if not named and not any(_CODE_BEGINS.search(word.text) for line in call.lines for word in line.said.words):
        return
    said = [codes_in(index, line) for index, line in enumerate(call.lines)]
    for dictation in dictations(call.lines, said, call.quiet):
        chars = dictation.chars
        if len(chars) < _RFC_ABOUT[0] or sum(char.isdecimal() for char in chars) < _DIGITS_MIN:
            continue
        hit = _code(call, dictation)
        if hit:
            yield hit


def _code(call: _Call, dictation: Dictation) -> _Hit | None:
    chars, kinds = dictation.chars, call.context(dictation.pieces).kinds
    found = code_in(chars)
    if found:
        kind, proof, begin, end = found
        sure = _NAMED_CHECKED if proof is Proof.CHECK_DIGIT else _NAMED if kinds and kind in kinds else 0.7
        return _Hit(kind, proof, sure, _covering(dictation.pieces, begin, end), "")
    letters = sum(char.isalpha() for char in chars)
    for kind, (least, most) in ((Kind.CURP, _CURP_ABOUT), (Kind.RFC, _RFC_ABOUT)):
        if kinds == frozenset({kind}) and least <= len(chars) <= most and letters >= 3:
            return _Hit(kind, Proof.CONTEXT, _ABOUT, dictation.pieces, "")
    return None


def _covering(pieces: Sequence[Piece], begin: int, end: int) -> tuple[Piece, ...]:
    """The pieces that hold the characters from `begin` up to `end`."""
    kept, at = [], 0
    for piece in pieces:
        if at < end and at + len(piece.chars) > begin:
            kept.append(piece)
        at += len(piece.chars)
    return tuple(kept)


def _numbers(call: _Call) -> list[_Hit]:
    """The best of all readings, the surest first."""
    hits: list[_Hit] = []
    seen: set[Dictation] = set()
    first = call.figures
    for place, reading in enumerate(READINGS):
        said = [figures_in(index, call.lines[index], reading) if pieces else () for index, pieces in enumerate(first)]
        told = dictations(call.lines, said, call.quiet)
        fresh = (one for one in told if one not in seen)
        hits += [replace(hit, reading=place) for one in fresh for hit in _in_dictation(call, one)]
        if not seen:
            hits += _shared(call, told)
        seen.update(told)
    # A reading that is less likely only counts where it is surer.
    return sorted(hits, key=lambda hit: (-hit.confidence, hit.reading, -len(hit.digits), hit.pieces[0].line))


def _in_dictation(call: _Call, dictation: Dictation) -> Iterator[_Hit]:
    pieces = dictation.pieces
    if len(dictation.chars) < _DIGITS_MIN:
        return
    context = call.context(pieces)
    if len(pieces) > _WINDOW or len(dictation.chars) > _DIGITS_MOST:
        whole = _window(call, pieces, context, whole=True)
        if whole:
            yield whole
    for begin in range(len(pieces)):
        size = 0
        for end in range(begin + 1, min(len(pieces), begin + _WINDOW) + 1):
            size += len(pieces[end - 1].chars)
            if size > _DIGITS_MOST:
                break
            if size >= _DIGITS_MIN:
                hit = _window(call, pieces[begin:end], context, whole=end - begin == len(pieces))
                if hit:
                    yield hit


def _window(call: _Call, pieces: tuple[Piece, ...], context: Context, *, whole: bool) -> _Hit | None:
    said, before, after = _with_letters(call, pieces)
    graded = ((_confidence(one, context, whole=whole), one.kind, one.proof) for one in reckoned(said))
    best = max(graded, key=lambda one: one[0], default=(0.0, Kind.CARD, Proof.FORMAT))
    if best[0] == 0.0:
        about = _about(said, context) if whole else None
        if about is None:
            return None
        best = (_ABOUT, about, Proof.CONTEXT)
    sure, kind, proof = best
    first = (before,) if before and kind in _LETTER_BEFORE else ()
    last = (after,) if after and _ends_in(kind, after.chars) else ()
    return _Hit(kind, proof, sure, (*first, *pieces, *last), said.digits)


def _ends_in(kind: Kind, letter: str) -> bool:
    return kind in _LETTER_BEHIND or (kind is Kind.RUT and letter == "K")


def _confidence(one: Reckoned, context: Context, *, whole: bool) -> float:
    """How sure it is that a number is this, by what the call says of it."""
    kinds = context.kinds
    checked = one.proof is Proof.CHECK_DIGIT
    if kinds and one.kind in kinds:
        known = checked and (one.alone > 0 or len(kinds) == 1)
        return _NAMED_CHECKED if known else _NAMED if whole else _NAMED_PART
    if kinds is not None and not kinds:
        return one.against
    if kinds and one.kind in context.beside:
        return 0.9 if checked else 0.7
    if not checked and not whole:
        return 0.0
    return one.alone if kinds is None else one.alone * _OF_OTHER_NAME * checked


def _about(said: Said, context: Context) -> Kind | None:
    """What the call names and has not quite the length of."""
    if is_free_phone(said.digits) or said.digits.endswith("000"):
        return None
    for kind in sorted(context.kinds or ()):
        least, most = ABOUT.get(kind, (1, 0))
        if least <= len(said.digits) <= most:
            return kind
    return None


def _with_letters(call: _Call, pieces: Sequence[Piece]) -> tuple[Said, Piece | None, Piece | None]:
    digits = "".join(piece.chars for piece in pieces)
    if len(digits) not in _WITH_LETTERS:
        return Said(digits), None, None
    before, after = _letter_before(call, pieces[0]), _letter_after(call, pieces[-1])
    atoms = call.lines[pieces[-1].line].atoms
    tail = {atom.plain for atom in atoms[max(0, pieces[-1].first - 2) : pieces[-1].first]}
    said = Said(digits, before.chars if before else "", after.chars if after else "", parted=bool(tail & _PARTS))
    return said, before, after


def _letter_before(call: _Call, piece: Piece) -> Piece | None:
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


def _letter_after(call: _Call, piece: Piece) -> Piece | None:
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


def _shared(call: _Call, told: Sequence[Dictation]) -> Iterator[_Hit]:
    """Numbers that one party begins and the other ends."""
    for begun, ended in pairwise(told):
        apart = ended.pieces[0].line - begun.pieces[-1].line
        parties = {call.lines[one.pieces[0].line].party for one in (begun, ended)}
        if 1 <= apart <= _SHARED_TURNS and len(parties) > 1 and (context := call.context(begun.pieces)).kinds:
            hit = _window(call, (*begun.pieces, *ended.pieces), context, whole=False)
            if hit and hit.kind in (context.kinds or ()):
                yield replace(hit, confidence=min(hit.confidence, _SHARED))


def _echoes(call: _Call, kept: Sequence[_Hit], taken: set[tuple[int, int]]) -> Iterator[_Hit]:
    """Read-backs: the digits of what was found, said again whole or in parts."""
    numbers = [(hit, {piece.line for piece in hit.pieces}) for hit in kept if hit.digits]
    if not numbers:
        return
    for index, pieces in enumerate(call.figures):
        for run in _runs(call.lines, pieces):
            digits = "".join(piece.chars for piece in run)
            words = {call.lines[index].atoms[piece.first].word for piece in run}
            if any((index, word) in taken for word in words) or tells_last_figures(call.lines[index], run[0].first):
                continue
            hit = next((hit for hit, lines in numbers if _echoes_of(digits, hit.digits, index, lines)), None)
            if hit:
                yield _Hit(hit.kind, Proof.ECHO, _ECHO, run, "")


def _echoes_of(digits: str, number: str, index: int, lines: Iterable[int]) -> bool:
    near = min(abs(index - line) for line in lines) <= _ECHO_TURNS
    return len(digits) >= (_ECHO_NEAR if near else _ECHO_FAR) and digits in number


def _runs(lines: Sequence[Line], pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    for _, first, last in stretches(lines, pieces):
        yield tuple(piece for piece in pieces if first <= piece.first and piece.last <= last)


def _found(call: _Call, hit: _Hit) -> Found:
    ordered = tuple(sorted(hit.pieces, key=_order))
    places, spans = [], []
    for index, first, last in stretches(call.lines, ordered):
        line = call.lines[index]
        begin, end = line.atoms[first].word, line.atoms[last].word
        words = line.said.words[begin : end + 1]
        places.append(Place(line.turn, begin, end))
        spans.append(Span(words[0].start_s, max(words[0].start_s, *(word.end_s for word in words))))
    party = call.lines[ordered[0].line].party
    return Found(hit.kind, party, hit.proof, hit.confidence, tuple(places), tuple(spans))
