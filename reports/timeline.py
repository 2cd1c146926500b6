"""What the player's picture is drawn from: peaks, turns, overlaps, silences, rings and findings."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from reports.captured import CallMoment, holds_of, moments_of, patches_of
from reports.understood import Told, told_of
from reports.wording import Wording

PEAKS_PER_SECOND = 10
_LEGEND = (
    "ring",
    "silence",
    "music",
    "held",
    "concealed",
    "missing",
    "interruption",
    "attempt",
    "backchannel",
    "moment",
    "key_moment",
    "finding",
)
_DRAWN = ("answered", "held", "resumed", "transferred", "joined", "source_lost", "source_back")
"""Moments that have a mark of their own; others are in the list, or are the ends of the picture."""
_LEAST_INSIDE_S = 0.5
"""A moment as close to an end of the recording is that end."""


def timeline_of(document: dict[str, Any], markers: Iterable[dict[str, Any]], wording: Wording) -> dict[str, Any]:
    """JSON-ready values for the page's program; peaks as base64 of one byte each, from 0 to 100."""
    parties = lanes_of(document)
    waveform = document.get("waveform", {})
    told = told_of(document) or Told()
    return {
        "duration_s": document["recording"]["duration_s"],
        "peaks_per_second": PEAKS_PER_SECOND,
        "lanes": [
            {"party": party, "label": wording.party(party), "peaks": _packed(waveform.get(party, ()))}
            for party in parties
        ],
        "turns": [[parties.index(turn["party"]), turn["start_s"], turn["end_s"]] for turn in document["turns"]],
        "overlaps": [[item["kind"], item["start_s"], item["end_s"]] for item in document["overlaps"] or ()],
        "silences": [[item["kind"], item["start_s"], item["end_s"]] for item in document["silences"]],
        "ring": ring_of(document),
        "held": [list(hold) for hold in holds_of(document)],
        "patches": _patches(document, parties),
        "moments": [[moment.at_s, wording.moment(moment)] for moment in drawn_moments(document)],
        "key_moments": [[item["start_s"], wording.key_moment(item)] for item in told.moments],
        "phases": [[wording.phase(item["id"]), item["start_s"], item["end_s"]] for item in told.phases],
        "markers": sorted(markers, key=lambda marker: marker["start_s"]),
    }


def lanes_of(document: dict[str, Any]) -> list[str]:
    """The parties that have a lane: both voices on a mixed channel share one unless they were told apart."""
    heard = {turn["party"] for turn in document["turns"]} | set(document["recording"]["channels"])
    if heard == {"both"}:
        return ["both"]
    return [party for party in ("agent", "customer", "both") if party in heard]


def ring_of(document: dict[str, Any]) -> list[float] | None:
    """From the first ring to the answer, where the recording holds them."""
    answer = document["answer"]
    start_s, length_s = answer.get("first_ring_s"), answer["ring_to_answer_s"]
    if start_s is None or length_s is None:
        return None
    return [start_s, start_s + length_s]


def drawn_moments(document: dict[str, Any]) -> tuple[CallMoment, ...]:
    """The moments of a captured call that the picture marks: those inside the recording, and the end where it is."""
    length_s = document["recording"]["duration_s"]
    inside = (moment for moment in moments_of(document) if _LEAST_INSIDE_S <= moment.at_s <= length_s)
    return tuple(
        moment
        for moment in inside
        if moment.kind in _DRAWN or (moment.kind == "ended" and moment.at_s < length_s - _LEAST_INSIDE_S)
    )


def legend_of(timeline: dict[str, Any]) -> list[str]:
    """The kinds of thing that a timeline shows, in the order of its legend."""
    shown = {item[0] for item in timeline["overlaps"] + timeline["silences"] + timeline["patches"]}
    named = {"ring": "ring", "held": "held", "moments": "moment", "key_moments": "key_moment", "markers": "finding"}
    shown |= {kind for key, kind in named.items() if timeline[key]}
    return [kind for kind in _LEGEND if kind in shown]


def _patches(document: dict[str, Any], parties: list[str]) -> list[list[Any]]:
    """Kind, lane, start and end; what concerns a party without a lane is drawn on all."""
    return [
        [patch.kind, parties.index(patch.party) if patch.party in parties else None, patch.start_s, patch.end_s]
        for patch in patches_of(document)
    ]


def _packed(peaks: Iterable[int]) -> str:
    return base64.b64encode(bytes(min(max(int(peak), 0), 100) for peak in peaks)).decode("ascii")
