from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.gauges import Gauge, gauges_of, interruptions_per_10_min, line_gauges_of
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysis,
    make_answer,
    make_direction,
    make_document,
    make_measures,
    make_mixed_analysis,
    make_recording,
    make_silence,
    make_verdict,
)


def gauge(measure: str, **changes: Any) -> Gauge:
    document = make_document(analysis=make_analysis(**changes))
    return next(item for item in gauges_of(document) if item.measure == measure)


def agent(**measures: Any) -> dict[str, Any]:
    return {"parties": {AGENT: make_measures(**measures), CUSTOMER: make_measures(talk_s=15.0)}}


@pytest.mark.parametrize(
    ("low", "high", "value", "within"),
    [
        (None, 10.5, 10.5, True),
        (None, 10.5, 10.6, False),
        (4.6, 7.0, 4.5, False),
        (4.6, 7.0, 5.8, True),
        (70.0, None, 69.0, False),
        (None, None, 5.0, None),
        (4.6, 7.0, None, None),
    ],
)
def test_a_value_is_within_its_limits_ends_included(
    low: float | None, high: float | None, value: float | None, within: bool | None
) -> None:
    assert Gauge("any", value, "s", low=low, high=high).within is within


figures = st.floats(-1e4, 1e4)


@given(value=figures, low=figures, high=figures, other=figures)
def test_every_figure_has_its_place_on_the_axis(value: float, low: float, high: float, other: float) -> None:
    drawn = Gauge("any", value, "s", low=low, high=high, other=other)
    assert all(0.0 <= drawn.share(figure) <= 1.0 for figure in (value, low, high, other))


def test_the_answer_is_limited_by_the_third_ring_of_its_own_tone_plan() -> None:
    shown = gauge("ring_to_answer_s", answer=make_answer(tone_plan="us", third_ring_ends_s=14.0, ring_to_answer_s=13.0))
    assert (shown.value, shown.high, shown.within) == (13.0, 14.0, True)


def test_the_answer_without_a_tone_plan_is_limited_by_the_rules() -> None:
    shown = gauge("ring_to_answer_s", answer=make_answer(tone_plan=None, third_ring_ends_s=None, ring_to_answer_s=11.0))
    assert (shown.high, shown.within) == (10.5, False)


def test_the_level_is_allowed_six_decibels_either_side_of_minus_26() -> None:
    shown = gauge("level_dbov", **agent(level_dbov=-33.0))
    assert (shown.low, shown.high, shown.within) == (-32.0, -20.0, False)


def test_the_clipped_ratio_is_told_in_percent() -> None:
    shown = gauge("clipped_ratio", **agent(clipped_ratio=0.002))
    assert (shown.value, shown.high, shown.within) == (0.2, 0.1, False)


def test_the_longest_silence_leaves_music_out() -> None:
    silences = (make_silence(10.0, 14.0), make_silence(20.0, 50.0, "music"), make_silence(50.0, 55.5))
    assert gauge("longest_silence_s", silences=silences).value == 5.5


def test_the_agents_share_of_talk_is_of_what_both_say() -> None:
    parties = {AGENT: make_measures(talk_s=30.0), CUSTOMER: make_measures(talk_s=10.0)}
    assert gauge("talk_share", parties=parties).value == 75.0


def test_nobody_talking_has_no_share() -> None:
    parties = {AGENT: make_measures(talk_s=0.0), CUSTOMER: make_measures(talk_s=0.0)}
    assert gauge("talk_share", parties=parties).value is None


@pytest.mark.parametrize(("duration_s", "rate"), [(60.0, 3.0), (600.0, 3.0), (1200.0, 1.5)])
def test_a_short_call_counts_as_ten_minutes(duration_s: float, rate: float) -> None:
    analysis = make_analysis(recording=make_recording(duration_s=duration_s), **agent(interruptions=3))
    assert interruptions_per_10_min(make_document(analysis=analysis)) == rate


def test_a_measure_that_is_not_there_says_why() -> None:
    shown = gauge(
        "articulation_rate_sps", **agent(articulation_rate_sps=None, reasons={"articulation_rate_sps": "few"})
    )
    assert (shown.value, shown.within, shown.reason) == (None, None, "few")


def test_a_mixed_channel_shows_both_and_why_interruptions_are_not_known() -> None:
    shown = {item.measure: item for item in gauges_of(make_document(analysis=make_mixed_analysis()))}
    assert shown["level_dbov"].value == -26.0
    assert shown["interruptions_per_10_min"].value is None
    assert shown["interruptions_per_10_min"].reason == "mixed_channel"


def test_without_the_limits_that_were_in_force_none_is_shown() -> None:
    document = make_document(verdict=make_verdict(limits={}))
    assert [item.measure for item in gauges_of(document) if item.within is not None] == ["ring_to_answer_s"]


def test_a_call_from_a_file_has_no_line() -> None:
    assert line_gauges_of(make_document()) == ()


def test_each_direction_of_the_line_is_told_by_its_party() -> None:
    transport = {"directions": [make_direction(packets=990, lost=10, r_factor=65.0, mos=3.36)]}
    ((party, shown),) = line_gauges_of(make_document(analysis=make_analysis(transport=transport)))
    values = {item.measure: (item.value, item.within) for item in shown}
    assert party == "agent"
    assert values == {"r_factor": (65.0, False), "mos": (3.36, None), "jitter_ms": (None, None), "loss": (1.0, None)}


def test_a_wideband_figure_is_on_its_own_scale_and_has_no_narrowband_limit() -> None:
    transport = {"directions": [make_direction(r_factor=116.0, wideband=True)]}
    ((_, shown),) = line_gauges_of(make_document(analysis=make_analysis(transport=transport)))
    assert (shown[0].scale, shown[0].within) == ((0.0, 129.0), None)


def test_a_direction_without_an_r_factor_says_why() -> None:
    told = {"reason": "no_published_impairment"}
    transport = {"directions": [make_direction(r_factor=None, mos=None, assumptions=told)]}
    ((_, shown),) = line_gauges_of(make_document(analysis=make_analysis(transport=transport)))
    assert [item.reason for item in shown[:2]] == ["no_published_impairment"] * 2
