"""What the agent said that the protocol forbids, each with its evidence, once a turn."""

from __future__ import annotations

from collections.abc import Sequence

from models.protocol import Forbidden, Spoken
from models.verdict import Violation
from monitor.protocol.call import Call
from monitor.protocol.digits import card_numbers
from monitor.protocol.digits_english import card_numbers_english
from monitor.protocol.evidence import counted, evidence_of, heard_in
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match
from monitor.protocol.text import Token
from monitor.protocol.weighing import LEARNED

EXCUSE_TURNS = 1
"""A reason given in the agent's next turn is a reason given."""
ADDRESS_CONTEXT = 1
"""Words shown behind the word that addresses."""


def violations(call: Call) -> tuple[Violation, ...]:
    """What the agent said that the protocol forbids, in order of time."""
    found = [violation for forbidden in call.compiled.protocol.violations for violation in _of(call, forbidden)]
    return tuple(sorted(found, key=lambda violation: (violation.start_s, violation.id)))


def _of(call: Call, forbidden: Forbidden) -> list[Violation]:
    within = call.heard(call.agent.everywhere)
    phrases = call.compiled.violations[forbidden.id]
    found = heard_in(call, phrases.said, within) + spoken_in(call, forbidden.spoken, within)
    aside = call.compiled.address.set_aside(within.tokens) if forbidden.spoken is Spoken.INFORMAL_ADDRESS else []
    kept = [pair for pair in counted(call, forbidden, phrases, within, found) if not _aside(pair[0], aside)]
    excused = _excused(call, within, heard_in(call, phrases.excused_by, within) if kept else ())
    surest: dict[int, Violation] = {}
    for match, part in kept:
        item = evidence_of(call, match, part)
        if not item or part[0].turn in excused:
            continue
        place = part[0].turn
        if place not in surest or item.confidence > surest[place].confidence:
            surest[place] = Violation(forbidden.id, item.start_s, item.end_s, item.quote, item.confidence)
    return list(surest.values())


def _aside(match: Match, aside: Sequence[int]) -> bool:
    """Whether what the sentence model finds alone rests on words that are set aside."""
    return match.pattern == LEARNED and any(match.start <= at < match.end for at in aside)


def _excused(call: Call, within: Heard, excuses: Sequence[Match]) -> set[int]:
    """Turns in which, or behind which, the agent says what excuses."""
    order = [index for index, _ in call.agent.everywhere]
    turns = {order.index(within.tokens[excuse.start].turn) for excuse in excuses}
    return {order[at] for turn in turns for at in range(max(0, turn - EXCUSE_TURNS), turn + 1)}


def spoken_in(call: Call, spoken: Spoken | None, within: Heard) -> list[Match]:
    tokens = within.tokens
    if spoken is Spoken.CARD_NUMBER:
        read = card_numbers_english if call.compiled.protocol.language == "en" else card_numbers
        return [_match(spoken, start, end, 1.0) for start, end in read(tokens)]
    if spoken is Spoken.INFORMAL_ADDRESS:
        return [
            _match(spoken, at, _shown(tokens, at), sure)
            for at, sure in call.compiled.address.found(tokens)
            if tokens[at].probability >= call.limits.word_probability_min
        ]
    return []


def _shown(tokens: Sequence[Token], at: int) -> int:
    """End of what is quoted: the word and what follows without a pause."""
    end = at + 1
    while end < min(len(tokens), at + 1 + ADDRESS_CONTEXT) and not (tokens[end - 1].stop or tokens[end - 1].breaks):
        end += 1
    return end


def _match(spoken: Spoken, start: int, end: int, score: float) -> Match:
    words = (start,) if spoken is Spoken.INFORMAL_ADDRESS else tuple(range(start, end))
    return Match(start, end, score, words, (), spoken)
