import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recording import Party
from models.transcript import Turn
from monitor.measures.volume import volume


def turn(start_s: float, level_dbov: float | None, duration_s: float = 4.0) -> Turn:
    return Turn(Party.AGENT, start_s, start_s + duration_s, level_dbov=level_dbov)


def test_level_spread_and_drift_of_four_turns() -> None:
    """Levels -20, -22, -24, -26 a minute apart: mean -23, squares 9 + 1 + 1 + 9 over 3, 2 dB down each minute."""
    measured = volume([turn(60 * index, -20 - 2 * index) for index in range(4)])
    assert measured.level_dbov == pytest.approx(-23)
    assert measured.level_sd_db == pytest.approx((20 / 3) ** 0.5)
    assert measured.level_drift_db_per_min == pytest.approx(-2)
    assert measured.reasons == {}


def test_short_turns_and_those_without_a_level_are_left_out() -> None:
    turns = [turn(0, -20), turn(10, -60, duration_s=1.4), turn(20, None), turn(30, -24), turn(40, -22)]
    assert volume(turns).level_dbov == pytest.approx(-22)


@pytest.mark.parametrize("count", [1, 2])
def test_under_three_turns_there_is_a_level_and_no_spread(count: int) -> None:
    measured = volume([turn(10 * index, -26.0) for index in range(count)])
    assert (measured.level_dbov, measured.level_sd_db, measured.level_drift_db_per_min) == (-26.0, None, None)
    assert measured.reasons == {"level_sd_db": "too_few_turns", "level_drift_db_per_min": "too_few_turns"}


def test_without_a_level_nothing_is_measured() -> None:
    measured = volume([turn(0, None)])
    assert measured.level_dbov is None
    assert set(measured.reasons.values()) == {"no_level"}
    assert set(measured.reasons) == {"level_dbov", "level_sd_db", "level_drift_db_per_min"}


@given(levels=st.lists(st.floats(-60, 0), min_size=3, max_size=20), shift_db=st.floats(-20, 20))
def test_a_louder_call_is_as_steady(levels: list[float], shift_db: float) -> None:
    plain = volume([turn(10 * index, level) for index, level in enumerate(levels)])
    louder = volume([turn(10 * index, level + shift_db) for index, level in enumerate(levels)])
    assert plain.level_dbov is not None
    assert louder.level_dbov == pytest.approx(plain.level_dbov + shift_db, abs=1e-6)
    assert louder.level_sd_db == pytest.approx(plain.level_sd_db, abs=1e-6)
    assert louder.level_drift_db_per_min == pytest.approx(plain.level_drift_db_per_min, abs=1e-6)
