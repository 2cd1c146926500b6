"""Why a call judged again may be judged differently: what differs in what the two verdicts were made with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Cause:
    """One difference in what two verdicts were made with. `None` is not there."""

    kind: str
    """`limit`, `protocol`, `centre` (its names), or `program` where the rules are the same."""
    id: str
    before: str | float | None = None
    after: str | float | None = None


def causes(before: Verdict, after: Verdict) -> tuple[Cause, ...]:
    """What may have changed the verdict, each changed limit by its name; never nothing."""
    found = (*_limits(before, after), *_protocol(before, after))
    if found:
        return found
    same_rules = before.rules_sha256 == after.rules_sha256
    return (Cause("program", "judge") if same_rules else Cause("centre", "names"),)


def _limits(before: Verdict, after: Verdict) -> Iterable[Cause]:
    for name in dict.fromkeys([*before.limits, *after.limits]):
        was, now = before.limits.get(name), after.limits.get(name)
        if was != now:
            yield Cause("limit", name, was, now)


def _protocol(before: Verdict, after: Verdict) -> Iterable[Cause]:
    if before.protocol_sha256 != after.protocol_sha256:
        yield Cause("protocol", after.protocol_name, _edition(before), _edition(after))


def _edition(verdict: Verdict) -> str:
    """Name, version and the start of the digest: a protocol may be edited without a new version."""
    return f"{verdict.protocol_name} {verdict.protocol_version} ({verdict.protocol_sha256[:8]})"
