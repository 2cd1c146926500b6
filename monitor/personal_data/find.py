"""Finding personal data in the words of a call. Pure, and the same for the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.span import Span
from models.transcript import Turn
from monitor.personal_data.atoms import lines_of
from monitor.personal_data.call import Call, Hit
from monitor.personal_data.codes import codes
from monitor.personal_data.context import cues_of, heads
from monitor.personal_data.dictation import Piece, figures_in, stretches
from monitor.personal_data.echoes import echoes
from monitor.personal_data.emails import emails_in
from monitor.personal_data.finding import Found, Kind, Place, Proof
from monitor.personal_data.numbers import numbers
from monitor.personal_data.numerals import READINGS

_SURE = 0.8
_MAIL = 0.95


def find(turns: Sequence[Turn]) -> tuple[Found, ...]:
    """The personal data said in a call, in order of time; no word belongs to two."""
    lines = lines_of(turns)
    call = Call(
        lines,
        tuple(heads(line, cues_of(line)) for line in lines),
        tuple(figures_in(index, line, READINGS[0]) for index, line in enumerate(lines)),
    )
    kept: list[Hit] = []
    taken: set[tuple[int, int]] = set()
    counted = numbers(call)
    sure = [hit for hit in counted if hit.confidence >= _SURE]
    for hits in ((*_mails(call), *codes(call), *sure), counted):
        for hit in hits:
            _keep(call, hit, kept, taken)
        for hit in list(echoes(call, kept, taken)):
            _keep(call, hit, kept, taken)
    return tuple(
        sorted((_found(call, hit) for hit in kept), key=lambda one: (one.spans[0].start_s, one.places[0].first))
    )


def _keep(call: Call, hit: Hit, kept: list[Hit], taken: set[tuple[int, int]]) -> None:
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


def _mails(call: Call) -> Iterator[Hit]:
    for pieces in emails_in(call.lines, call.quiet):
        yield Hit(Kind.EMAIL, Proof.FORMAT, _MAIL, pieces, "")


def _found(call: Call, hit: Hit) -> Found:
    ordered = tuple(sorted(hit.pieces, key=_order))
    places: list[Place] = []
    spans: list[Span] = []
    for index, first, last in stretches(call.lines, ordered):
        line = call.lines[index]
        begin, end = line.atoms[first].word, line.atoms[last].word
        if places and places[-1].turn == line.turn and begin <= places[-1].last:  # "0@0" is one word of three atoms
            begin = places.pop().first
            spans.pop()
        words = line.said.words[begin : end + 1]
        places.append(Place(line.turn, begin, end))
        spans.append(Span(words[0].start_s, max(words[0].start_s, *(word.end_s for word in words))))
    party = call.lines[ordered[0].line].party
    return Found(hit.kind, party, hit.proof, hit.confidence, tuple(places), tuple(spans))
