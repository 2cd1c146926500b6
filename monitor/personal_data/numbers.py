"""Numbers: all that the digits of a call can be, the surest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.personal_data.call import Call, Hit
from monitor.personal_data.context import Context
from monitor.personal_data.dictation import Dictation, Piece, dictations, figures_in
from monitor.personal_data.finding import Kind, Proof
from monitor.personal_data.kinds import ABOUT, Reckoned, Said, is_free_phone, reckoned
from monitor.personal_data.letters_beside import with_letters
from monitor.personal_data.numerals import READINGS

_WINDOW = 24
"""Pieces of one number at most."""
_DIGITS_MIN, _DIGITS_MOST = 6, 24
_NAMED_CHECKED, _NAMED, _NAMED_PART, _ABOUT = 0.99, 0.85, 0.8, 0.6
_OF_OTHER_NAME = 0.9
"""Of the confidence without a name, where the call names another kind."""
_SHARED, _SHARED_TURNS = 0.7, 2
_LETTER_BEFORE, _LETTER_BEHIND = frozenset({Kind.NIE, Kind.IBAN}), frozenset({Kind.DNI, Kind.NIE})


def numbers(call: Call) -> list[Hit]:
    """The best of all readings, the surest first."""
    hits: list[Hit] = []
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


def _in_dictation(call: Call, dictation: Dictation) -> Iterator[Hit]:
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


def _window(call: Call, pieces: tuple[Piece, ...], context: Context, *, whole: bool) -> Hit | None:
    said, before, after = with_letters(call, pieces)
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
    return Hit(kind, proof, sure, (*first, *pieces, *last), said.digits)


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


def _shared(call: Call, told: Sequence[Dictation]) -> Iterator[Hit]:
    """Numbers that one party begins and the other ends."""
    for begun, ended in pairwise(told):
        apart = ended.pieces[0].line - begun.pieces[-1].line
        parties = {call.lines[one.pieces[0].line].party for one in (begun, ended)}
        if 1 <= apart <= _SHARED_TURNS and len(parties) > 1 and (context := call.context(begun.pieces)).kinds:
            hit = _window(call, (*begun.pieces, *ended.pieces), context, whole=False)
            if hit and hit.kind in (context.kinds or ()):
                yield replace(hit, confidence=min(hit.confidence, _SHARED))
