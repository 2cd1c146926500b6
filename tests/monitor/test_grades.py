from __future__ import annotations

from typing import Any

import pytest

from models.analysis import Silence
from models.rules import Limits
from models.verdict import Severity
from monitor.grades import GRADES, Grade, Measured
from tests.builders import (
    AGENT,
    BOTH,
    CUSTOMER,
    make_analysis,
    make_direction,
    make_measures,
    make_overlap,
    make_recording,
)


def grade(
    measure: str, dead_air: tuple[Silence, ...] = (), analysis: dict[str, Any] | None = None, **agent: Any
) -> Grade | None:
    values = {"parties": {AGENT: make_measures(**agent), CUSTOMER: make_measures()}} | (analysis or {})
    return GRADES[measure](Measured(make_analysis(**values), Limits(), dead_air))


@pytest.mark.parametrize(
    ("measure", "field", "value", "share", "flag"),
    [
        ("articulation_rate_sps", "articulation_rate_sps", 5.8, 1.0, None),
        ("articulation_rate_sps", "articulation_rate_sps", 7.01, 0.0, "speech_too_fast"),
        ("articulation_rate_sps", "articulation_rate_sps", 4.59, 0.0, "speech_too_slow"),
        ("level_dbov", "level_dbov", -31.9, 1.0, None),
        ("level_dbov", "level_dbov", -32.1, 0.0, "volume_low"),
        ("level_dbov", "level_dbov", -19.9, 0.0, "volume_high"),
        ("level_sd_db", "level_sd_db", 3.0, 1.0, None),
        ("level_sd_db", "level_sd_db", 4.0, 0.5, None),
        ("level_sd_db", "level_sd_db", 6.1, 0.0, "volume_unstable"),
        ("level_drift_db_per_min", "level_drift_db_per_min", -2.9, 1.0, None),
        ("level_drift_db_per_min", "level_drift_db_per_min", -3.1, 0.0, "volume_drift"),
        ("level_drift_db_per_min", "level_drift_db_per_min", 3.1, 0.0, "volume_drift"),
        ("clipped_ratio", "clipped_ratio", 0.001, 1.0, None),
        ("clipped_ratio", "clipped_ratio", 0.002, 0.0, "clipping"),
    ],
)
def test_a_measure_wins_its_points_within_its_limits(
    measure: str, field: str, value: float, share: float, flag: str | None
) -> None:
    found = grade(measure, **{field: value})
    assert found is not None
    assert found.share == share
    assert [excess.flag for excess in found.excesses] == ([flag] if flag else [])


@pytest.mark.parametrize(
    "field", ["articulation_rate_sps", "level_dbov", "level_sd_db", "level_drift_db_per_min", "clipped_ratio"]
)
def test_what_was_not_measured_gets_no_grade(field: str) -> None:
    assert grade(field, **{field: None}) is None


def test_a_rate_is_not_judged_on_little_speech() -> None:
    assert grade("articulation_rate_sps", articulation_rate_sps=9.0, talk_s=14.9) is None


def test_clipping_is_told_in_percent() -> None:
    found = grade("clipped_ratio", clipped_ratio=0.02)
    assert found is not None
    assert [(excess.measured, excess.limit, excess.unit) for excess in found.excesses] == [(2.0, 0.1, "%")]


def interruptions(count: int, duration_s: float, kind: str = "interruption") -> Grade | None:
    overlaps = tuple(make_overlap(kind, AGENT, 20.0 + place, 20.8 + place) for place in range(count))
    recording = make_recording(duration_s=duration_s)
    return grade("interruptions_per_10_min", analysis={"overlaps": overlaps, "recording": recording})


def test_interruptions_are_counted_in_ten_minutes_and_a_shorter_call_counts_as_ten() -> None:
    two, three, long_call = interruptions(2, 60.0), interruptions(3, 60.0), interruptions(3, 1200.0)
    assert two is not None
    assert two.share == 1.0
    assert three is not None
    assert three.share == 0.0
    assert [(excess.measured, excess.span and excess.span.start_s) for excess in three.excesses] == [(3.0, 20.0)]
    assert long_call is not None
    assert long_call.share == 1.0


def test_only_the_agents_own_interruptions_count_and_none_on_a_mixed_channel() -> None:
    attempts = interruptions(9, 60.0, "attempt")
    assert attempts is not None
    assert attempts.share == 1.0
    others = grade(
        "interruptions_per_10_min", analysis={"overlaps": tuple(make_overlap(by=CUSTOMER) for _ in range(9))}
    )
    assert others is not None
    assert others.share == 1.0
    assert grade("interruptions_per_10_min", analysis={"overlaps": None}) is None


@pytest.mark.parametrize(
    ("lengths_s", "share", "severities"),
    [
        ((), 1.0, []),
        ((4.9,), 1.0, []),
        ((6.0,), 0.5, [Severity.INFO]),
        ((6.0, 10.5), 0.0, [Severity.INFO, None]),
    ],
)
def test_dead_air_is_told_from_its_first_limit_and_flagged_from_its_second(
    lengths_s: tuple[float, ...], share: float, severities: list[Severity | None]
) -> None:
    found = grade("dead_air", tuple(Silence(20.0, 20.0 + length_s, "silence") for length_s in lengths_s))
    assert found is not None
    assert found.share == share
    assert [excess.severity for excess in found.excesses] == severities


def test_the_line_is_judged_by_its_worse_direction() -> None:
    directions = [make_direction(r_factor=factor) for factor in (93.2, 60.0, None)]
    found = grade("r_factor", analysis={"transport": {"directions": directions}})
    assert found is not None
    assert [(excess.flag, excess.measured) for excess in found.excesses] == [("transport_quality", 60.0)]
    assert grade("r_factor") is None
    assert grade("r_factor", analysis={"transport": {"directions": [make_direction(r_factor=None)]}}) is None


def test_on_a_mixed_channel_the_agents_measures_are_not_there() -> None:
    parties = {BOTH: make_measures(level_dbov=-60.0)}
    assert grade("level_dbov", analysis={"parties": parties}) is None
