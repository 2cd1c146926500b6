import pytest

from audio.tone_plans import PLANS, TonePlan, plan_named


@pytest.mark.parametrize(
    ("country", "ends_s"),
    [
        ("es", 10.5),  # 2 * (1.5 + 3.0) + 1.5
        ("mx", 11.0),  # 2 * (1.0 + 4.0) + 1.0
        ("cl", 9.0),  # 2 * (1.0 + 3.0) + 1.0
        ("us", 14.0),  # 2 * (2.0 + 4.0) + 2.0
        ("ar", 12.0),  # 2 * (1.0 + 4.5) + 1.0
        ("co", 11.0),
        ("pe", 11.0),
        ("pt", 13.0),
        ("fr", 11.5),
        ("cu", 7.0),  # 2 * 3.0 + 1.0: a double ring is one ring
    ],
)
def test_the_third_ring_ends_as_the_cadence_says(country: str, ends_s: float) -> None:
    plan = plan_named(country)
    assert plan is not None
    assert plan.third_ring_ends_s == pytest.approx(ends_s)


def test_a_plan_is_found_in_any_case_and_an_unknown_one_is_none() -> None:
    mexico = plan_named("MX")
    assert mexico is not None
    assert mexico.id == "mx"
    assert plan_named("atlantis") is None


def test_the_commonest_plan_comes_first_so_that_it_names_what_many_share() -> None:
    assert PLANS[0] == TonePlan("itu", (425.0,), (1.0, 4.0))


def test_no_country_is_listed_twice_and_every_plan_could_be_rung() -> None:
    assert len({plan.id for plan in PLANS}) == len(PLANS)
    assert all(plan.pause_s >= 2.0 and 0.4 <= plan.ring_s <= 2.0 for plan in PLANS)
