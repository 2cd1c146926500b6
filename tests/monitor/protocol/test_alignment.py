from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.recording import Party
from models.rules import Centre
from models.transcript import Turn
from monitor.protocol.alignment import SCORE_LEAST, aligned, nearly
from monitor.protocol.compiled import compiled_for
from monitor.protocol.hearing import Ear, Heard, hear
from monitor.protocol.match import find
from monitor.protocol.pattern import Pattern
from monitor.protocol.reader import compiled
from monitor.protocol.spelling import spelling
from monitor.protocol.text import tokens_of
from tests.builders import make_words
from tests.monitor.protocol.spoken import SHIPPED

COMPILED = compiled_for(SHIPPED, Centre())
CORPUS = Path(__file__).parents[2] / "corpus" / "core_steps.jsonl"


def heard(text: str, *patterns: Pattern) -> Heard:
    ear = Ear([literal for pattern in patterns for literal in pattern.literals]) if patterns else COMPILED.ear
    turn = Turn(Party.AGENT, 0.0, len(text), make_words(text, 0.0, 0.3 * len(text.split())))
    return hear(tokens_of([(0, turn)]), ear, COMPILED.names.slot)


def test_every_match_of_the_corpus_is_laid_out_with_its_own_words_and_score() -> None:
    """The two searches are one: where one is changed, so must be the other."""
    laid = 0
    for line in CORPUS.read_text(encoding="utf-8").splitlines()[::4]:
        within = heard(json.loads(line)["turns"][0]["text"])
        for phrases in (*COMPILED.steps.values(), *COMPILED.violations.values()):
            for pattern in (*phrases.said, *phrases.near_misses):
                for match in find(pattern, within, 0.84):
                    alignment = aligned(pattern, within, match)
                    assert alignment is not None
                    assert alignment.score == pytest.approx(match.score)
                    tokens = tuple(token for piece in alignment.pieces for token in piece.tokens)
                    assert tokens == match.words
                    assert not alignment.missing
                    laid += 1
    assert laid > 200


def test_words_that_are_missing_are_named_and_cost_their_length() -> None:
    pattern = compiled("en que puedo ayudarle", {})
    [best] = [one for one in nearly(pattern, heard("que puedo ayudarle", pattern)) if len(one.missing) == 1]
    assert [piece.expected for piece in best.missing] == ["en"]
    assert best.score == pytest.approx((len("ke") + len("puedo") + len("ayudarle")) / len("enkepuedoayudarle"))


def test_a_sign_that_does_not_hold_is_named() -> None:
    pattern = compiled("^ muy buenas", {})
    [piece] = next(one for one in nearly(pattern, heard("y muy buenas", pattern)) if one.start == 1).missing
    assert (piece.kind, piece.expected) == ("sign", "^")


def test_a_name_that_is_missing_is_named_by_its_slot() -> None:
    pattern = compiled("le atiende <named>", {})
    missing = [one.missing for one in nearly(pattern, heard("le atiende", pattern))]
    assert [piece.expected for piece in missing[0]] == ["named"]


def test_less_than_half_of_a_pattern_is_no_candidate() -> None:
    pattern = compiled("gracias por su llamada telefonica", {})
    assert nearly(pattern, heard("gracias", pattern)) == []
    assert SCORE_LEAST >= 0.5


def test_words_are_shown_as_the_protocol_writes_them() -> None:
    spelt = spelling(SHIPPED)
    assert spelt.written("ke/komo") == "que/como"
    assert spelt.written("bienbenid*") == "bienvenid*"
    assert spelt.written("brdufa") == "brdufa"
