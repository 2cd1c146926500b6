"""Sentences of a party: what a fact is quoted by, so that nobody has to guess what half a phrase meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.recording import Party
from models.transcript import Turn
from monitor.protocol.call import Call
from monitor.protocol.text import Token

LONGEST = 30
"""Words of a quote; recognisers leave out full stops."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens said in one go: `tokens[start:end]` of what the party said in the call."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    quote: str
    """As recognised, punctuation and all."""

    @property
    def turn(self) -> int:
        return self.tokens[0].turn

    @property
    def start_s(self) -> float:
        return self.tokens[0].start_s

    @property
    def end_s(self) -> float:
        return self.tokens[-1].end_s

    @property
    def probability(self) -> float:
        """Mean probability of its words."""
        return sum(token.probability for token in self.tokens) / len(self.tokens)

    @property
    def asks(self) -> bool:
        return self.tokens[-1].stop == "?"


def sentences_of(call: Call, party: Party) -> tuple[Sentence, ...]:
    """All that a party said, sentence by sentence, in order of time."""
    return tuple(_cut(call.heard(call.windows_of(party).everywhere).tokens, call.turns))


def around(sentences: Sequence[Sentence], at: int) -> Sentence:
    """The sentence that the token `at` is in."""
    return next(sentence for sentence in sentences if sentence.start <= at < sentence.end)


def _cut(tokens: Sequence[Token], turns: Sequence[Turn]) -> Iterator[Sentence]:
    begun = 0
    for at, token in enumerate(tokens):
        last = at + 1 == len(tokens)
        ends = last or token.ends_sentence or token.breaks or tokens[at + 1].turn != token.turn
        if ends or at + 1 - begun >= LONGEST:
            said = tuple(tokens[begun : at + 1])
            yield Sentence(begun, at + 1, said, _quote(said, turns))
            begun = at + 1


def _quote(said: Sequence[Token], turns: Sequence[Turn]) -> str:
    """The recognised words, which keep the signs before a word that tokens do not."""
    words = turns[said[0].turn].words[said[0].word : said[-1].word + 1]
    return " ".join(word.text for word in words)
