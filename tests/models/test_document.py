"""The analysis document: written and read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import SCHEMA, analysis_from, document, facts_from, verdict_document, verdict_from, with_verdict
from models.plain import made, plain
from models.recording import CallFacts, Party
from models.transcript import Turn, Word
from models.verdict import Flag, Score, ScoreItem, Severity
from tests.builders import (
    AGENT,
    make_analysis,
    make_document,
    make_flag,
    make_measures,
    make_mixed_analysis,
    make_overlap,
    make_recording,
    make_turn,
    make_verdict,
    make_violation,
    not_applicable,
    not_evaluable,
)

TEXTS = st.text(max_size=20)
SECONDS = st.integers(0, 43_200_000).map(lambda ms: ms / 1000)
RATIOS = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
LEVELS = st.none() | st.integers(-9600, 0).map(lambda hundredths: hundredths / 100)
WORDS = st.builds(Word, text=TEXTS, start_s=SECONDS, end_s=SECONDS, probability=RATIOS)
TURNS = st.builds(
    Turn,
    party=st.sampled_from(Party),
    start_s=SECONDS,
    end_s=SECONDS,
    words=st.lists(WORDS, max_size=4).map(tuple),
    level_dbov=LEVELS,
    rate_sps=LEVELS,
)
FACTS = st.builds(
    CallFacts,
    started_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    agent_id=st.none() | TEXTS,
    queue=st.none() | TEXTS,
    caller=st.none() | TEXTS,
    callee=st.none() | TEXTS,
    ring_to_answer_s=st.none() | SECONDS,
    post_dial_delay_s=st.none() | SECONDS,
)
FLAGS = st.builds(
    Flag,
    id=TEXTS,
    severity=st.sampled_from(Severity),
    measured=st.none() | RATIOS,
    limit=st.none() | RATIOS,
    unit=st.none() | TEXTS,
    start_s=st.none() | SECONDS,
    end_s=st.none() | SECONDS,
    quote=st.none() | TEXTS,
)


def through_json(doc: dict[str, Any]) -> Any:
    return json.loads(json.dumps(doc, allow_nan=False))


TURN = make_turn(AGENT, 6.0, "Buenos días", end_s=7.0)
"""Its times have no more decimals than the document keeps."""


@pytest.mark.parametrize(
    "analysis", [make_analysis(turns=(TURN,), overlaps=(make_overlap(),)), make_mixed_analysis(turns=(TURN,))]
)
def test_an_analysis_comes_back_as_it_was(analysis: Any) -> None:
    assert analysis_from(through_json(document(analysis, None))) == analysis


def test_a_verdict_comes_back_as_it_was() -> None:
    steps = (*make_verdict().steps, not_evaluable("summary"), not_applicable("apology"))
    verdict = make_verdict(
        steps=steps, violations=(make_violation(),), flags=(make_flag(), make_flag(error_class=None))
    )
    assert verdict_from(through_json(document(make_analysis(), verdict))) == verdict


@settings(max_examples=40)
@given(st.lists(TURNS, max_size=4).map(tuple), FACTS, st.lists(FLAGS, max_size=3).map(tuple))
def test_any_turns_facts_and_flags_come_back(
    turns: tuple[Turn, ...], facts: CallFacts, flags: tuple[Flag, ...]
) -> None:
    analysis = make_analysis(recording=make_recording(facts=facts), turns=turns)
    verdict = make_verdict(flags=flags)
    doc = through_json(document(analysis, verdict))
    assert (analysis_from(doc), verdict_from(doc)) == (analysis, verdict)


def test_a_document_without_a_verdict_says_so() -> None:
    doc = document(make_analysis(), None)
    assert (doc["protocol"], doc["score"], doc["flags"], doc["analysed_with"]["protocol"]) == (None, None, [], None)
    assert verdict_from(doc) is None


def test_a_document_names_its_schema_and_holds_the_recording_flat() -> None:
    doc = make_document()
    assert doc["schema"] == SCHEMA == "timbre.analysis/1"
    assert doc["recording"]["channels"] == ["agent", "customer"]
    assert doc["recording"]["started_at"] == "2026-11-22T10:00:00+00:00"
    assert doc["recording"]["agent_id"] == "104"
    assert doc["analysed_with"]["protocol"] == make_verdict().protocol_sha256


def test_a_turn_shows_the_text_of_its_words() -> None:
    doc = document(make_analysis(turns=(make_turn(AGENT, 6.4, "Buenos días"),)), None)
    assert doc["turns"][0]["text"] == "Buenos días"


def test_judging_again_changes_only_the_verdicts_places() -> None:
    analysis, before, after = (
        make_analysis(),
        make_verdict(),
        make_verdict(protocol_sha256="cd" * 32, flags=(make_flag(),)),
    )
    assert with_verdict(document(analysis, before), verdict_document(after)) == document(analysis, after)


@pytest.mark.parametrize("schema", [None, "timbre.analysis/2"])
def test_another_schema_is_refused(schema: str | None) -> None:
    with pytest.raises(ValueError, match=r"not 'timbre\.analysis/1'"):
        analysis_from(make_document() | {"schema": schema})


def test_fields_of_a_later_version_are_left_out() -> None:
    analysis = make_analysis(turns=(TURN,))
    doc = document(analysis, None)
    doc["answer"]["added_later"] = 1
    doc["turns"][0]["words"][0]["added_later"] = 1
    assert analysis_from(doc) == analysis


def test_a_document_that_lacks_a_field_is_refused() -> None:
    doc = make_document()
    del doc["recording"]["sha256"]
    with pytest.raises(TypeError, match="sha256"):
        analysis_from(doc)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("talk_s", 1.23456, 1.235),
        ("level_dbov", -26.1249, -26.12),
        ("speech_rate_wpm", 167.96, 168.0),
        ("articulation_rate_sps", 5.847, 5.85),
        ("pitch_median_hz", 201.26, 201.3),
        ("clipped_ratio", 0.0000123, 0.00001),
        ("level_drift_db_per_min", 0.126, 0.13),
    ],
)
def test_figures_are_rounded_to_the_decimals_of_their_unit(name: str, value: float, shown: float) -> None:
    doc = document(make_analysis(parties={AGENT: make_measures(**{name: value})}), None)
    assert doc["parties"]["agent"][name] == shown


def test_a_figure_of_no_known_unit_has_three_decimals() -> None:
    doc = document(make_analysis(), make_verdict(score=Score(66.66666, (ScoreItem("greeting", 10, 10),))))
    assert doc["score"]["total"] == 66.667


def test_what_is_not_measurable_is_null_with_its_reason() -> None:
    doc = document(make_mixed_analysis(), None)
    assert doc["overlaps"] is None
    assert doc["parties"]["both"]["interruptions"] is None
    assert doc["parties"]["both"]["reasons"] == {"interruptions": "mixed_channel"}


def test_a_moment_keeps_its_place_on_earth() -> None:
    madrid = datetime(2026, 11, 22, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    assert facts_from(through_json(plain(CallFacts(started_at=madrid)))).started_at == madrid


def test_the_facts_read_from_nothing_are_unknown() -> None:
    assert facts_from({}) == CallFacts()


def test_a_value_is_made_of_its_fields_alone() -> None:
    assert made(Word, {"text": "Hola", "start_s": 1.0, "end_s": 2.0, "probability": 0.9, "other": 1}) == Word(
        "Hola", 1.0, 2.0, 0.9
    )
