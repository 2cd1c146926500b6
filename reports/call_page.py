"""The report of one call: player, waveforms, transcript, findings, measures and score in one file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.captured import delays_of, moments_of, patches_of, totals_of
from reports.catalogue import Catalogue
from reports.charts import bar, bullet, score_ring
from reports.findings import Finding, attention_of, steps_of
from reports.gauges import Gauge, gauges_of, line_gauges_of
from reports.line import directions_of
from reports.page import write_page
from reports.score import score_of
from reports.sound import Sound, address
from reports.timeline import legend_of, timeline_of
from reports.transcript import entries_of, is_low, personal_of
from reports.wording import Wording

_PARTS = ("base.css", "call.css", "player.js", "timeline.js", "transcript.js", "call.js")


def write_call_page(
    document: dict[str, Any],
    audio: Sound | None,
    catalogue: Catalogue,
    path: Path,
    *,
    index_href: str | None = None,
    agent_href: str | None = None,
) -> None:
    """Write the report of an analysis document to `path`; without `audio` it has all but the sound.

    `index_href` and `agent_href` are paths of the other pages, relative to this one.

    Raises:
        OSError: where the file cannot be written.
    """
    write_page(
        path,
        "call.html.j2",
        catalogue,
        parts=_PARTS,
        sound=audio,
        document=document,
        index_href=index_href and address(index_href),
        agent_href=agent_href and address(agent_href),
        facts=(*facts_of(document["recording"], catalogue), *outcome_of(document, catalogue)),
        made=tuple(made_with(document, catalogue)),
        **_opinion(document, catalogue),
        **_captured(document),
        **_picture(document, Wording(catalogue)),
    )


def _opinion(document: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """What the template shows of verdict, measures and score."""
    score, steps = score_of(document), steps_of(document)
    return {
        "score": score,
        "score_ring": score_ring(score.total, _score_label(score.total, catalogue)),
        "score_rows": [(row, bar([("won", row.share)])) for row in score.rows],
        "steps": steps,
        "steps_met": sum(step.state == "met" for step in steps),
        "steps_judged": sum(step.state in {"met", "not_met"} for step in steps),
        "left_out": [step for step in steps if step.state in {"not_applicable", "not_evaluable"}],
        "gauges": _drawn(gauges_of(document)),
    }


def _captured(document: dict[str, Any]) -> dict[str, Any]:
    """What the template shows of signalling and packets; all empty for a call from a file of sound."""
    gauges = (_drawn(gauges) for _, gauges in line_gauges_of(document))
    return {
        "call": document.get("call"),
        "moments": moments_of(document),
        "delays": delays_of(document),
        "patches": totals_of(patches_of(document)),
        "line": list(zip(directions_of(document), gauges, strict=True)),
        "call_notes": tuple(dict.fromkeys((document.get("call") or {}).get("notes", ()))),
    }


def _picture(document: dict[str, Any], wording: Wording) -> dict[str, Any]:
    """What the template shows along the time of the call."""
    attention = attention_of(document)
    timeline = timeline_of(document, _markers(attention, steps_of(document), wording), wording)
    return {
        "attention": attention,
        "timeline": timeline,
        "legend": legend_of(timeline),
        "entries": entries_of(document),
        "is_low": is_low,
        "personal": personal_of(document),
        "notes": tuple(dict.fromkeys([*document["recording"].get("notes", ()), *document.get("notes", ())])),
    }


def _drawn(gauges: tuple[Gauge, ...]) -> list[tuple[Gauge, Markup]]:
    return [(gauge, bullet(gauge)) for gauge in gauges]


def facts_of(recording: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Message id and text of each fact that is known of a recording."""
    wording = Wording(catalogue)
    for name in ("agent", "queue", "caller", "callee"):
        fact = recording.get("agent_id" if name == "agent" else name)
        if fact:
            yield f"fact-{name}", fact
    if recording.get("started_at"):
        yield "fact-started", catalogue.moment(datetime.fromisoformat(recording["started_at"]))
    yield "fact-duration", wording.seconds(recording["duration_s"])


def outcome_of(document: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Message id and text of how a captured call went and who ended it."""
    call = document.get("call")
    if call:
        yield "fact-outcome", catalogue.named("outcome", call["outcome"])
        if call.get("ended_by"):
            yield "fact-ended_by", Wording(catalogue).party(call["ended_by"])


def made_with(document: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Message id and value of all that made the analysis and its verdict."""
    made = document["analysed_with"]
    for name in ("timbre", "transcriber", "model_sha256", "speech_detector", "language", "config_sha256"):
        if made.get(name):
            yield f"made-{name}", made[name]
    protocol = document["protocol"]
    if protocol:
        yield "made-protocol", f"{protocol['name']} {protocol['version']}"
        bases = ", ".join(f"{base['name']} {base['version']}" for base in protocol.get("extends", ()))
        if bases:
            yield "made-protocol_extends", bases
        yield "made-protocol_sha256", protocol["sha256"]
        yield "made-rules_sha256", protocol["rules_sha256"]
    recording = document["recording"]
    mixed = recording["channels"] == ["both"]
    rate = catalogue.quantity(recording["sample_rate_hz"], "hz", 0)
    yield "made-recording", f"{catalogue.text('channels-mixed' if mixed else 'channels-stereo')}, {rate}"
    yield "made-recording_sha256", recording["sha256"]
    dropped = made.get("dropped_words") or {}
    if dropped:
        counts = (f"{catalogue.named('dropped', reason)}: {count}" for reason, count in dropped.items())
        yield "made-dropped_words", ", ".join(counts)


def _score_label(total: float | None, catalogue: Catalogue) -> str:
    if total is None:
        return catalogue.text("score-none")
    return catalogue.text("score-label", score=catalogue.number(total, 1))


def _markers(attention: tuple[Finding, ...], steps: tuple[Finding, ...], wording: Wording) -> list[dict[str, Any]]:
    """What the timeline shows of each finding with a place; `n` is its number on the page.

    A missing step is already among what needs attention and is not marked twice.
    """
    numbered = [*enumerate(attention), *enumerate(steps, start=len(attention))]
    return [
        {
            "n": number,
            "start_s": finding.place_s,
            "end_s": finding.place_s if finding.start_s is None else finding.end_s,
            "state": finding.state,
            "title": wording.title(finding),
        }
        for number, finding in numbered
        if finding.place_s is not None and (number < len(attention) or finding.state == "met")
    ]
