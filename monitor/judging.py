"""Judging stored calls again: what the rules of today say of them, and what that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.archive import Archive
from models.document import analysis_from, verdict_document, verdict_from
from models.rules import Rules
from models.verdict import Verdict
from models.work import Selection
from monitor.judge import judge
from monitor.rejudge import Cause, causes


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two verdicts say differently. `kind` is the end of the message `judge-<kind>`."""

    kind: str
    id: str = ""
    before: str | float | None = None
    after: str | float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A call judged again."""

    recording_id: str
    file: str
    before: Verdict | None
    after: Verdict

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What changed, the score first; nothing where the two say the same."""
        return tuple(differences(self.before, self.after))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Why; nothing for a first verdict."""
        return causes(self.before, self.after) if self.before else ()


def judge_again(
    archive: Archive,
    rules: Rules,
    selection: Selection,
    now: Callable[[], datetime],
    *,
    but: frozenset[str] = frozenset(),
) -> Iterator[Judged]:
    """Judge the selected analyses, keep each verdict beside the older ones, and tell; recordings in `but` are left out.

    Raises:
        StoreError: where the database fails.
    """
    for stored in archive.documents(selection):
        if stored.recording_id in but:
            continue
        analysis = analysis_from(stored.document)
        verdict = judge(analysis, rules)
        archive.add_verdict(stored.analysis_id, verdict, now())
        # Compared as they are kept: a score differs from itself rounded.
        kept = verdict_from(verdict_document(verdict)) or verdict
        yield Judged(stored.recording_id, analysis.recording.file, verdict_from(stored.document), kept)


def differences(before: Verdict | None, after: Verdict) -> Iterator[Difference]:
    """What `after` says differently from `before`; all of it where there was none."""
    total = before.score.total if before else None
    if total != after.score.total:
        yield Difference("score", before=total, after=after.score.total)
    old_steps = {step.id: step.verdict.value for step in before.steps} if before else {}
    for step in after.steps:
        if old_steps.get(step.id) != step.verdict.value:
            yield Difference("step", step.id, old_steps.get(step.id), step.verdict.value)
    yield from _sets("violation", _violations(before), _violations(after))
    yield from _sets("flag", _flags(before), _flags(after))


def _sets(kind: str, before: dict[str, None], after: dict[str, None]) -> Iterator[Difference]:
    yield from (Difference(f"{kind}_added", name) for name in after if name not in before)
    yield from (Difference(f"{kind}_gone", name) for name in before if name not in after)


def _violations(verdict: Verdict | None) -> dict[str, None]:
    return dict.fromkeys(violation.id for violation in verdict.violations) if verdict else {}


def _flags(verdict: Verdict | None) -> dict[str, None]:
    return dict.fromkeys(flag.id for flag in verdict.flags) if verdict else {}
