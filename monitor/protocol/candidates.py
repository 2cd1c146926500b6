"""What was heard of a step or violation, word by word, and what each that did not count lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from models.protocol import Forbidden, Step
from models.recording import Party
from models.span import Span
from monitor.protocol.alignment import Alignment, Piece, aligned, nearly
from monitor.protocol.call import Call
from monitor.protocol.compiled import Phrases
from monitor.protocol.evidence import MIXED_CERTAINTY, explained, heard_in, matches, probability_of
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match, apart, find
from monitor.protocol.pattern import Pattern
from monitor.protocol.spelling import Spelling, spelling
from monitor.protocol.text import Token, quote
from monitor.protocol.violations import EXCUSE_TURNS
from monitor.protocol.weighing import certainty, sentences_in
from monitor.protocol.windows import Numbered

CANDIDATES_MAX = 3


@dataclass(frozen=True, slots=True)
class WordHeard:
    """One word, name or sign of a pattern, and what was heard in its place; nothing where it is missing."""

    kind: str
    expected: str
    heard: str
    start_s: float | None
    likeness: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why something heard did not count."""

    kind: str
    """Of the words: `likeness`, `probability`, `confidence`, `missing`, `sign`. Of what else there is: `near_miss`,
    `window`, `party`, `excused`, `overruled`."""
    value: float | None = None
    limit: float | None = None
    text: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that count, or nearly."""

    party: Party
    start_s: float
    end_s: float
    quote: str
    pattern: str | None
    """`None` where no pattern found it."""
    score: float | None
    probability: float | None
    confidence: float | None
    words: tuple[WordHeard, ...]
    how: str = "phrase"
    """What found it: a `phrase`, the `form` of the words, or the sentence `model`."""
    why: tuple[Shortfall, ...] = field(default=())

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


def heard_as(
    call: Call,
    patterns: Sequence[Pattern],
    within: Heard,
    match: Match,
    *why: Shortfall,
    confidence: float | None = None,
) -> Candidate:
    """A match with its words; `confidence` is that of the evidence made of it, where there is any."""
    pattern = next((one for one in patterns if one.source == match.pattern), None)
    alignment = aligned(pattern, within, match) if pattern else None
    made = _candidate(call, within, Alignment(match.pattern, match.start, match.end, match.score, ()))
    spelt = spelling(call.compiled.protocol)
    words = tuple(_word(piece, within, spelt) for piece in alignment.pieces) if alignment else ()
    return replace(made, words=words, why=why, confidence=made.confidence if confidence is None else confidence)


def _candidate(call: Call, within: Heard, alignment: Alignment) -> Candidate:
    part = within.tokens[alignment.start : alignment.end]
    probability = _mean(part)
    certainty = MIXED_CERTAINTY if call.mixed else 1.0
    return Candidate(
        party=Party.BOTH if call.mixed else part[0].party,
        start_s=part[0].start_s,
        end_s=part[-1].end_s,
        quote=quote(part),
        pattern=alignment.pattern,
        score=alignment.score,
        probability=probability,
        confidence=min(1.0, alignment.score) * probability * certainty,
        words=tuple(_word(piece, within, spelling(call.compiled.protocol)) for piece in alignment.pieces),
    )


def _word(piece: Piece, within: Heard, spelt: Spelling) -> WordHeard:
    tokens = [within.tokens[at] for at in piece.tokens]
    probability = _mean(tokens) if tokens else None
    start_s = tokens[0].start_s if tokens else None
    return WordHeard(piece.kind, spelt.written(piece.expected), quote(tokens), start_s, piece.alike, probability)


def _mean(tokens: Sequence[Token]) -> float:
    return sum(token.probability for token in tokens) / len(tokens)


def nearest_candidates(call: Call, entry: Step, phrases: Phrases, window: Sequence[Numbered]) -> list[Candidate]:
    """What comes nearest to a step that was not met, the nearest first, at most three."""
    within = call.heard(window)
    surely = [*unheeded(call, entry, phrases, within, ()), *_elsewhere(call, phrases, window)]
    partly = sorted(_partly(call, phrases.said, within), key=lambda one: -(one.score or 0.0) * len(one.words) ** 0.5)
    kept: list[Candidate] = []
    for candidate in (*surely, *partly):
        if not any(_alike(candidate, other) for other in kept):
            kept.append(candidate)
    return kept[:CANDIDATES_MAX]


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether two show the same: the same place, or the same words that lack the same."""
    return one.span.overlap_s(other.span) > 0 or (one.quote, one.why) == (other.quote, other.why)


