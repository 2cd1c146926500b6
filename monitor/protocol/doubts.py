"""What is allowed in a protocol and probably not meant: warnings, never mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.protocol import Forbidden, Phase, Protocol, Step
from models.rules import Centre, Limits
from monitor.protocol import address, names
from monitor.protocol.compiled import Compiled, Phrases, compiled_for
from monitor.protocol.evidence import explained
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match, find
from monitor.protocol.pattern import Pattern
from monitor.protocol.samples import samples

_TIMES = (
    *("today", "tomorrow", "day_after", "working", "weekday", "month", "one", "empty"),
    *("morning", "evening", "noon", "half", "quarter", "joining"),
)
KNOWN_LISTS = frozenset({*address.LISTS, *names.LISTS, *_TIMES, "small_talk"})
"""Lists that the program itself reads."""
KNOWN_CONDITIONS = frozenset({"wait_announced"})
"""Conditions that the program itself asks."""
_NAMED_LIST = re.compile(r"\{(\w+)\}")
_KINDS = ("said", "said_last", "near_misses", "excused_by")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at."""

    kind: str
    """`covered`, `taken`, `weightless`, `list_unused`, `list_empty` or `condition_unused`."""
    id: str
    """Of the step, violation, list or condition."""
    pattern: str = ""
    other: str = ""
    """The near miss that covers it, or the id of what takes it too."""


def doubts(protocol: Protocol, base: Protocol | None = None) -> tuple[Doubt, ...]:
    """What to look at in a protocol; with a `base`, only what is not as in it."""
    compiled = compiled_for(protocol, Centre())
    found = [*_weightless(protocol), *_unused(protocol)]
    known = {*_weightless(base), *_unused(base)} if base else set()
    phrases = _Phrases(compiled, compiled_for(base, Centre()) if base else None)
    return (*phrases.doubts(), *(doubt for doubt in found if doubt not in known))


def _weightless(protocol: Protocol) -> Iterator[Doubt]:
    for step in protocol.steps:
        if not step.weight:
            yield Doubt("weightless", step.id)


def _unused(protocol: Protocol) -> Iterator[Doubt]:
    used = _used_lists(protocol)
    for name, words in protocol.words:
        if name not in used:
            yield Doubt("list_unused", name)
        elif not words:
            yield Doubt("list_empty", name)
    asked = {step.condition for step in protocol.steps} | KNOWN_CONDITIONS
    yield from (Doubt("condition_unused", one.id) for one in protocol.conditions if one.id not in asked)


def _used_lists(protocol: Protocol) -> set[str]:
    judged = (*protocol.steps, *protocol.violations, *protocol.conditions)
    entries = (*judged, *protocol.customer, *protocol.cues, *protocol.promises, *protocol.times)
    texts = [text for entry in entries for kind in _KINDS for text in getattr(entry, kind, ())]
    speakers = protocol.speakers
    for phrases in (
        speakers.agent,
        speakers.customer,
        speakers.agent_hints,
        speakers.customer_hints,
        speakers.replies,
    ):
        texts += phrases
    todo, used = _names_in(texts), set(KNOWN_LISTS)
    while todo:
        name = todo.pop()
        if name not in used:
            used.add(name)
            todo |= _names_in(protocol.lists.get(name, ()))
    return used


def _names_in(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in _NAMED_LIST.findall(text)}


class _Phrases:
    """Phrases that can never count, or count twice."""

    def __init__(self, compiled: Compiled, base: Compiled | None) -> None:
        self.compiled = compiled
        self.base = base
        self.match_min = Limits().match_min
        protocol = compiled.protocol
        self.entries: dict[str, tuple[Step | Forbidden, Phrases]] = {
            **{step.id: (step, compiled.steps[step.id]) for step in protocol.steps},
            **{forbidden.id: (forbidden, compiled.violations[forbidden.id]) for forbidden in protocol.violations},
        }

    def doubts(self) -> Iterator[Doubt]:
        for entry, phrases in self.entries.values():
            before = self._before(entry)
            misses_changed = before is None or before.near_misses != phrases.near_misses
            for pattern in phrases.said:
                fresh = before is None or pattern.source not in {one.source for one in before.said}
                if fresh or misses_changed:
                    yield from self._doubts(entry, phrases, pattern, fresh=fresh)

    def _before(self, entry: Step | Forbidden) -> Phrases | None:
        if self.base is None:
            return None
        kind = self.base.steps if isinstance(entry, Step) else self.base.violations
        return kind.get(entry.id)

    def _doubts(self, entry: Step | Forbidden, phrases: Phrases, pattern: Pattern, *, fresh: bool) -> Iterator[Doubt]:
        said = [
            (within, match) for within in samples(pattern, self.compiled) if (match := self._whole(pattern, within))
        ]
        if not said:
            return
        covering = [self._covering(phrases, within, match) for within, match in said]
        if all(covering):
            yield Doubt("covered", entry.id, pattern.source, covering[0] or "")
        elif fresh:
            taking = [self._taking(entry, within, match) for within, match in said]
            for other in sorted(set.intersection(*taking)):
                yield Doubt("taken", entry.id, pattern.source, other)

    def _whole(self, pattern: Pattern, within: Heard) -> Match | None:
        """The pattern found in all of what was said."""
        found = find(pattern, within, self.match_min)
        return max(found, key=lambda match: len(match.words), default=None)

    def _covering(self, phrases: Phrases, within: Heard, match: Match) -> str | None:
        """The near miss that explains a match; `None` where none does."""
        misses = (miss for pattern in phrases.near_misses for miss in find(pattern, within, self.match_min))
        return next((miss.pattern for miss in misses if explained(match, miss)), None)

    def _taking(self, entry: Step | Forbidden, within: Heard, match: Match) -> set[str]:
        """Ids of other entries that count where all of a match stands."""
        others = ((other, phrases) for other, phrases in self.entries.values() if other.id != entry.id)
        return {other.id for other, phrases in others if _meet(entry, other) and self._takes(phrases, within, match)}

    def _takes(self, phrases: Phrases, within: Heard, match: Match) -> bool:
        """Whether every word of a match is one of a phrase that counts."""
        found = (one for pattern in phrases.said for one in find(pattern, within, self.match_min))
        counting = [one for one in found if self._covering(phrases, within, one) is None]
        taken = {word for one in counting for word in range(one.start, one.end)}
        return taken.issuperset(match.words)


def _meet(one: Step | Forbidden, other: Step | Forbidden) -> bool:
    """Whether the same words can count for both: in the same part of the call."""
    phases = [entry.phase if isinstance(entry, Step) else Phase.ANY for entry in (one, other)]
    return Phase.ANY in phases or phases[0] is phases[1] or set(phases) == {Phase.DEVELOPMENT, Phase.CLOSE}
