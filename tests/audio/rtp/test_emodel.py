"""Golden values from an independent implementation of ITU-T G.107 (06/2015), to 1e-4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.emodel import (
    DEFAULT_LINE,
    Line,
    delay_impairment,
    equipment_impairment,
    good_or_better_percent,
    mos_of,
    noise,
    poor_or_worse_percent,
    r_of,
    rating,
)

NO_PLC, PLC = (0.0, 4.3), (0.0, 25.1)


def close(value: float, tolerance: float = 1e-4) -> object:
    return pytest.approx(value, abs=tolerance)


def test_a_line_at_its_defaults_rates_93_2() -> None:
    perfect = rating(0, 0)
    assert perfect.r == close(93.206208)
    assert perfect.mos == close(4.409406)
    assert (perfect.ro, perfect.simultaneous) == (close(94.768822), close(1.413568))
    assert (perfect.talker_echo, perfect.listener_echo, perfect.delay) == (0, close(0.149046), 0)
    assert noise(DEFAULT_LINE) == close(-61.179214)


@pytest.mark.parametrize(
    ("delay_ms", "terms", "r", "mos"),
    [
        (100, (1.963791, 0.727733, 0), 90.663730, 4.354920),
        (150, (2.811844, 0.840747, 0.163531), 89.539132, 4.327546),
        (250, (4.242856, 1.018587, 8.916710), 79.177101, 3.992519),
        (400, (5.8082, 1.2301, 24.0701), 62.2468, 3.2156),
    ],
)
def test_delay_costs_echo_and_patience(
    delay_ms: float, terms: tuple[float, float, float], r: float, mos: float
) -> None:
    late = rating(delay_ms, 0)
    assert (late.talker_echo, late.listener_echo, late.delay) == tuple(map(close, terms))
    assert (late.r, late.mos) == (close(r), close(mos))


@pytest.mark.parametrize(
    ("told", "equipment", "r", "mos"),
    [
        ((*PLC, 1), 3.639847, 89.566361, 4.328232),
        ((*PLC, 5), 15.780731, 77.425477, 3.923091),
        ((*PLC, 5, 2), 17.210145, 75.9961, 3.8641),
        ((*NO_PLC, 1), 17.9245, 75.2817, 3.8339),
        ((*NO_PLC, 5), 51.0753, 42.1309, 2.1696),
        ((11.0, 19.0, 2), 19, 74.206208, 3.787558),
    ],
)
def test_loss_costs_what_the_codec_makes_of_it(told: tuple[float, ...], equipment: float, r: float, mos: float) -> None:
    assert equipment_impairment(*told) == close(equipment)
    lossy = rating(0, equipment_impairment(*told))
    assert (lossy.r, lossy.mos) == (close(r), close(mos))


@pytest.mark.parametrize(("r", "mos"), [(50, 2.575), (60, 3.1), (70, 3.597), (80, 4.024), (90, 4.339)])
def test_mos_follows_annex_b(r: float, mos: float) -> None:
    assert mos_of(r) == close(mos)


@pytest.mark.parametrize(("r", "mos"), [(-20, 1), (0, 1), (3.2, 1), (100, 4.5), (129, 4.5)])
def test_mos_stays_between_1_and_4_5(r: float, mos: float) -> None:
    assert mos_of(r) == mos


@pytest.mark.parametrize(("mos", "r"), [(4.0, 79.371), (3.6, 70.064), (3.1, 60.0)])
def test_r_is_found_from_mos(mos: float, r: float) -> None:
    assert r_of(mos) == close(r, 1e-3)


@given(st.floats(7, 99.9))
def test_r_to_mos_and_back_is_the_same_r(r: float) -> None:
    assert r_of(mos_of(r)) == pytest.approx(r, abs=1e-3)


@pytest.mark.parametrize(
    ("r", "good", "poor"), [(90, 97.0, 0.2), (80, 89.4, 1.4), (70, 73.4, 5.9), (60, 50.0, 17.4), (50, 26.6, 37.7)]
)
def test_shares_of_users_follow_the_normal_distribution(r: float, good: float, poor: float) -> None:
    assert good_or_better_percent(r) == close(good, 0.06)
    assert poor_or_worse_percent(r) == close(poor, 0.06)


def test_the_exponent_of_delay_is_six_times_the_sensitivity() -> None:
    patient = Line(delay_sensitivity=0.4, least_perceived_delay_ms=150)
    x = 1.0  # 300 ms are twice 150 ms
    assert delay_impairment(300, patient) == close(25 * ((1 + x) ** (1 / 2.4) - 3 * (1 + 3**-2.4) ** (1 / 2.4) + 2))


def test_an_advantage_of_access_is_added() -> None:
    assert rating(0, 0, Line(advantage=10)).r == close(103.206208)


@pytest.mark.parametrize("stmr", [7.0, 22.0])
def test_a_sidetone_out_of_range_changes_the_echo(stmr: float) -> None:
    assert rating(150, 0, Line(stmr=stmr)).talker_echo != close(rating(150, 0).talker_echo)


@given(st.floats(0, 500), st.floats(0, 20), st.floats(0, 20))
def test_more_loss_never_rates_better(delay_ms: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert (
        rating(delay_ms, equipment_impairment(*PLC, more)).r
        <= rating(delay_ms, equipment_impairment(*PLC, less)).r + 1e-9
    )
