"""Small rules that the values themselves know."""

from __future__ import annotations

import pytest

from models.errors import RecordingError, StoreError, TimbreError
from models.recording import Party
from models.span import Span
from models.verdict import Severity
from tests.builders import (
    AGENT,
    BOTH,
    CUSTOMER,
    make_evidence,
    make_flag,
    make_overlap,
    make_recording,
    make_silence,
    make_turn,
    make_verdict,
)


@pytest.mark.parametrize(("party", "other"), [(AGENT, CUSTOMER), (CUSTOMER, AGENT), (BOTH, BOTH)])
def test_each_party_has_its_opposite(party: Party, other: Party) -> None:
    assert party.other is other


@pytest.mark.parametrize(("channels", "mixed"), [((BOTH,), True), ((AGENT, CUSTOMER), False), ((AGENT,), False)])
def test_a_recording_is_mixed_where_one_channel_has_both(channels: tuple[Party, ...], mixed: bool) -> None:
    assert make_recording(channels=channels).mixed is mixed


@pytest.mark.parametrize(
    ("severities", "flagged"),
    [([], False), ([Severity.INFO], False), ([Severity.INFO, Severity.WARNING], True), ([Severity.CRITICAL], True)],
)
def test_a_verdict_is_flagged_by_any_flag_above_info(severities: list[Severity], flagged: bool) -> None:
    assert make_verdict(flags=tuple(make_flag(severity=severity) for severity in severities)).flagged is flagged


def test_what_happens_in_a_call_has_its_span() -> None:
    assert make_turn(AGENT, 1.0, "Hola", end_s=2.0).span == Span(1.0, 2.0)
    assert make_overlap(start_s=1.0, end_s=2.0).span == Span(1.0, 2.0)
    assert make_silence(1.0, 5.0).span == Span(1.0, 5.0)
    assert make_evidence("Hola", 1.0, 2.0).span == Span(1.0, 2.0)


def test_an_error_carries_the_reason_code_of_its_kind_or_its_own() -> None:
    assert RecordingError("x").code == "unreadable"
    assert RecordingError("x", "truncated").code == "truncated"
    assert RecordingError.code == "unreadable"
    assert issubclass(StoreError, TimbreError)
