"""What a verdict says of a call, flags, violations and steps alike, as one kind of value for every report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

_SEVERITY_ORDER = ("critical", "warning", "not_met", "info")
_LAST_S = float("inf")


@dataclass(frozen=True, slots=True)
class Finding:
    """One opinion with its evidence. Times are in seconds from the start; `None` is not there."""

    kind: str
    """`flag`, `violation` or `step`."""
    id: str
    state: str
    """Severity of a flag (`critical`, `warning`, `info`), `violation`, or verdict of a step."""
    party: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    quote: str | None = None
    confidence: float | None = None
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    reason: str | None = None
    error_class: str | None = None
    searched_start_s: float | None = None
    searched_end_s: float | None = None
    nearest: str | None = None
    nearest_start_s: float | None = None
    also: tuple[tuple[float, float], ...] = ()
    """Start and end of each further place: the rest of a step's evidence, the other interruptions."""

    @property
    def place_s(self) -> float | None:
        """Where to listen: its own span, else the nearest thing said, else where it was searched."""
        for place_s in (self.start_s, self.nearest_start_s, self.searched_start_s):
            if place_s is not None:
                return place_s
        return None


def flags_of(document: dict[str, Any]) -> tuple[Finding, ...]:
    """The flags of a document, in its order."""
    return tuple(
        Finding(
            kind="flag",
            id=flag["id"],
            state=flag["severity"],
            start_s=flag["start_s"],
            end_s=flag["end_s"],
            quote=flag.get("quote"),
            measured=flag["measured"],
            limit=flag["limit"],
            unit=flag["unit"],
            error_class=flag.get("error_class"),
            also=_other_interruptions(document, flag) if flag["id"] == "interruptions" else (),
        )
        for flag in document["flags"]
    )


def violations_of(document: dict[str, Any]) -> tuple[Finding, ...]:
    """The violations of a document, in its order; none where it was not judged."""
    protocol = document["protocol"] or {"violations": []}
    return tuple(
        Finding(
            kind="violation",
            id=item["id"],
            state="violation",
            party="agent",
            start_s=item["start_s"],
            end_s=item["end_s"],
            quote=item["quote"],
            confidence=item["confidence"],
        )
        for item in protocol["violations"]
    )


def steps_of(document: dict[str, Any]) -> tuple[Finding, ...]:
    """The steps of a document, in its order, each with its first evidence; none where it was not judged."""
    protocol = document["protocol"] or {"steps": []}
    return tuple(_step(step) for step in protocol["steps"])


def findings_of(document: dict[str, Any]) -> tuple[Finding, ...]:
    """Flags, violations and steps, each as the document has it."""
    return flags_of(document) + violations_of(document) + steps_of(document)


def attention_of(document: dict[str, Any]) -> tuple[Finding, ...]:
    """What a supervisor should look at, the gravest first, then in order of time; no thing twice.

    A flag raised by a violation or a missing step is shown with that one's words, window and nearest thing said.
    """
    sources = violations_of(document) + tuple(step for step in steps_of(document) if step.state == "not_met")
    flags = flags_of(document)
    explained = [_explained(flag, sources) for flag in flags]
    alone = [source for source in sources if not any(_same(flag, source) for flag in flags)]
    return tuple(sorted(explained + alone, key=_urgency))


def _step(step: dict[str, Any]) -> Finding:
    evidence = step["evidence"][0] if step["evidence"] else {}
    searched = step.get("searched") or {}
    return Finding(
        kind="step",
        id=step["id"],
        state=step["verdict"],
        party=evidence.get("party"),
        start_s=evidence.get("start_s"),
        end_s=evidence.get("end_s"),
        quote=evidence.get("quote"),
        confidence=evidence.get("confidence"),
        reason=step["reason"],
        searched_start_s=searched.get("start_s"),
        searched_end_s=searched.get("end_s"),
        nearest=searched.get("nearest"),
        nearest_start_s=searched.get("nearest_start_s"),
        also=tuple((item["start_s"], item["end_s"]) for item in step["evidence"][1:]),
    )


def _other_interruptions(document: dict[str, Any], flag: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    """The agent's interruptions beside the one that the flag points at."""
    return tuple(
        (item["start_s"], item["end_s"])
        for item in document["overlaps"] or ()
        if item["kind"] == "interruption" and item["by"] == "agent" and item["start_s"] != flag["start_s"]
    )


def _same(flag: Finding, source: Finding) -> bool:
    """Whether the flag was raised by this source; a step judged on a measure names its flag as its reason."""
    if source.kind == "step":
        return flag.id in {source.id, source.reason}
    return flag.id == source.id and flag.start_s in {None, source.start_s}


def _explained(flag: Finding, sources: Iterable[Finding]) -> Finding:
    source = next((source for source in sources if _same(flag, source)), None)
    if source is None or source.id != flag.id:
        return flag
    return replace(
        source,
        state=flag.state,
        measured=flag.measured,
        limit=flag.limit,
        unit=flag.unit,
        error_class=flag.error_class,
        quote=source.quote or flag.quote,
    )


def _urgency(finding: Finding) -> tuple[int, float]:
    state = "warning" if finding.state == "violation" else finding.state
    place_s = finding.place_s
    return _SEVERITY_ORDER.index(state), _LAST_S if place_s is None else place_s
