from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from monitor.daemon.derived import Analysis
from monitor.daemon.metrics import StatusCollector
from monitor.daemon.status import Status
from monitor.recorder.recorded import DiskState
from tests.monitor.daemon.statuses import make_health, make_soundcard, make_source, make_status

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def text_of(status: Status) -> str:
    registry = CollectorRegistry()
    registry.register(StatusCollector(lambda: status))
    return generate_latest(registry).decode()


def series(status: Status) -> Series:
    """As a Prometheus would read them."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text_of(status))
        for sample in family.samples
    }


def value(found: Series, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


EVERYTHING = make_status(make_source(), make_soundcard(), analysis=Analysis.RUNNING)


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("timbre_source_up", {"source": "interface"}, 1),
        ("timbre_calls_live", {"source": "interface"}, 1),
        ("timbre_calls_ended_total", {"source": "interface", "outcome": "answered"}, 7),
        ("timbre_calls_ended_total", {"source": "interface", "outcome": "failed"}, 1),
        ("timbre_capture_lag_seconds", {"source": "interface"}, 0.25),
        ("timbre_packets_total", {"source": "interface"}, 1000),
        ("timbre_packets_dropped_total", {"source": "interface"}, 3),
        ("timbre_source_events_total", {"source": "interface", "kind": "rtp_malformed"}, 5),
        ("timbre_rtp_packets_lost_total", {"source": "interface"}, 11),
        ("timbre_disk_free_bytes", {"source": "interface"}, 5e10),
        ("timbre_disk_state", {"source": "interface", "state": "ok"}, 1),
        ("timbre_disk_state", {"source": "interface", "state": "full"}, 0),
        ("timbre_recorder_errors_total", {"source": "interface"}, 3),
        ("timbre_recorder_lost_seconds_total", {"source": "interface"}, 1.5),
        ("timbre_soundcard_level_dbov", {"source": "soundcard", "side": "caller"}, -26.5),
        ("timbre_soundcard_drift_ppm", {"source": "soundcard", "side": "caller"}, 41.5),
        ("timbre_soundcard_drift_ppm", {"source": "soundcard", "side": "callee"}, None),
        ("timbre_calls_handed_over_total", {}, 9),
        ("timbre_calls_waiting", {}, 1),
        ("timbre_analysis_state", {"state": "running"}, 1),
        ("timbre_analysis_state", {"state": "paused"}, 0),
        ("timbre_healthy", {}, 1),
    ],
)
def test_what_the_daemon_counts_is_what_prometheus_reads(
    name: str, labels: dict[str, str], expected: float | None
) -> None:
    assert value(series(EVERYTHING), name, **labels) == expected


def test_every_state_of_the_disk_is_a_series_and_one_of_them_is_1() -> None:
    found = series(make_status(make_source(health=make_health(disk=DiskState.RESERVE))))
    states = {state: value(found, "timbre_disk_state", source="interface", state=state) for state in DiskState}
    assert states == dict.fromkeys(DiskState, 0.0) | {DiskState.RESERVE: 1.0}


def test_free_room_that_is_not_known_is_not_told_as_none_left() -> None:
    found = series(make_status(make_source(health=make_health(free_bytes=None))))
    assert value(found, "timbre_disk_free_bytes", source="interface") is None


def test_alarms_are_series_by_their_reason() -> None:
    found = series(make_status(make_source(alive=False)))
    assert value(found, "timbre_alarm", reason="source_down") == 1
    assert value(found, "timbre_healthy") == 0


def test_a_peer_cannot_make_series_without_end() -> None:
    source = make_source()
    source.counts.by_kind.update({f'kind"\n{number}': number for number in range(5000)})
    found = series(make_status(source))
    assert len([name for name, _ in found if name == "timbre_source_events_total"]) == 100


def test_names_follow_the_conventions() -> None:
    """Counters end in `_total`, what has a unit names its base unit, and everything is explained."""
    for family in text_string_to_metric_families(text_of(EVERYTHING)):
        assert re.fullmatch(r"timbre_[a-z0-9]+(_[a-z0-9]+)*", family.name)
        assert family.documentation
        assert family.type in {"gauge", "counter"}
        counted = {sample.name.endswith("_total") for sample in family.samples}
        assert counted <= {family.type == "counter"}
        assert not re.search(r"_(ms|kb|mb|s)$", family.name)


def test_the_table_in_the_documentation_has_every_metric_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(timbre_\w+)`", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE))
    told = {
        sample.name
        for status in (EVERYTHING, make_status(make_source(alive=False)))
        for family in text_string_to_metric_families(text_of(status))
        for sample in family.samples
    }
    assert documented == told


def test_nothing_of_a_call_is_a_label() -> None:
    text = text_of(EVERYTHING)
    assert "ana.ruiz" not in text
    assert "0123456789ab" not in text
