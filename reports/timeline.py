"""What the player's picture is drawn from: peaks, turns, overlaps, silences, rings and findings."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from reports.wording import Wording

PEAKS_PER_SECOND = 10
_LEGEND = ("ring", "silence", "music", "interruption", "attempt", "backchannel", "finding")


def timeline_of(document: dict[str, Any], markers: Iterable[dict[str, Any]], wording: Wording) -> dict[str, Any]:
    """JSON-ready values for the page's program; peaks as base64 of one byte each, from 0 to 100."""
    parties = lanes_of(document)
    waveform = document.get("waveform", {})
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


def legend_of(timeline: dict[str, Any]) -> list[str]:
    """The kinds of thing that a timeline shows, in the order of its legend."""
    shown = {item[0] for item in timeline["overlaps"] + timeline["silences"]}
    if timeline["ring"]:
        shown.add("ring")
    if timeline["markers"]:
        shown.add("finding")
    return [kind for kind in _LEGEND if kind in shown]


def _packed(peaks: Iterable[int]) -> str:
    return base64.b64encode(bytes(min(max(int(peak), 0), 100) for peak in peaks)).decode("ascii")
