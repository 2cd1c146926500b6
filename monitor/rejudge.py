"""What a change of rules changed in the verdict on a call, and which change it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.verdict import Flag, Verdict, Violation


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that reads differently in a new verdict. `None` is not there."""

    kind: str
    """`step`, `violation`, `flag` or `score`."""
    id: str
    before: str | float | None
    after: str | float | None
    quote: str | None = None
    """The words that decided it now."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that differs in what the two verdicts were made with."""

    kind: str
    """`limit`, `protocol`, `centre` (its names), or `program` where the rules are the same."""
    id: str
    before: str | float | None
    after: str | float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two verdicts on one call, and what may have caused it."""

    changes: tuple[Change, ...]
    causes: tuple[Cause, ...]


def difference(before: Verdict, after: Verdict) -> Difference:
    """How `after` differs from `before`; without changes there are no causes to tell either."""
    changes = (*_steps(before, after), *_violations(before, after), *_flags(before, after), *_score(before, after))
    return Difference(changes, tuple(_causes(before, after)) if changes else ())


def _steps(before: Verdict, after: Verdict) -> Iterable[Change]:
    old, new = ({step.id: step for step in verdict.steps} for verdict in (before, after))
    for step in dict.fromkeys([*old, *new]):
        was, now = (steps[step].verdict.value if step in steps else None for steps in (old, new))
        if was != now:
            evidence = new[step].evidence if step in new else ()
            yield Change("step", step, was, now, evidence[0].quote if evidence else None)


def _violations(before: Verdict, after: Verdict) -> Iterable[Change]:
    old, new = ({_violation_key(found): found for found in verdict.violations} for verdict in (before, after))
    for key in dict.fromkeys([*old, *new]):
        if (key in old) != (key in new):
            found = new.get(key) or old[key]
            yield Change("violation", found.id, *_presence(key in old, key in new), found.quote)


def _violation_key(found: Violation) -> tuple[str, float]:
    return found.id, found.start_s


def _flags(before: Verdict, after: Verdict) -> Iterable[Change]:
    old, new = ({_flag_key(flag): flag for flag in verdict.flags} for verdict in (before, after))
    for key in dict.fromkeys([*old, *new]):
        was, now = (flags[key].severity.value if key in flags else None for flags in (old, new))
        if was != now:
            yield Change("flag", key[0], was, now)


def _flag_key(flag: Flag) -> tuple[str, float | None]:
    return flag.id, flag.start_s


def _presence(was: bool, now: bool) -> tuple[str | None, str | None]:  # noqa: FBT001 - two states, side by side
    return ("found" if was else None), ("found" if now else None)


def _score(before: Verdict, after: Verdict) -> Iterable[Change]:
    was, now = (None if total is None else round(total, 1) for total in (before.score.total, after.score.total))
    if was != now:
        yield Change("score", "score", was, now)


def _causes(before: Verdict, after: Verdict) -> Iterable[Cause]:
    for name in dict.fromkeys([*before.limits, *after.limits]):
        was, now = before.limits.get(name), after.limits.get(name)
        if was != now:
            yield Cause("limit", name, was, now)
    if before.protocol_sha256 != after.protocol_sha256:
        yield Cause("protocol", after.protocol_name, _edition(before), _edition(after))
    if before.rules_sha256 == after.rules_sha256:
        yield Cause("program", "judge", None, None)
    elif before.limits == after.limits and before.protocol_sha256 == after.protocol_sha256:
        yield Cause("centre", "names", None, None)


def _edition(verdict: Verdict) -> str:
    """Name, version and the start of the digest: a protocol may be edited without a new version."""
    return f"{verdict.protocol_name} {verdict.protocol_version} ({verdict.protocol_sha256[:8]})"
