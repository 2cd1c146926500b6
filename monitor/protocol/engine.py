"""Applying a protocol to the words of a call: which steps were done, with the evidence.

Every answer is three-valued: met with the words that show it, not met with where it was looked for and
the nearest thing said, or not evaluable with the reason. A step whose condition does not hold is not
applicable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.analysis import Analysis, Silence
from models.protocol import Condition, Fact, Forbidden, Phase, Protocol, Step
from models.recording import Party
from models.rules import Centre, Limits, Rules
from models.verdict import Evidence, Searched, StepResult, StepVerdict, Violation
from models.transcript import Turn
from monitor.protocol.answer import answer_result
from monitor.protocol.attribution import Speakers, told_apart
from monitor.protocol.match import Heard, Match, apart, find, heard
from monitor.protocol.names import Names, names_of
from monitor.protocol.nearest import nearest
from monitor.protocol.pattern import Literal, Pattern, compiled
from monitor.protocol.text import Token, plain, quote, sound, tokens_of
from monitor.protocol.windows import Numbered, Windows, window_span, windows

EVIDENCE_MAX = 3
ANNOUNCED_SLACK_S = 1.0
"""Ends of words and starts of silences are this exact."""
MISS_SLACK = 0.05
MIXED_CERTAINTY = 0.9
"""On one channel for both it is less sure who said it."""
BEFORE_S = 30.0
SWAPPED_MIN = 2
"""So many formulas of those who serve on the customer's channel are no chance."""
CUT_S = 0.15
"""Speech that ends this shortly before the recording does was cut."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The compiled ways of saying one thing."""

    said: tuple[Pattern, ...]
    said_last: tuple[Pattern, ...] = ()
    near_misses: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One call made ready for judging."""

    analysis: Analysis
    turns: tuple[Turn, ...]
    """Of the analysis; on a mixed channel cut and attributed."""
    limits: Limits
    names: Names
    agent: Windows
    customer: Windows
    literals: tuple[Literal, ...]
    """All words of the protocol's patterns."""
    windows_heard: dict[tuple[int, ...], Heard]
    """Tokens of each window by its turns, filled as they are asked for."""
    mixed: bool
    """True where the parties are told apart by their words alone."""

    def before(self, party: Party, at_s: float) -> tuple[Numbered, ...]:
        """The turns of a party that begin in the half minute before a moment."""
        return tuple(
            (index, turn)
            for index, turn in enumerate(self.turns)
            if turn.party is party and at_s - BEFORE_S <= turn.start_s < at_s
        )

    def heard(self, window: Sequence[Numbered]) -> Heard:
        """The words of a window with what the protocol may hear in them."""
        key = tuple(index for index, _ in window)
        if key not in self.windows_heard:
            self.windows_heard[key] = heard(tokens_of(window), self.literals, self.names.slot)
        return self.windows_heard[key]

    def windows_of(self, party: Party) -> Windows:
        return self.customer if party is Party.CUSTOMER else self.agent


@lru_cache(maxsize=4096)
def _pattern(source: str, words: tuple[tuple[str, tuple[str, ...]], ...]) -> Pattern:
    return compiled(source, dict(words))


@lru_cache(maxsize=256)
def _phrases(entry: Step | Condition | Forbidden, protocol: Protocol) -> Phrases:
    def made(sources: Sequence[str]) -> tuple[Pattern, ...]:
        return tuple(_pattern(source, protocol.words) for source in sources)

    return Phrases(made(entry.said), made(getattr(entry, "said_last", ())), made(getattr(entry, "near_misses", ())))


@lru_cache(maxsize=8)
def _literals(protocol: Protocol) -> tuple[Literal, ...]:
    entries = [*protocol.steps, *protocol.conditions, *protocol.violations]
    phrases = [_phrases(entry, protocol) for entry in entries]
    speakers = _speakers(protocol)
    patterns = [pattern for one in phrases for pattern in one.said + one.said_last + one.near_misses]
    patterns += speakers.agent + speakers.customer + speakers.agent_hints + speakers.customer_hints + speakers.replies
    known = {literal for pattern in patterns for literal in pattern.literals}
    return tuple(sorted(known, key=lambda literal: (literal.sound, literal.prefix, literal.exact)))


@lru_cache(maxsize=8)
def _names(words: tuple[tuple[str, tuple[str, ...]], ...], centre: Centre) -> Names:
    return names_of(dict(words), centre)


@lru_cache(maxsize=8)
def _small_talk(words: tuple[tuple[str, tuple[str, ...]], ...]) -> frozenset[str]:
    return frozenset(sound(plain(word)) for word in dict(words).get("small_talk", ()))