def unheeded(
    call: Call, entry: Step | Forbidden, phrases: Phrases, within: Heard, counted: Sequence[Span]
) -> list[Candidate]:
    """What patterns found in a window and what did not count all the same, except where `counted` stands."""
    found = [_unheeded(call, entry, phrases, within, match) for match in apart(_all(call, phrases.said, within))]
    return [one for one in found if not any(one.span.overlap_s(span) for span in counted)]


def _all(call: Call, patterns: Iterable[Pattern], within: Heard) -> list[Match]:
    return [match for pattern in patterns for match in find(pattern, within, call.limits.match_min)]


def _unheeded(call: Call, entry: Step | Forbidden, phrases: Phrases, within: Heard, match: Match) -> Candidate:
    candidate = heard_as(call, phrases.said, within, match)
    why = [*_shortfalls(call, phrases, within, match, candidate), *_overruled(call, entry, within, match)]
    return replace(candidate, why=tuple(why))


def _overruled(call: Call, entry: Step | Forbidden, within: Heard, match: Match) -> Iterator[Shortfall]:
    """Where the sentence model is sure that the words mean something else."""
    classifier = call.compiled.classifier
    if classifier is None or entry.id not in classifier.labels:
        return
    label = classifier.labels.index(entry.id)
    held = [one for one in sentences_in(call, within) if match.start < one.end and one.start < match.end]
    sure = max((certainty(call, label, one.read, match.score) for one in held), default=1.0)  # not read: it stands
    if sure < entry.overruled_under and match.pattern not in entry.never_overruled:
        yield Shortfall("overruled", sure, entry.overruled_under)


def _shortfalls(call: Call, phrases: Phrases, within: Heard, match: Match, candidate: Candidate) -> Iterator[Shortfall]:
    limits = call.limits
    probability = probability_of(match, within.tokens)
    if probability < limits.word_probability_min:
        yield Shortfall("probability", probability, limits.word_probability_min)
    misses = [miss for miss in heard_in(call, phrases.near_misses, within) if explained(match, miss)]
    for miss in sorted(misses, key=lambda one: -one.score)[:1]:
        yield Shortfall("near_miss", miss.score, match.score, quote(within.tokens[miss.start : miss.end]), miss.pattern)
    if (candidate.confidence or 0.0) < limits.confidence_min:
        yield Shortfall("confidence", candidate.confidence, limits.confidence_min)
    for excuse in _excuses(call, phrases, within, match)[:1]:
        yield Shortfall("excused", text=quote(within.tokens[excuse.start : excuse.end]), pattern=excuse.pattern)


def _excuses(call: Call, phrases: Phrases, within: Heard, match: Match) -> list[Match]:
    """What excuses a match: said in the same turn of the agent, or soon after."""
    order = {index: place for place, (index, _) in enumerate(call.agent.everywhere)}
    place = order.get(within.tokens[match.start].turn, 0)
    excuses = heard_in(call, phrases.excused_by, within)
    return [one for one in excuses if 0 <= order.get(within.tokens[one.start].turn, 0) - place <= EXCUSE_TURNS]


def _elsewhere(call: Call, phrases: Phrases, window: Sequence[Numbered]) -> Iterator[Candidate]:
    """What would have counted in another part of the call, or from the agent."""
    turns = {index for index, _ in window}
    everywhere = call.heard(call.agent.everywhere)
    for match, part in matches(call, phrases, everywhere):
        if part[0].turn not in turns:
            yield heard_as(call, phrases.said, everywhere, match, Shortfall("window"))
    customer = call.heard(call.customer.everywhere)
    for match, _ in matches(call, phrases, customer):
        yield heard_as(call, phrases.said, customer, match, Shortfall("party"))


def _partly(call: Call, patterns: Iterable[Pattern], within: Heard) -> Iterator[Candidate]:
    """Patterns of which a part was heard."""
    for pattern in patterns:
        for alignment in nearly(pattern, within):
            if alignment.missing or alignment.score < call.limits.match_min:
                why = tuple(_lacking(alignment, call.limits.match_min, spelling(call.compiled.protocol)))
                yield replace(_candidate(call, within, alignment), why=why)


def _lacking(alignment: Alignment, match_min: float, spelt: Spelling) -> Iterator[Shortfall]:
    words = [spelt.written(piece.expected) for piece in alignment.missing if piece.kind == "word"]
    names = [f"<{piece.expected}>" for piece in alignment.missing if piece.kind == "slot"]
    signs = [piece.expected for piece in alignment.missing if piece.kind == "sign"]
    if words or names:
        yield Shortfall("missing", text=", ".join((*words, *names)))
    yield from (Shortfall("sign", text=sign) for sign in signs)
    if alignment.score < match_min:
        yield Shortfall("likeness", alignment.score, match_min)
