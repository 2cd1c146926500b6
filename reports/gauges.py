"""Measures beside the limits that they were judged by, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.line import scale_of

_TEN_MINUTES_S = 600.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """One measure of one call. Figures are in `unit`; a limit that is `None` is open or was not given."""

    measure: str
    value: float | None
    unit: str | None
    low: float | None = None
    high: float | None = None
    scale: tuple[float, float] = (0.0, 1.0)
    """Ends of the axis, widened where the figures lie beyond."""
    other: float | None = None
    """The customer's figure, where it helps to read the agent's."""
    reason: str | None = None
    """Code of why there is no value."""
    decimals: int = 1

    @property
    def within(self) -> bool | None:
        """Whether the value keeps its limits; `None` where there is no value or no limit."""
        if self.value is None or (self.low is None and self.high is None):
            return None
        above = self.low is None or self.value >= self.low
        return above and (self.high is None or self.value <= self.high)

    @property
    def axis(self) -> tuple[float, float]:
        """The scale, wide enough for every figure."""
        figures = [item for item in (*self.scale, self.value, self.other, self.low, self.high) if item is not None]
        return min(figures), max(figures)

    def share(self, figure: float) -> float:
        """Place of a figure on the axis, from 0 to 1."""
        start, end = self.axis
        return (figure - start) / (end - start)


def gauges_of(document: dict[str, Any]) -> tuple[Gauge, ...]:
    """The measures of a call that a report shows, in the order of a call."""
    return (*_answer(document), *_speech(document), *_conduct(document))


def line_gauges_of(document: dict[str, Any]) -> tuple[tuple[str, tuple[Gauge, ...]], ...]:
    """Party and measures of each direction of the telephone line; empty for a call from a file."""
    transport = document["transport"] or {}
    return tuple((item["party"], tuple(_line(item, _limits(document)))) for item in transport.get("directions", ()))


def speaker_of(document: dict[str, Any]) -> str:
    """The party that measures are about: the agent, or `both` on a mixed channel."""
    return "agent" if "agent" in document["parties"] else "both"


def interruptions_per_10_min(document: dict[str, Any]) -> float | None:
    """The agent's interruptions a ten minutes of call; a shorter call counts as ten minutes."""
    count = document["parties"].get("agent", {}).get("interruptions")
    if count is None:
        return None
    return float(count * _TEN_MINUTES_S / max(_TEN_MINUTES_S, document["recording"]["duration_s"]))


def _limits(document: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = (document["protocol"] or {}).get("limits", {})
    return limits


def _answer(document: dict[str, Any]) -> Iterator[Gauge]:
    answer, limits = document["answer"], _limits(document)
    third_s = answer["third_ring_ends_s"] or limits.get("third_ring_ends_s")
    reason = answer.get("reason")
    yield Gauge("ring_to_answer_s", answer["ring_to_answer_s"], "s", high=third_s, scale=(0, 20), reason=reason)
    yield Gauge("rings", answer["rings"], None, high=limits.get("rings_max"), scale=(0, 6), reason=reason, decimals=0)


def _speech(document: dict[str, Any]) -> Iterator[Gauge]:
    limits = _limits(document)
    own = document["parties"].get(speaker_of(document), {})
    other = document["parties"].get("customer", {})
    reasons = own.get("reasons", {})

    def gauge(measure: str, unit: str, **given: Any) -> Gauge:
        return Gauge(measure, own.get(measure), unit, other=other.get(measure), reason=reasons.get(measure), **given)

    low_dbov, high_dbov = _level_limits(limits)
    drift = limits.get("level_drift_max_db_per_min")
    yield gauge(
        "articulation_rate_sps",
        "sps",
        low=limits.get("articulation_rate_min_sps"),
        high=limits.get("articulation_rate_max_sps"),
        scale=(2, 10),
    )
    yield gauge("level_dbov", "dBov", low=low_dbov, high=high_dbov, scale=(-44, -8))
    yield gauge("level_sd_db", "dB", high=limits.get("level_sd_max_db"), scale=(0, 12))
    yield gauge("level_drift_db_per_min", "dB/min", low=drift and -drift, high=drift, scale=(-6, 6))
    yield _clipping(own, limits)


def _clipping(own: dict[str, Any], limits: dict[str, Any]) -> Gauge:
    ratio, high = own.get("clipped_ratio"), limits.get("clipped_ratio_max")
    return Gauge(
        "clipped_ratio",
        None if ratio is None else 100 * ratio,
        "%",
        high=None if high is None else 100 * high,
        scale=(0, 0.5),
        reason=own.get("reasons", {}).get("clipped_ratio"),
        decimals=2,
    )


def _level_limits(limits: dict[str, Any]) -> tuple[float | None, float | None]:
    target_dbov, tolerance_db = limits.get("level_target_dbov"), limits.get("level_tolerance_db")
    if target_dbov is None or tolerance_db is None:
        return None, None
    return target_dbov - tolerance_db, target_dbov + tolerance_db


def _conduct(document: dict[str, Any]) -> Iterator[Gauge]:
    parties, limits = document["parties"], _limits(document)
    own = parties.get(speaker_of(document), {})
    reason = own.get("reasons", {}).get("interruptions")
    yield Gauge(
        "interruptions_per_10_min",
        interruptions_per_10_min(document),
        None,
        high=limits.get("interruptions_max_per_10_min"),
        scale=(0, 6),
        reason=reason,
    )
    yield Gauge("longest_silence_s", _longest_silence_s(document), "s", scale=(0, 20))
    yield Gauge(
        "reply_latency_s",
        own.get("reply_latency_s"),
        "s",
        scale=(0, 3),
        other=parties.get("customer", {}).get("reply_latency_s"),
        reason=own.get("reasons", {}).get("reply_latency_s"),
    )
    yield Gauge("talk_share", _talk_share(parties), "%", scale=(0, 100), reason=reason, decimals=0)


def _longest_silence_s(document: dict[str, Any]) -> float:
    lengths_s = [item["end_s"] - item["start_s"] for item in document["silences"] if item["kind"] == "silence"]
    return float(max(lengths_s, default=0.0))


def _talk_share(parties: dict[str, Any]) -> float | None:
    if "agent" not in parties or "customer" not in parties:
        return None
    total_s = parties["agent"]["talk_s"] + parties["customer"]["talk_s"]
    return 100.0 * float(parties["agent"]["talk_s"]) / total_s if total_s else None


def _line(direction: dict[str, Any], limits: dict[str, Any]) -> Iterator[Gauge]:
    packets, lost = direction.get("packets"), direction.get("lost")
    loss = 100.0 * lost / (packets + lost) if packets and lost is not None else None
    low = None if direction.get("wideband") else limits.get("r_factor_min")  # a limit of the narrowband scale
    reason = (direction.get("assumptions") or {}).get("reason")
    yield Gauge("r_factor", direction.get("r_factor"), None, low=low, scale=scale_of(direction), reason=reason)
    yield Gauge("mos", direction.get("mos"), None, scale=(1, 5), reason=reason, decimals=2)
    yield Gauge("jitter_ms", direction.get("jitter_ms"), "ms", scale=(0, 60))
    yield Gauge("loss", loss, "%", scale=(0, 10), decimals=2)