def call_of(analysis: Analysis, rules: Rules) -> Call:
    """A call with its parts and names, made once for all steps; a mixed channel's speakers told apart."""
    protocol, limits = rules.protocol, rules.limits
    names = _names(protocol.words, rules.centre)
    mixed = any(turn.party is Party.BOTH for turn in analysis.turns)
    turns = _told_apart(analysis.turns, protocol, names) if mixed else analysis.turns
    small_talk = _small_talk(protocol.words)
    agent, customer = (
        windows(turns, party, analysis.silences, limits, small_talk) for party in (Party.AGENT, Party.CUSTOMER)
    )
    return Call(analysis, turns, limits, names, agent, customer, _literals(protocol), {}, mixed)


def _told_apart(turns: Sequence[Turn], protocol: Protocol, names: Names) -> tuple[Turn, ...]:
    within = heard(tokens_of(list(enumerate(turns))), _literals(protocol), names.slot)
    return told_apart(turns, within, _speakers(protocol))


@lru_cache(maxsize=8)
def _speakers(protocol: Protocol) -> Speakers:
    phrases = protocol.speakers
    listed = (phrases.agent, phrases.customer, phrases.agent_hints, phrases.customer_hints, phrases.replies)
    return Speakers(*(tuple(_pattern(source, protocol.words) for source in sources) for sources in listed))


def step_results(call: Call, protocol: Protocol) -> tuple[StepResult, ...]:
    """Each step of the protocol, judged, in its order."""
    conditions = {condition.id: condition for condition in protocol.conditions}
    return tuple(_step(call, protocol, step, conditions) for step in protocol.steps)


def _step(call: Call, protocol: Protocol, step: Step, conditions: dict[str, Condition]) -> StepResult:
    if step.condition is not None and not _holds(call, protocol, conditions[step.condition]):
        return StepResult(step.id, StepVerdict.NOT_APPLICABLE, reason="condition_absent")
    if step.fact is Fact.ANSWER_TIME:
        return answer_result(step.id, call.analysis.answer, call.limits)
    if step.fact is Fact.HOLD:
        verdict = StepVerdict.MET if _held(call) else StepVerdict.NOT_MET
        return StepResult(step.id, verdict, reason=None if _held(call) else "not_found")
    return _spoken(call, step, _phrases(step, protocol))


def _holds(call: Call, protocol: Protocol, condition: Condition) -> bool:
    if condition.fact is Fact.HOLD:
        return _held(call)
    parties = (condition.party,) if condition.party else (Party.AGENT, Party.CUSTOMER)
    phrases = _phrases(condition, protocol)
    return any(_matches(call, phrases, call.heard(call.windows_of(party).everywhere)) for party in parties)


def _held(call: Call) -> bool:
    return any(
        silence.kind == "music" or silence.span.duration_s >= call.limits.dead_air_s
        for silence in call.analysis.silences
    )


def _spoken(call: Call, step: Step, phrases: Phrases) -> StepResult:
    window = _window(call, step)
    within = call.heard(window)
    evidence = [_evidence(call, match, part) for match, part in _matches(call, phrases, within)]
    if phrases.said_last and not call.mixed:
        last = Phrases(phrases.said_last, (), phrases.near_misses)
        evidence += [_evidence(call, *found) for found in _matches(call, last, call.heard(call.agent.last))]
    kept = _strongest([item for item in evidence if item])
    if kept:
        return StepResult(step.id, StepVerdict.MET, kept)
    reason = _unevaluable(call, step.phase, within.tokens)
    if reason:
        return StepResult(step.id, StepVerdict.NOT_EVALUABLE, reason=reason)
    return StepResult(step.id, StepVerdict.NOT_MET, reason="not_found", searched=_searched(window, within, phrases))


