from __future__ import annotations

from typing import Any

import pytest

from monitor.daemon.derived import Analysis
from reports.catalogue import Catalogue
from tests.monitor.daemon.statuses import make_health, make_source, make_status

WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("source_down", {"alive": False}, {}),
    ("packets_dropped", {"dropping": True}, {}),
    ("disk_full", {"health": make_health(alarms=("disk_full",))}, {}),
    ("store_unavailable", {}, {"store_reachable": False}),
    ("analysis_stopped", {}, {"analysis": Analysis.FAILING}),
    ("pages_not_written", {}, {"pages_failing": True}),
]


def test_where_nothing_is_wrong_it_is_healthy() -> None:
    for analysis in (None, Analysis.RUNNING):
        status = make_status(analysis=analysis)
        assert (status.alarms, status.healthy) == ((), True)


@pytest.mark.parametrize(("alarm", "source", "whole"), WRONG)
def test_each_thing_that_goes_wrong_is_an_alarm_that_people_can_read(
    alarm: str, source: dict[str, Any], whole: dict[str, Any]
) -> None:
    status = make_status(make_source(**source), make_source(**source, name="siprec"), **whole)
    assert (status.alarms, status.healthy) == ((alarm,), False)
    assert all(Catalogue(language).has(f"reason-{alarm}") for language in ("es", "en"))


def test_analysis_that_waits_for_room_has_the_disks_alarm_and_none_of_its_own() -> None:
    low = make_source(health=make_health(alarms=("disk_low",)))
    assert make_status(low, analysis=Analysis.PAUSED).alarms == ("disk_low",)
