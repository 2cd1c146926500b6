"""How good each measure of a call is beside its limits, and which flags it raises.

A grade is None where the measure is not there: it leaves the score and raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.analysis import Analysis, Overlap, PartyMeasures, Silence
from models.protocol import MeasureWeight
from models.recording import Party
from models.rules import Limits
from models.span import Span
from models.verdict import Flag, Severity

TEN_MINUTES_S = 600.0


@dataclass(frozen=True, slots=True)
class Excess:
    """A measure beyond its limit."""

    flag: str
    measured: float
    limit: float
    unit: str
    span: Span | None = None
    severity: Severity | None = None
    """`None` is the protocol's."""


@dataclass(frozen=True, slots=True)
class Grade:
    """Share of the points won, from 0 to 1, and what went over its limits."""

    share: float
    excesses: tuple[Excess, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What grades are given on: the analysis, the limits, and the silences that nobody announced."""

    analysis: Analysis
    limits: Limits
    dead_air: tuple[Silence, ...]

    @property
    def agent(self) -> PartyMeasures:
        """The agent's measures; on a mixed channel there are none."""
        return self.analysis.parties.get(Party.AGENT, PartyMeasures(talk_s=0.0))


def flag_of(excess: Excess, weight: MeasureWeight) -> Flag:
    """The flag of an excess, as grave as the protocol says."""
    span = excess.span
    return Flag(
        id=excess.flag,
        severity=excess.severity or weight.severity,
        measured=excess.measured,
        limit=excess.limit,
        unit=excess.unit,
        start_s=span.start_s if span else None,
        end_s=span.end_s if span else None,
        error_class=weight.error_class,
    )


def _within(value: float | None, low: Excess | None, high: Excess | None) -> Grade | None:
    if value is None:
        return None
    if low and value < low.limit:
        return Grade(0.0, (low,))
    if high and value > high.limit:
        return Grade(0.0, (high,))
    return Grade(1.0)


def _speech_rate(call: Measured) -> Grade | None:
    agent, limits = call.agent, call.limits
    rate_sps = agent.articulation_rate_sps
    if rate_sps is None or agent.talk_s < limits.speech_min_s:
        return None
    return _within(
        rate_sps,
        Excess("speech_too_slow", rate_sps, limits.articulation_rate_min_sps, "sps"),
        Excess("speech_too_fast", rate_sps, limits.articulation_rate_max_sps, "sps"),
    )


def _level(call: Measured) -> Grade | None:
    level_dbov, limits = call.agent.level_dbov, call.limits
    if level_dbov is None:
        return None
    low_dbov, high_dbov = (limits.level_target_dbov + sign * limits.level_tolerance_db for sign in (-1, 1))
    return _within(
        level_dbov,
        Excess("volume_low", level_dbov, low_dbov, "dBov"),
        Excess("volume_high", level_dbov, high_dbov, "dBov"),
    )


def _level_sd(call: Measured) -> Grade | None:
    sd_db, limits = call.agent.level_sd_db, call.limits
    if sd_db is None:
        return None
    grade = _within(sd_db, None, Excess("volume_unstable", sd_db, limits.level_sd_max_db, "dB"))
    return Grade(0.5) if grade and grade.share and sd_db > limits.level_sd_steady_db else grade


def _level_drift(call: Measured) -> Grade | None:
    drift, limit = call.agent.level_drift_db_per_min, call.limits.level_drift_max_db_per_min
    if drift is None:
        return None
    return _within(
        drift, Excess("volume_drift", drift, -limit, "dB/min"), Excess("volume_drift", drift, limit, "dB/min")
    )


def _clipping(call: Measured) -> Grade | None:
    ratio, limit = call.agent.clipped_ratio, call.limits.clipped_ratio_max
    if ratio is None:
        return None
    return _within(100 * ratio, None, Excess("clipping", 100 * ratio, 100 * limit, "%"))


def _interruptions(call: Measured) -> Grade | None:
    """The agent's interruptions in ten minutes; a shorter call counts as ten."""
    if call.analysis.overlaps is None:
        return None
    own = [overlap for overlap in call.analysis.overlaps if _interrupts(overlap)]
    rate = len(own) * TEN_MINUTES_S / max(TEN_MINUTES_S, call.analysis.recording.duration_s)
    span = own[0].span if own else None
    limit = call.limits.interruptions_max_per_10_min
    return _within(rate, None, Excess("interruptions", rate, limit, "per_10_min", span))


def _interrupts(overlap: Overlap) -> bool:
    return overlap.kind == "interruption" and overlap.by is Party.AGENT


def _dead_air(call: Measured) -> Grade | None:
    limits = call.limits
    found = [silence.span for silence in call.dead_air if silence.span.duration_s > limits.dead_air_s]
    excesses = tuple(_silent(span, limits) for span in found)
    if any(excess.severity is None for excess in excesses):
        return Grade(0.0, excesses)
    return Grade(0.5, excesses) if excesses else Grade(1.0)


def _silent(span: Span, limits: Limits) -> Excess:
    """Dead air: told from its first limit, flagged from its second."""
    if span.duration_s > limits.dead_air_flagged_s:
        return Excess("dead_air", span.duration_s, limits.dead_air_flagged_s, "s", span)
    return Excess("dead_air", span.duration_s, limits.dead_air_s, "s", span, Severity.INFO)


def _transport(call: Measured) -> Grade | None:
    """The worse direction's R factor (ITU-T G.107)."""
    record = call.analysis.recording.call
    directions = record.transport.directions if record is not None and record.transport is not None else ()
    known = [way.r_factor for way in directions if way.r_factor is not None and not way.wideband]
    if not known:
        return None
    worst = min(known)
    return _within(worst, Excess("transport_quality", worst, call.limits.r_factor_min, "R"), None)


GRADES: Mapping[str, Callable[[Measured], Grade | None]] = MappingProxyType(
    {
        "articulation_rate_sps": _speech_rate,
        "level_dbov": _level,
        "level_sd_db": _level_sd,
        "level_drift_db_per_min": _level_drift,
        "clipped_ratio": _clipping,
        "interruptions_per_10_min": _interruptions,
        "dead_air": _dead_air,
        "r_factor": _transport,
    }
)
"""Id of a measure in the protocol's `[[measures]]` to its grade."""
