"""A protocol tried on stored calls: who would be judged differently, and by which words. Nothing is written."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from models.document import analysis_from, verdict_document, verdict_from
from models.rules import Rules
from models.verdict import StepResult, StepVerdict, Verdict, Violation
from models.work import Stored
from monitor.judge import judge

BAND = 10
"""Points of one bar of the scores' distribution."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step or violation of a call that is judged differently."""

    kind: str
    """`step` or `violation`."""
    id: str
    before: str | int | None
    """Verdict of a step, `None` where the protocol has no such step; number of a violation."""
    after: str | int | None
    quote: str | None
    """The words that made it: those that count now, or that counted before."""
    start_s: float | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One call judged by both protocols."""

    recording_id: str
    file: str
    agent_id: str | None
    before: float | None
    """The score."""
    after: float | None
    changes: tuple[Change, ...]

    @property
    def weight(self) -> tuple[int, float]:
        """How much changed: things judged differently, then points."""
        return len(self.changes), abs((self.after or 0.0) - (self.before or 0.0))

    @property
    def changed(self) -> bool:
        return bool(self.changes) or self.before != self.after


@dataclass(slots=True)
class Scores:
    """The scores of some calls before and after."""

    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    calls: int = 0
    changed: int = 0

    def add(self, call: Tried) -> None:
        self.calls += 1
        self.changed += call.changed
        if call.before is not None:
            self.before.append(call.before)
        if call.after is not None:
            self.after.append(call.after)


@dataclass(slots=True)
class Trial:
    """What trying a protocol on many calls gave."""

    most: int
    """So many of the calls that change most are kept."""
    scores: Scores = field(default_factory=Scores)
    changes: Counter[tuple[str, str, str | int | None, str | int | None]] = field(default_factory=Counter)
    """Calls by kind, id, before and after."""
    agents: dict[str, Scores] = field(default_factory=dict)
    calls: list[Tried] = field(default_factory=list)
    """Those that change most, the most first."""

    def add(self, call: Tried) -> None:
        self.scores.add(call)
        self.agents.setdefault(call.agent_id or "", Scores()).add(call)
        self.changes.update((one.kind, one.id, one.before, one.after) for one in call.changes)
        if call.changed:
            kept = sorted([*self.calls, call], key=lambda one: (*(-part for part in one.weight), one.file))
            self.calls = kept[: self.most]


def tried(calls: Iterable[Stored], before: Rules, after: Rules) -> Iterator[Tried]:
    """Each call judged by both rules, now and by this program, so that only the rules can differ."""
    for stored in calls:
        analysis = analysis_from(stored.document)
        old, new = (_as_kept(judge(analysis, rules)) for rules in (before, after))
        recording = analysis.recording
        changes = (*_steps(old, new), *_violations(old, new))
        agent = recording.facts.agent_id
        yield Tried(stored.recording_id, recording.file, agent, old.score.total, new.score.total, changes)


def _as_kept(verdict: Verdict) -> Verdict:
    """The verdict with its figures rounded as they are stored."""
    return verdict_from(verdict_document(verdict)) or verdict


def _steps(before: Verdict, after: Verdict) -> Iterator[Change]:
    old, new = ({step.id: step for step in verdict.steps} for verdict in (before, after))
    for step_id in dict.fromkeys([*old, *new]):
        was, now = old.get(step_id), new.get(step_id)
        old_verdict, new_verdict = (one.verdict.value if one else None for one in (was, now))
        if old_verdict != new_verdict:
            yield Change("step", step_id, old_verdict, new_verdict, *_words(was, now))


def _words(was: StepResult | None, now: StepResult | None) -> tuple[str | None, float | None]:
    """What is said where a step is met: after, else before; else the nearest thing said."""
    for result in (now, was):
        if result is not None and result.verdict is StepVerdict.MET and result.evidence:
            return result.evidence[0].quote, result.evidence[0].start_s
    searched = now.searched if now else None
    return (searched.nearest, searched.nearest_start_s) if searched else (None, None)


def _violations(before: Verdict, after: Verdict) -> Iterator[Change]:
    old, new = _by_id(before.violations), _by_id(after.violations)
    for violation_id in dict.fromkeys([*old, *new]):
        was, now = old.get(violation_id, []), new.get(violation_id, [])
        places = {one.start_s for one in was} ^ {one.start_s for one in now}
        if places:
            words = next(one for one in (*now, *was) if one.start_s in places)
            yield Change("violation", violation_id, len(was), len(now), words.quote, words.start_s)


def _by_id(violations: Sequence[Violation]) -> dict[str, list[Violation]]:
    found: dict[str, list[Violation]] = {}
    for violation in violations:
        found.setdefault(violation.id, []).append(violation)
    return found


def bands(scores: Sequence[float]) -> list[int]:
    """How many scores lie in each band of ten points; 100 is in the last."""
    counts = Counter(min(int(score // BAND), 100 // BAND - 1) for score in scores)
    return [counts[band] for band in range(100 // BAND)]


def mean(scores: Sequence[float]) -> float | None:
    return statistics.fmean(scores) if scores else None


def median(scores: Sequence[float]) -> float | None:
    return statistics.median(scores) if scores else None
