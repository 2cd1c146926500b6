from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.packets.batch import Flow
from audio.rtp.round_trip import RoundTrips
from audio.rtp.rtcp import ReceiverReport, ReceptionReport, SenderReport
from tests.audio.rtp.streams import FLOW

A, B = FLOW, FLOW.reverse  # the flows of the two ends' reports


def sent(ssrc: int, middle: int, *reports: ReceptionReport) -> SenderReport:
    return SenderReport(ssrc, 0.0, middle, 0, 0, 0, reports)


def heard(ssrc: int, middle: int, waited_s: float) -> ReceptionReport:
    return ReceptionReport(ssrc, 0.125, 40, 1000, 80, middle, waited_s)


def test_the_way_to_an_end_is_the_time_to_its_answer_less_its_wait() -> None:
    trips = RoundTrips()
    trips.feed(100.0, A, (sent(1, 77),))
    trips.feed(102.58, B, (ReceiverReport(2, (heard(1, 77, 2.5),)),))
    assert trips.to_end_s(B) == pytest.approx(0.08)
    assert trips.round_trip_s is None  # the way to the other end is not known yet


def test_both_ends_ways_are_the_round_trip() -> None:
    trips = RoundTrips()
    trips.feed(100.0, A, (sent(1, 77),))
    trips.feed(102.58, B, (sent(2, 88, heard(1, 77, 2.5)),))
    trips.feed(105.0, A, (sent(1, 99, heard(2, 88, 2.4)),))
    assert trips.round_trip_s == pytest.approx(0.08 + 0.02)
    assert trips.reported[B].cumulative_lost == 40


def test_one_odd_answer_does_not_count() -> None:
    trips = RoundTrips()
    for second, late in enumerate([0.05, 0.05, 3.0]):
        trips.feed(second * 10, A, (sent(1, second + 1),))
        trips.feed(second * 10 + 1 + late, B, (ReceiverReport(2, (heard(1, second + 1, 1.0),)),))
    assert trips.to_end_s(B) == pytest.approx(0.05)


@pytest.mark.parametrize("waited_s", [2.0, 0.0])
def test_an_answer_before_its_question_or_after_ages_is_none(waited_s: float) -> None:
    trips = RoundTrips()
    trips.feed(0.0, A, (sent(1, 5),))
    trips.feed(1.0 if waited_s else 60.0, B, (ReceiverReport(2, (heard(1, 5, waited_s),)),))
    assert trips.to_end_s(B) is None


def test_a_report_of_nothing_heard_is_no_answer() -> None:
    trips = RoundTrips()
    trips.feed(1.0, B, (ReceiverReport(2, (heard(1, 0, 0.0),)),))
    assert trips.to_end_s(B) is None


@given(st.integers(100, 400))
def test_memory_is_bounded_whatever_comes(count: int) -> None:
    trips = RoundTrips()
    for i in range(count):
        flow = Flow("192.0.2.9", i, "192.0.2.1", 1)
        trips.feed(float(i), flow, (sent(i, i, heard(i - 1, i - 1, 0.0)),))
    assert len(trips.reported) == 16
    assert len(trips._passed) == 64
    assert len(trips._answers) <= 16
