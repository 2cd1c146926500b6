"""What signalling and recorder say of a captured call: its moments, its delays, and where its sound is not its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

_DELAYS = ("post_dial_delay_s", "ring_to_answer_s", "answer_delay_s", "ring_to_abandon_s")
_SAME_NUMBER_S = 8.0
"""Keys pressed closer together are told as one entry."""
_LEG = re.compile(r"leg_(\d+)(?: |$)")


@dataclass(frozen=True, slots=True)
class CallMoment:
    """One line of the list of moments."""

    kind: str
    at_s: float
    """On the recording's time line: negative before its first sound."""
    by: str | None = None
    leg: int = 1
    """Which of the call's dialogs, in the order in which they came."""
    status: str | None = None
    """A SIP status."""
    reason: str | None = None
    """Any other code of why."""
    count: int = 1

    def within(self, duration_s: float) -> bool:
        """Whether a recording of that length holds it, so that one can listen there."""
        return 0 <= self.at_s <= duration_s


@dataclass(frozen=True, slots=True)
class Patch:
    """Sound that is not what was said: made up for lost packets, or silence where nothing was captured."""

    kind: str
    """`concealed` or `missing`."""
    party: str
    start_s: float
    end_s: float


def moments_of(document: dict[str, Any]) -> tuple[CallMoment, ...]:
    """All moments in order of time, keys pressed one after another as one; empty for a call that was not captured."""
    return tuple(_keys_together(_moment(item) for item in _call(document).get("moments", ())))


def delays_of(document: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    """Name and seconds of each delay that the signalling tells, in the order of a call."""
    call = _call(document)
    return tuple((name, call[name]) for name in _DELAYS if call.get(name) is not None)


def holds_of(document: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    """The stretches of the recording in which somebody held the call; both may do so at once."""
    length_s, since_s, holders = document["recording"]["duration_s"], 0.0, 0
    held: list[tuple[float, float]] = []
    for moment in moments_of(document):
        if moment.kind == "held":
            since_s = moment.at_s if holders == 0 else since_s
            holders += 1
        elif moment.kind == "resumed" and holders:
            holders -= 1
            held += [(since_s, moment.at_s)] if holders == 0 else []
    held += [(since_s, length_s)] if holders else []
    inside = ((max(0.0, start_s), min(end_s, length_s)) for start_s, end_s in held)
    return tuple((start_s, end_s) for start_s, end_s in inside if end_s > start_s)


def patches_of(document: dict[str, Any]) -> tuple[Patch, ...]:
    """Where sound was concealed or is missing, in order of time."""
    call = _call(document)
    found = (
        Patch(kind, party, span["start_s"], span["end_s"])
        for kind in ("concealed", "missing")
        for party, spans in call.get(kind, {}).items()
        for span in spans
    )
    return tuple(sorted(found, key=lambda patch: (patch.start_s, patch.party, patch.kind)))


def totals_of(patches: Iterable[Patch]) -> tuple[tuple[str, str, int, float], ...]:
    """Kind, party, number of places and seconds of what was concealed or is missing."""
    sums: dict[tuple[str, str], tuple[int, float]] = {}
    for patch in patches:
        places, seconds = sums.get((patch.kind, patch.party), (0, 0.0))
        sums[patch.kind, patch.party] = places + 1, seconds + patch.end_s - patch.start_s
    return tuple((kind, party, *total) for (kind, party), total in sorted(sums.items()))


def _call(document: dict[str, Any]) -> dict[str, Any]:
    call: dict[str, Any] = document.get("call") or {}
    return call


def _moment(values: dict[str, Any]) -> CallMoment:
    detail = values.get("detail") or ""
    leg = _LEG.match(detail)
    code = detail[leg.end() :] if leg else detail
    told = {"status": code} if code.isdecimal() else {"reason": code or None}
    return CallMoment(values["kind"], values["at_s"], values.get("by"), int(leg[1]) if leg else 1, **told)


def _keys_together(moments: Iterable[CallMoment]) -> list[CallMoment]:
    told: list[CallMoment] = []
    last_key_s = 0.0
    for moment in moments:
        before = told[-1] if told else None
        key = moment.kind == "digit"
        if key and before and (before.kind, before.by) == ("digit", moment.by) and _soon(moment, last_key_s):
            told[-1] = replace(before, count=before.count + 1)
        else:
            told.append(moment)
        last_key_s = moment.at_s if key else last_key_s
    return told


def _soon(moment: CallMoment, before_s: float) -> bool:
    return moment.at_s - before_s <= _SAME_NUMBER_S
