"""From words heard to evidence: what no near miss explains, how surely, and where."""

from __future__ import annotations

from collections.abc import Sequence

from models.protocol import Forbidden, Step
from models.recording import Party
from models.verdict import Evidence
from monitor.protocol.call import Call
from monitor.protocol.compiled import Phrases
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match, apart, find
from monitor.protocol.pattern import Pattern
from monitor.protocol.text import Token, quote
from monitor.protocol.weighing import LEARNED, weighed

EVIDENCE_MAX = 3
MISS_SLACK = 0.05
"""A near miss may sound this much less like the words than what it explains away."""
MIXED_CERTAINTY = 0.9
"""On one channel for both it is less sure who said it."""


def matches(call: Call, phrases: Phrases, within: Heard) -> list[tuple[Match, tuple[Token, ...]]]:
    """Matches that no near miss explains as well, each with its tokens."""
    return unexplained(call, phrases, within, heard_in(call, phrases.said, within))


def unexplained(
    call: Call, phrases: Phrases, within: Heard, found: Sequence[Match]
) -> list[tuple[Match, tuple[Token, ...]]]:
    """Of some matches those that no near miss explains as well, each with its tokens."""
    if not found:
        return []
    misses = heard_in(call, phrases.near_misses, within)
    kept = [match for match in found if not any(explained(match, miss) for miss in misses)]
    return [(match, within.tokens[match.start : match.end]) for match in apart(kept)]


def counted(
    call: Call, entry: Step | Forbidden, phrases: Phrases, within: Heard, found: Sequence[Match]
) -> list[tuple[Match, tuple[Token, ...]]]:
    """What counts as `entry` in a window, each with its tokens.

    Of what was found that which stands, and what the sentence model finds alone; neither where a near miss
    explains it as well.
    """
    unexplained_found = [match for match, _ in unexplained(call, phrases, within, found)]
    kept = weighed(call, entry, within, unexplained_found)
    alone = [match for match in kept if match.pattern == LEARNED]
    misses = heard_in(call, phrases.near_misses, within) if alone else []
    standing = [match for match in kept if match not in alone or not any(_covered(match, miss) for miss in misses)]
    return [(match, within.tokens[match.start : match.end]) for match in standing]


def heard_in(call: Call, patterns: Sequence[Pattern], within: Heard) -> list[Match]:
    """Where patterns are heard surely enough, near misses or not."""
    return [
        match
        for pattern in patterns
        for match in find(pattern, within, call.limits.match_min)
        if probability_of(match, within.tokens) >= call.limits.word_probability_min
    ]


def explained(match: Match, miss: Match) -> bool:
    """Whether a near miss explains a match: it covers at least half of the words and sounds as much like them."""
    return miss.score >= match.score - MISS_SLACK and _covered(match, miss)


def _covered(match: Match, miss: Match) -> bool:
    """Whether a near miss covers at least half of a match's words."""
    covered = [word for word in match.words if miss.start <= word < miss.end]
    return 2 * len(covered) >= len(match.words)


def probability_of(match: Match, tokens: Sequence[Token]) -> float:
    """Mean probability of the words that the pattern names; names in slots are always heard badly."""
    slots = {word for named in match.named for word in range(named.start, named.end)}
    words = [word for word in match.words if word not in slots] or list(match.words)
    return sum(tokens[word].probability for word in words) / len(words)


def evidence_of(call: Call, match: Match, part: Sequence[Token]) -> Evidence | None:
    """Evidence for a match; `part` are its tokens. `None` where it is too weak."""
    probability = sum(token.probability for token in part) / len(part)
    confidence = min(1.0, match.score) * probability * (MIXED_CERTAINTY if call.mixed else 1.0)
    if confidence < call.limits.confidence_min:
        return None
    party = Party.BOTH if call.mixed else part[0].party
    return Evidence(party, part[0].start_s, part[-1].end_s, quote(part), confidence)


def strongest(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The surest evidence, a longer quote before a part of it; no words twice."""
    kept: list[Evidence] = []
    for item in sorted(evidence, key=lambda item: (-round(item.confidence, 2), item.start_s - item.end_s)):
        if not any(item.span.overlap_s(other.span) for other in kept):
            kept.append(item)
    return tuple(kept[:EVIDENCE_MAX])
