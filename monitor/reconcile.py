"""What an exchange says there were of calls, against the calls that were kept."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audio.sources.cdr import Cdr, together
from monitor.calls.numbers import same_number


@dataclass(frozen=True, slots=True)
class KeptCall:
    """One call that was recorded, or at least seen."""

    id: str
    ids: tuple[str, ...]
    """What exchanges may call it: Call-IDs, unique ids, the names of its files."""
    started_at: datetime | None = None
    duration_s: float | None = None
    """Of its sound; 0 where there is none, `None` where it is not known."""
    caller: str | None = None
    callee: str | None = None


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far two records of one call may lie apart."""

    start_s: float = 30.0
    """Where only numbers tell: a queue's call is recorded from its agent on, and clocks differ."""
    duration_s: float = 3.0
    duration_ratio: float = 0.02
    shortest_s: float = 1.0
    """Answered calls that talked for less need no recording."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A call whose recording is shorter than its talk, or longer than the whole call."""

    cdr: Cdr
    call: KeptCall


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`complete` where nothing is missing on either side."""

    matched: int
    unrecorded: tuple[Cdr, ...]
    """Answered calls without a recording that has sound, in the order of their start."""
    unlisted: tuple[KeptCall, ...]
    """Recordings, within the time that the records cover, of no call in them."""
    differing: tuple[Differing, ...]

    @property
    def complete(self) -> bool:
        return not (self.unrecorded or self.unlisted or self.differing)


def reconcile(rows: Iterable[Cdr], kept: Sequence[KeptCall], tolerances: Tolerances | None = None) -> Reconciliation:
    """Every call of the records with its recordings: by id, and else by time and numbers where only one fits."""
    limits = tolerances or Tolerances()
    calls = sorted(grouped(rows), key=_begin)
    found = _by_id(calls, kept)
    _add_by_number(found, calls, kept, limits)
    taken = {call.id for matches in found.values() for call in matches}
    covered = [at for cdr in calls if (at := cdr.facts.started_at)]
    return Reconciliation(
        matched=len(found),
        unrecorded=tuple(
            cdr for index, cdr in enumerate(calls) if _needs_recording(cdr, limits) and not _sounding(found, index)
        ),
        unlisted=tuple(call for call in kept if call.id not in taken and call.duration_s != 0 and _in(covered, call)),
        differing=tuple(
            Differing(calls[index], longest)
            for index in sorted(found)
            if (longest := _sounding(found, index)) and _differs(calls[index], longest, limits)
        ),
    )


def grouped(rows: Iterable[Cdr]) -> list[Cdr]:
    """One record a call: rows with an id in common, directly or through others, are put together."""
    group_of: dict[str, int] = {}
    groups: dict[int, list[Cdr]] = {}
    for number, row in enumerate(rows):
        members = [row]
        for old in sorted({group_of[key] for key in row.ids if key in group_of}):
            members = [*groups.pop(old), *members]
        groups[number] = members
        group_of.update((key, number) for member in members for key in member.ids)
    return [together(members) for members in groups.values()]


_Matches = dict[int, list[KeptCall]]


def _by_id(calls: Sequence[Cdr], kept: Sequence[KeptCall]) -> _Matches:
    named: defaultdict[str, list[KeptCall]] = defaultdict(list)
    for call in kept:
        for key in {one.lower() for one in call.ids}:
            named[key].append(call)
    found: _Matches = {}
    for index, cdr in enumerate(calls):
        keys = [*cdr.ids, *((cdr.recording,) if cdr.recording else ())]
        matches = {call.id: call for key in keys for call in named.get(key.lower(), ())}
        if matches:
            found[index] = list(matches.values())
    return found


def _add_by_number(found: _Matches, calls: Sequence[Cdr], kept: Sequence[KeptCall], limits: Tolerances) -> None:
    taken = {call.id for matches in found.values() for call in matches}
    free = sorted(((call.started_at, call) for call in kept if call.started_at and call.id not in taken), key=_moment)
    moments = [moment for moment, _ in free]
    fits: dict[int, list[KeptCall]] = {}
    wanted: defaultdict[str, int] = defaultdict(int)
    for index, cdr in enumerate(calls):
        start = cdr.facts.started_at
        if index in found or start is None:
            continue
        first = bisect_left(moments, start - timedelta(seconds=limits.start_s))
        last = bisect_left(moments, start + timedelta(seconds=limits.start_s + (cdr.duration_s or 0.0)))
        fits[index] = [call for _, call in free[first:last] if _same_people(cdr, call)]
        for call in fits[index]:
            wanted[call.id] += 1
    certain = {index: one for index, one in fits.items() if len(one) == 1 and wanted[one[0].id] == 1}
    found.update(certain)


def _moment(pair: tuple[datetime, KeptCall]) -> datetime:
    return pair[0]


def _same_people(cdr: Cdr, call: KeptCall) -> bool:
    """The caller is the same, or where one of the two does not know the caller, the callee is."""
    if cdr.facts.caller and call.caller:
        return same_number(cdr.facts.caller, call.caller)
    return same_number(cdr.facts.callee, call.callee)


def _needs_recording(cdr: Cdr, limits: Tolerances) -> bool:
    return cdr.answered is not False and (cdr.talk_s is None or cdr.talk_s >= limits.shortest_s)


def _sounding(found: Mapping[int, Sequence[KeptCall]], index: int) -> KeptCall | None:
    """The longest recording of a call; one of unknown length counts, one without sound does not."""
    matches = [call for call in found.get(index, ()) if call.duration_s != 0]
    return max(matches, key=lambda call: call.duration_s or 0.0, default=None)


def _differs(cdr: Cdr, call: KeptCall, limits: Tolerances) -> bool:
    if call.duration_s is None or cdr.answered is False:
        return False
    slack_s = limits.duration_s + limits.duration_ratio * call.duration_s
    too_short = cdr.talk_s is not None and call.duration_s < cdr.talk_s - slack_s
    longest_s = cdr.duration_s if cdr.duration_s is not None else cdr.talk_s
    return too_short or (longest_s is not None and call.duration_s > longest_s + slack_s)


def _in(covered: Sequence[datetime], call: KeptCall) -> bool:
    return bool(covered) and call.started_at is not None and min(covered) <= call.started_at <= max(covered)


def _begin(cdr: Cdr) -> float:
    return cdr.facts.started_at.timestamp() if cdr.facts.started_at else float("inf")