def _strongest(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The surest evidence, a longer quote before a part of it; no words twice."""
    kept: list[Evidence] = []
    for item in sorted(evidence, key=lambda item: (-round(item.confidence, 2), item.start_s - item.end_s)):
        if not any(item.span.overlap_s(other.span) for other in kept):
            kept.append(item)
    return tuple(kept[:EVIDENCE_MAX])


def _window(call: Call, step: Step) -> tuple[Numbered, ...]:
    window = call.agent.of(step.phase)
    if step.not_after_hold:
        last = {index for index, _ in call.agent.last}
        window = tuple(n for n in window if n[0] not in call.agent.after_hold or n[0] in last)
    if step.window_s is None or not window:
        return window
    if step.phase is Phase.CLOSE:
        return tuple(n for n in window if n[1].end_s >= window[-1][1].end_s - step.window_s)
    return tuple(n for n in window if n[1].start_s <= window[0][1].start_s + step.window_s)


def _matches(call: Call, phrases: Phrases, within: Heard) -> list[tuple[Match, tuple[Token, ...]]]:
    """Matches that no near miss explains as well, each with its tokens."""
    found = _all(call, phrases.said, within)
    if not found:
        return []
    misses = _all(call, phrases.near_misses, within)
    kept = [match for match in found if not any(_explained(match, miss) for miss in misses)]
    return [(match, within.tokens[match.start : match.end]) for match in apart(kept)]


def _all(call: Call, patterns: Sequence[Pattern], within: Heard) -> list[Match]:
    return [
        match
        for pattern in patterns
        for match in find(pattern, within, call.limits.match_min)
        if _probability(match, within.tokens) >= call.limits.word_probability_min
    ]


def _explained(match: Match, miss: Match) -> bool:
    """Whether a near miss explains a match: it covers at least half of the words and sounds as much like them."""
    if miss.score < match.score - MISS_SLACK:
        return False
    covered = [word for word in match.words if miss.start <= word < miss.end]
    return 2 * len(covered) >= len(match.words)


def _probability(match: Match, tokens: Sequence[Token]) -> float:
    """Mean probability of the words that the pattern names; names in slots are always heard badly."""
    slots = {word for named in match.named for word in range(named.start, named.end)}
    words = [word for word in match.words if word not in slots] or list(match.words)
    return sum(tokens[word].probability for word in words) / len(words)


def _evidence(call: Call, match: Match, part: Sequence[Token]) -> Evidence | None:
    """Evidence for a match; `part` are its tokens. `None` where it is too weak."""
    probability = sum(token.probability for token in part) / len(part)
    confidence = min(1.0, match.score) * probability * (MIXED_CERTAINTY if call.mixed else 1.0)
    if confidence < call.limits.confidence_min:
        return None
    party = Party.BOTH if call.mixed else part[0].party
    return Evidence(party, part[0].start_s, part[-1].end_s, quote(part), confidence)


def _unevaluable(call: Call, phase: Phase, tokens: Sequence[Token]) -> str | None:
    """Why nothing can be said of a step that was not found; `None` where it can."""
    if not call.agent.everywhere:
        return "no_words"
    if not tokens:
        return "mixed_channel" if call.mixed else None
    if sum(token.probability for token in tokens) / len(tokens) < call.limits.opening_probability_min:
        return "low_confidence"
    if (
        phase is Phase.OPENING
        and not call.analysis.answer.rings
        and _first_s(call) < call.limits.answered_before_start_s
    ):
        return "recording_starts_late"
    if phase is Phase.CLOSE and call.analysis.recording.duration_s - _last_s(call) < CUT_S:
        return "cut_recording"
    return None


def _first_s(call: Call) -> float:
    return min(turn.start_s for turn in call.analysis.turns)


def _last_s(call: Call) -> float:
    return max(turn.end_s for turn in call.analysis.turns)


def _searched(window: Sequence[Numbered], within: Heard, phrases: Phrases) -> Searched | None:
    span = window_span(window)
    if span is None:
        return None
    near = nearest(phrases.said + phrases.said_last, within)
    if near is None:
        return Searched(span.start_s, span.end_s, None)
    return Searched(span.start_s, span.end_s, quote(near), near[0].start_s)


def violations(call: Call, protocol: Protocol) -> tuple[Violation, ...]:
    """What the agent said that the protocol forbids, in order of time."""
    within = call.heard(call.agent.everywhere)
    found = [
        Violation(forbidden.id, item.start_s, item.end_s, item.quote, item.confidence)
        for forbidden in protocol.violations
        for match, part in _matches(call, _phrases(forbidden, protocol), within)
        if (item := _evidence(call, match, part))
    ]
    return tuple(sorted(found, key=lambda violation: (violation.start_s, violation.id)))


def announced(call: Call, protocol: Protocol, silence: Silence) -> bool:
    """Whether somebody said shortly before a silence that it would come.

    What announces is the protocol's condition `wait_announced`; without it nothing does.
    """
    condition = next((one for one in protocol.conditions if one.id == "wait_announced"), None)
    if condition is None:
        return False
    begins_s = silence.start_s - call.limits.hold_announced_within_s
    parties = (condition.party,) if condition.party else (Party.AGENT, Party.CUSTOMER, Party.BOTH)
    return any(
        begins_s <= part[-1].end_s <= silence.start_s + ANNOUNCED_SLACK_S
        for party in parties
        for _, part in _matches(call, _phrases(condition, protocol), call.heard(call.before(party, silence.start_s)))
    )


def sounds_swapped(call: Call, protocol: Protocol) -> bool:
    """Whether the customer's channel says what only those who serve say, and the agent's channel does not."""
    telling = [step for step in protocol.steps if step.agent_only]
    said = {
        party: sum(
            bool(_matches(call, _phrases(step, protocol), call.heard(call.windows_of(party).of(step.phase))))
            for step in telling
        )
        for party in (Party.AGENT, Party.CUSTOMER)
    }
    return said[Party.CUSTOMER] >= SWAPPED_MIN and said[Party.AGENT] == 0
