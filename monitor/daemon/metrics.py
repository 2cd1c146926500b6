"""What the daemon counts, in Prometheus' words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.daemon.status import SourceStatus, Status


class StatusCollector(Collector):
    """Reads the status when Prometheus asks: nothing is counted twice."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        status = self._status()
        yield from _of_sources(status.sources)
        yield _gauge("timbre_calls_handed_over", "Calls that the store has since the start", status.handed_over)
        yield _gauge("timbre_recordings_analysed", "Recordings analysed since the start", status.analysed)
        yield _gauge("timbre_store_reachable", "1 where the database answered the last time", status.store_reachable)
        yield _gauge("timbre_healthy", "1 where nothing needs a person", status.healthy)


def _of_sources(sources: Sequence[SourceStatus]) -> Iterator[Metric]:
    gauges: list[tuple[str, str, Callable[[SourceStatus], float]]] = [
        ("timbre_calls_live", "Calls being captured", lambda one: len(one.calls)),
        (
            "timbre_capture_lag_seconds",
            "How far the capture clock stands behind the time of day",
            lambda one: one.lag_s,
        ),
        ("timbre_disk_free_bytes", "Free on the disk of recordings", lambda one: one.health.free_bytes or 0),
        ("timbre_recorder_queue_bytes", "Sound that waits for the disk", lambda one: one.health.queued_bytes),
        (
            "timbre_recorder_sync_lag_seconds",
            "Since what is written survives a power cut",
            lambda o: o.health.sync_lag_s,
        ),
        ("timbre_source_up", "1 where the source is captured", lambda one: one.alive),
    ]
    counters: list[tuple[str, str, Callable[[SourceStatus], float]]] = [
        ("timbre_calls_ended", "Calls that ended", lambda one: one.ended),
        ("timbre_packets", "Packets or blocks of sound seen", lambda one: one.counts.packets),
        ("timbre_packets_dropped", "Dropped before we saw them", lambda one: one.counts.dropped),
        ("timbre_packets_unreadable", "Of no protocol that we follow, or malformed", lambda one: one.counts.unreadable),
        ("timbre_recorder_bytes", "Written to recordings", lambda one: one.health.counts.bytes_written),
        ("timbre_recorder_errors", "Refused by the disk", lambda one: one.health.counts.write_errors),
        (
            "timbre_recorder_lost_seconds",
            "Of one channel, lost for reasons of the disk",
            lambda o: o.health.counts.lost_s,
        ),
        ("timbre_capture_errors", "Rounds of capture that failed", lambda one: one.errors),
    ]
    for name, text, value in gauges:
        yield _labelled(GaugeMetricFamily(name, text, labels=["source"]), sources, value)
    for name, text, value in counters:
        yield _labelled(CounterMetricFamily(name, text, labels=["source"]), sources, value)


def _labelled(
    family: GaugeMetricFamily | CounterMetricFamily,
    sources: Sequence[SourceStatus],
    value: Callable[[SourceStatus], float],
) -> Metric:
    for one in sources:
        family.add_metric([one.name], float(value(one)))
    return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))
