"""What the names of recordings tell."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sources.names import NAME_PATTERNS, NamePattern, facts_from_name
from models.recording import CallFacts

BOGOTA = ZoneInfo("America/Bogota")
UUID = "0b1c2d3e-4f5a-4b6c-8d7e-0123456789ab"
AT = datetime(2026, 1, 15, 9, 15, tzinfo=UTC)  # 1768468500 s
AT_CONNECT = datetime(2026, 1, 15, 10, 15, tzinfo=UTC)
AT_BOGOTA = datetime(2026, 1, 15, 15, 15, tzinfo=UTC)  # 10:15 there, UTC-5


def facts(name: str, folder: str = "/srv", patterns: tuple[NamePattern, ...] = NAME_PATTERNS) -> CallFacts:
    return facts_from_name(Path(folder), name, patterns, BOGOTA)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "q-600-5551234567-20260115-101500-1768468500.123",
            CallFacts(started_at=AT, queue="600", caller="5551234567"),
        ),
        (
            "in-900100200-+34600000001-20260115-101500-1768468500.9",
            CallFacts(started_at=AT, callee="900100200", caller="+34600000001"),
        ),
        (
            "out-600000001-1002-20260115-101500-1768468500.1",
            CallFacts(started_at=AT, callee="600000001", agent_id="1002"),
        ),
        (
            "exten-1002-600000001-20260115-101500-1768468500.1",
            CallFacts(started_at=AT, agent_id="1002", caller="600000001"),
        ),
        ("internal-1002-1003-20260115-101500-1768468500.1", CallFacts(started_at=AT, callee="1002", caller="1003")),
        ("q600-20260115-101500-1768468500.123", CallFacts(started_at=AT, queue="600")),
        ("OUT1002-20260115-101500-1768468500.123", CallFacts(started_at=AT, agent_id="1002")),
        ("1768468500.123", CallFacts(started_at=AT)),
        ("pbx1-1768468500.123", CallFacts(started_at=AT)),
        (f"{UUID}_20260115T10:15_UTC", CallFacts(started_at=AT_CONNECT)),
        (f"{UUID}_20260115T10_15_UTC", CallFacts(started_at=AT_CONNECT)),
        ("2026-01-15-10-15-00_1002_600000001", CallFacts(started_at=AT_BOGOTA, callee="1002", caller="600000001")),
        ("600000001.2026-01-15-10-15-00", CallFacts(started_at=AT_BOGOTA, caller="600000001")),
        ("20260115-101500_ana_600000001", CallFacts(started_at=AT_BOGOTA, agent_id="ana", caller="600000001")),
        (UUID, CallFacts()),
        ("grabación de prueba", CallFacts()),
    ],
)
def test_the_usual_switches_names_are_read(name: str, told: CallFacts) -> None:
    assert facts(name) == told


def test_a_day_that_does_not_exist_leaves_the_rest() -> None:
    assert facts("20261341-101500_ana_600000001") == CallFacts(agent_id="ana", caller="600000001")


def test_a_time_of_another_century_is_not_known() -> None:
    assert facts("0101768468.1").started_at is None


def test_an_expression_with_a_slash_is_held_against_the_folders_as_well() -> None:
    pattern = NamePattern("by-agent", r"(?P<agent>[^/]+)/(?P<started_at>\d{4}-\d\d-\d\d)/\d+", "%Y-%m-%d")
    told = facts("0007", "/srv/grabaciones/ana/2026-01-15", (pattern,))
    assert told == CallFacts(agent_id="ana", started_at=datetime(2026, 1, 15, 5, tzinfo=UTC))


def test_the_first_fitting_pattern_counts() -> None:
    patterns = (NamePattern("one", r"(?P<agent>\d+)"), NamePattern("two", r"(?P<queue>\d+)"))
    assert facts("77", patterns=patterns) == CallFacts(agent_id="77")


def test_a_pattern_must_fit_the_whole_name() -> None:
    assert facts("77x", patterns=(NamePattern("one", r"(?P<agent>\d+)"),)) == CallFacts()


@pytest.mark.parametrize(
    ("regex", "mistake"),
    [("(", "missing"), ("(?P<phone>.)", "phone is not one of agent"), ("(?P<started_at>.)", "needs a time_format")],
)
def test_a_wrong_pattern_is_refused_with_its_mistake(regex: str, mistake: str) -> None:
    with pytest.raises(ValueError, match=f"name pattern mine: .*{mistake}"):
        NamePattern("mine", regex)


def test_names_too_long_to_be_names_are_not_tried() -> None:
    assert facts("1" * 300, patterns=(NamePattern("one", r"(?P<agent>1+)"),)) == CallFacts()


@pytest.mark.parametrize("piece", ["1", "-", "a-", "_", "1.", "q-1-1-", "2026-01-15-", "+", "20260115-"])
def test_the_patterns_that_come_with_it_do_not_hang_on_hostile_names(piece: str) -> None:
    started_s = time.process_time()
    facts((piece * 255)[:254] + "!")
    assert time.process_time() - started_s < 1.0  # an exponential pattern would take years


@given(st.text(max_size=300))
def test_any_name_gives_facts_within_bounds(name: str) -> None:
    told = facts(name)
    texts = (told.agent_id, told.queue, told.caller, told.callee)
    assert all(text is None or 0 < len(text) <= 64 for text in texts)
    assert told.started_at is None or told.started_at.tzinfo is UTC
