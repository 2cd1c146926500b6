"""What the protocol's entries for understanding are heard in: each place with its sentence and how surely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from models.protocol import TimeForm
from models.recording import Party
from models.span import Span
from monitor.protocol.call import Call
from monitor.protocol.compiled import Phrases
from monitor.protocol.evidence import evidence_of, matches
from monitor.protocol.match import Match
from monitor.understanding.sentences import Sentence, around, sentences_of
from monitor.understanding.times import times_of


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of an entry heard: `sentence.tokens` hold them, `start` and `end` count in all that the party said."""

    rule: str
    party: Party
    sentence: Sentence
    start: int
    end: int
    confidence: float


class Listening:
    """One call, asked for the words of entries; what was cut into sentences is cut once."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._times: dict[Party, list[tuple[TimeForm, Match]]] = {}

    @cached_property
    def agent(self) -> tuple[Sentence, ...]:
        return sentences_of(self.call, Party.AGENT)

    @cached_property
    def customer(self) -> tuple[Sentence, ...]:
        return sentences_of(self.call, Party.CUSTOMER)

    @cached_property
    def spoken_s(self) -> tuple[float, float]:
        """From the first word of either party to the last."""
        turns = [turn for turn in self.call.turns if turn.words]
        return min((turn.start_s for turn in turns), default=0.0), max((turn.end_s for turn in turns), default=0.0)

    def sentences(self, party: Party) -> tuple[Sentence, ...]:
        return self.customer if party is Party.CUSTOMER else self.agent

    def times(self, party: Party) -> list[tuple[TimeForm, Match]]:
        """The times that a party says, looked for once."""
        if party not in self._times:
            self._times[party] = times_of(self.call, party)
        return self._times[party]

    def hits(self, rule: str, phrases: Phrases, party: Party) -> list[Hit]:
        """Where a party says it, in order of time; the surest of each sentence."""
        within = self.call.heard(self.call.windows_of(party).everywhere)
        best: dict[int, Hit] = {}
        for match, part in matches(self.call, phrases, within):
            evidence = evidence_of(self.call, match, part)
            if evidence is None:
                continue
            sentence = around(self.sentences(party), match.start)
            hit = Hit(rule, evidence.party, sentence, match.start, match.end, evidence.confidence)
            known = best.get(sentence.start)
            if known is None or hit.confidence > known.confidence:
                best[sentence.start] = hit
        return [best[place] for place in sorted(best)]

    def hits_at(self, rule: str, spans: Iterable[Span], party: Party) -> list[Hit]:
        """The sentences of a party in which something was found already, e.g. a step."""
        return [
            Hit(rule, sentence.tokens[0].party, sentence, sentence.start, sentence.end, sentence.probability)
            for sentence in self.sentences(party)
            if any(Span(sentence.start_s, sentence.end_s).overlap_s(span) > 0 for span in spans)
        ]
