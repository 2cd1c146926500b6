"""Feedback to the agent on one call: what went well first, then what to improve, each with its moment.

Only this call is spoken of: no ranking, no comparison and no emotions. What the agent cannot
influence is told apart, as not theirs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.call_page import facts_of
from reports.catalogue import Catalogue
from reports.findings import Finding, attention_of, steps_of
from reports.gauges import Gauge, gauges_of
from reports.page import write_page
from reports.score import score_of
from reports.sound import Sound, address

NOT_THE_AGENTS = frozenset({"transport_quality", "channels_swapped"})
"""Flags about the telephone line or the recorder."""

_PRAISED_MEASURES = ("articulation_rate_sps", "level_sd_db")
_PARTS = ("base.css", "agent.css", "player.js", "agent.js")


def write_agent_page(
    document: dict[str, Any],
    audio: Sound | None,
    catalogue: Catalogue,
    path: Path,
    *,
    call_href: str | None = None,
) -> None:
    """Write the agent's page of an analysis document to `path`; without `audio` the moments are named only.

    `call_href` is the path of the call's page, relative to this one.

    Raises:
        OSError: where the file cannot be written.
    """
    write_page(
        path,
        "agent.html.j2",
        catalogue,
        parts=_PARTS,
        sound=audio,
        document=document,
        facts=tuple(facts_of(document["recording"], catalogue)),
        well=went_well(document),
        improve=[(group[0], group) for group in improvable(document)],
        line=[item for item in attention_of(document) if item.id in NOT_THE_AGENTS],
        unsure=[step for step in steps_of(document) if step.state == "not_evaluable"],
        score_rows=score_of(document).rows,
        call_href=call_href and address(call_href),
        duration_s=document["recording"]["duration_s"],
    )


def went_well(document: dict[str, Any]) -> tuple[Finding, ...]:
    """Steps met in order of time, then measures that kept their limits."""
    steps = sorted((step for step in steps_of(document) if step.state == "met"), key=_moment_s)
    return (*steps, *_praised_measures(document))


def improvable(document: dict[str, Any]) -> tuple[tuple[Finding, ...], ...]:
    """What the agent can do better, the same thing said several times as one group, the gravest first."""
    groups: dict[str, list[Finding]] = {}
    for finding in attention_of(document):
        if finding.id not in NOT_THE_AGENTS:
            groups.setdefault(finding.id, []).append(finding)
    return tuple(tuple(group) for group in groups.values())


def _moment_s(finding: Finding) -> float:
    return finding.place_s or 0.0


def _praised_measures(document: dict[str, Any]) -> list[Finding]:
    steady_db = (document["protocol"] or {}).get("limits", {}).get("level_sd_steady_db")
    gauges = [gauge for gauge in gauges_of(document) if gauge.measure in _PRAISED_MEASURES and gauge.within]
    praised = [_praise(gauge) for gauge in gauges if gauge.measure != "level_sd_db" or _keeps(gauge, steady_db)]
    count = document["parties"].get("agent", {}).get("interruptions")
    return [*praised, Finding("measure", "interruptions", "met")] if count == 0 else praised


def _keeps(gauge: Gauge, limit: float | None) -> bool:
    return gauge.value is not None and limit is not None and gauge.value <= limit


def _praise(gauge: Gauge) -> Finding:
    return Finding("measure", gauge.measure, "met", measured=gauge.value, unit=gauge.unit)
