"""What the daemon counts, in Prometheus' words; `docs/operations.md` has the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.daemon.derived import Analysis
from monitor.daemon.status import SourceStatus, Status
from monitor.fingerprint import version
from monitor.recorder.recorded import DiskState

_MOST_KINDS = 100
"""Of what a source counts by kind: each is a series of its own."""

_Value = Callable[[SourceStatus], float]
_Labels = tuple[str, ...]

_GAUGES: tuple[tuple[str, str, _Value], ...] = (
    ("timbre_source_up", "1 where the source is captured", lambda one: one.alive),
    ("timbre_calls_live", "Calls being captured", lambda one: len(one.calls)),
    ("timbre_capture_lag_seconds", "How far the capture clock stands behind the time of day", lambda one: one.lag_s),
    ("timbre_recorder_queue_bytes", "Sound that waits for the disk", lambda one: one.health.queued_bytes),
    ("timbre_recorder_finishing_calls", "Ended calls that wait for the disk", lambda one: one.health.finishing),
    ("timbre_recorder_lag_seconds", "Since the writer was last seen at work", lambda one: one.health.lag_s),
    (
        "timbre_recorder_sync_lag_seconds",
        "Since what is written was last known to survive a power cut",
        lambda one: one.health.sync_lag_s,
    ),
)
_COUNTERS: tuple[tuple[str, str, _Value], ...] = (
    ("timbre_packets", "Packets, or blocks of sound, seen", lambda one: one.counts.packets),
    ("timbre_packets_dropped", "Dropped before we saw them", lambda one: one.counts.dropped),
    ("timbre_packets_unreadable", "Of no protocol that we follow, or malformed", lambda one: one.counts.unreadable),
    ("timbre_capture_errors", "Rounds of capture that failed", lambda one: one.errors),
    ("timbre_capture_defects", "Events that cost one call, not the others", lambda one: one.totals.failures),
    ("timbre_rtp_streams", "Measured at their end: one side of one leg", lambda one: one.totals.streams),
    ("timbre_rtp_streams_encrypted", "Streams that there were no keys for", lambda one: one.totals.encrypted),
    ("timbre_rtp_packets_received", "Different packets of measured streams", lambda one: one.totals.packets),
    ("timbre_rtp_packets_lost", "Packets of measured streams that never came", lambda one: one.totals.lost),
    ("timbre_rtp_packets_duplicated", "Packets of measured streams that came twice", lambda one: one.totals.duplicated),
    ("timbre_rtp_packets_reordered", "Packets of measured streams out of order", lambda one: one.totals.reordered),
    ("timbre_recorder_written_bytes", "Written to recordings", lambda one: one.health.counts.bytes_written),
    (
        "timbre_recorder_errors",
        "Writes and syncs that the disk refused",
        lambda one: one.health.counts.write_errors + one.health.counts.sync_errors,
    ),
    (
        "timbre_recorder_lost_seconds",
        "Sound of one channel, lost for reasons of the disk",
        lambda one: one.health.counts.lost_s,
    ),
)


class StatusCollector(Collector):
    """Reads the status when Prometheus asks: nothing is counted twice."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def describe(self) -> list[Metric]:
        """Nothing is asked for before the daemon runs."""
        return []

    def collect(self) -> Iterator[Metric]:
        status = self._status()
        yield from _of_sources(status.sources)
        yield from _of_the_whole(status)


def _of_sources(sources: Sequence[SourceStatus]) -> Iterator[Metric]:
    for name, text, value in _GAUGES:
        yield _gauge(name, text, ("source",), [((one.name,), value(one)) for one in sources])
    for name, text, value in _COUNTERS:
        yield _counter(name, text, ("source",), [((one.name,), value(one)) for one in sources])
    ended = [((one.name, outcome.value), count) for one in sources for outcome, count in one.totals.ended.items()]
    yield _counter("timbre_calls_ended", "Calls that ended, by how", ("source", "outcome"), ended)
    yield _counter("timbre_source_events", "What a source counts by kind", ("source", "kind"), _kinds(sources))
    yield from _of_disks(sources)
    yield from _of_sound_cards(sources)


def _kinds(sources: Sequence[SourceStatus]) -> list[tuple[_Labels, float]]:
    return [
        ((one.name, kind), count)
        for one in sources
        for kind, count in sorted(dict(one.counts.by_kind).items())[:_MOST_KINDS]
    ]


def _of_disks(sources: Sequence[SourceStatus]) -> Iterator[Metric]:
    """A figure that the file system does not give is left out, not told as 0."""
    free = [((one.name,), float(one.health.free_bytes)) for one in sources if one.health.free_bytes is not None]
    states = [((one.name, state.value), one.health.disk is state) for one in sources for state in DiskState]
    yield _gauge("timbre_disk_free_bytes", "Free on the disk of recordings", ("source",), free)
    yield _gauge("timbre_disk_state", "1 for the state that the disk is in", ("source", "state"), states)


def _of_sound_cards(sources: Sequence[SourceStatus]) -> Iterator[Metric]:
    levels = [
        ((one.name, side.value), level.level_dbov)
        for one in sources
        for side, level in one.levels.items()
        if level.level_dbov is not None
    ]
    drifts = [
        ((one.name, side.value), ppm) for one in sources for side, ppm in one.drift_ppm.items() if ppm is not None
    ]
    yield _gauge("timbre_soundcard_level_dbov", "Level of the last 0.3 s", ("source", "side"), levels)
    yield _gauge("timbre_soundcard_drift_ppm", "How much faster than its name it runs", ("source", "side"), drifts)


def _of_the_whole(status: Status) -> Iterator[Metric]:
    """Of the process, whatever its sources."""
    states = [((state.value,), status.analysis is state) for state in Analysis] if status.analysis else []
    yield _counter("timbre_calls_handed_over", "Calls that the store has", (), [((), status.handed_over)])
    yield _counter("timbre_calls_unusable", "Calls that could not be handed over", (), [((), status.unusable)])
    yield _gauge("timbre_calls_waiting", "Ended calls that the store has not yet", (), [((), status.waiting)])
    yield _counter("timbre_recordings_analysed", "Recordings analysed", (), [((), status.analysed)])
    yield _gauge("timbre_analysis_state", "1 for the state that analysis is in", ("state",), states)
    yield _gauge("timbre_store_up", "1 where the database answered the last time", (), [((), status.store_reachable)])
    yield _counter("timbre_clock_steps", "Times that the time of day was set", (), [((), status.clock_steps)])
    yield _gauge("timbre_alarm", "1 for each thing that a person should see to", ("reason",), _alarms(status))
    yield _gauge("timbre_healthy", "1 where nothing needs a person", (), [((), status.healthy)])
    yield _gauge("timbre_build_info", "Always 1", ("version",), [((version(),), 1.0)])


def _alarms(status: Status) -> list[tuple[_Labels, float]]:
    return [((reason,), 1.0) for reason in status.alarms]


def _gauge(name: str, text: str, labels: _Labels, values: Sequence[tuple[_Labels, float]]) -> Metric:
    return _filled(GaugeMetricFamily(name, text, labels=labels), values)


def _counter(name: str, text: str, labels: _Labels, values: Sequence[tuple[_Labels, float]]) -> Metric:
    return _filled(CounterMetricFamily(name, text, labels=labels), values)


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, values: Sequence[tuple[_Labels, float]]
) -> GaugeMetricFamily | CounterMetricFamily:
    for labels, value in values:
        family.add_metric(labels, float(value))
    return family
