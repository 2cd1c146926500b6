"""CURP and RFC: codes of letters and digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.personal_data.call import Call, Hit
from monitor.personal_data.dictation import Dictation, Piece, codes_in, dictations
from monitor.personal_data.finding import Kind, Proof
from monitor.personal_data.kinds import code_in

_DIGITS_MIN = 6
_NAMED_CHECKED, _NAMED, _ALONE, _ABOUT = 0.99, 0.85, 0.7, 0.6
_SPELT = frozenset({Kind.CURP, Kind.RFC})
_CODE_BEGINS = re.compile(r"(?i)[a-z]{3,4}[ -]?\d{6}|^\d{6}$")
_CURP_ABOUT, _RFC_ABOUT = (14, 20), (10, 15)


def codes(call: Call) -> Iterator[Hit]:
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


def _code(call: Call, dictation: Dictation) -> Hit | None:
    chars, kinds = dictation.chars, call.context(dictation.pieces).kinds
    found = code_in(chars)
    if found:
        kind, proof, begin, end = found
        sure = _NAMED_CHECKED if proof is Proof.CHECK_DIGIT else _NAMED if kinds and kind in kinds else _ALONE
        return Hit(kind, proof, sure, _covering(dictation.pieces, begin, end), "")
    letters = sum(char.isalpha() for char in chars)
    for kind, (least, most) in ((Kind.CURP, _CURP_ABOUT), (Kind.RFC, _RFC_ABOUT)):
        if kinds == frozenset({kind}) and least <= len(chars) <= most and letters >= 3:
            return Hit(kind, Proof.CONTEXT, _ABOUT, dictation.pieces, "")
    return None


def _covering(pieces: Sequence[Piece], begin: int, end: int) -> tuple[Piece, ...]:
    """The pieces that hold the characters from `begin` up to `end`."""
    kept, at = [], 0
    for piece in pieces:
        if at < end and at + len(piece.chars) > begin:
            kept.append(piece)
        at += len(piece.chars)
    return tuple(kept)
