"""What phrases were found and what the sentence model says, weighed together into one certainty a sentence.

The weights are a logistic regression fitted on written calls that the model was not trained on: what the model
says, and whether a phrase of the entry was found there. So a phrase can be overruled where the model is sure
that it means something else, and a sentence can count that no phrase foresaw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.protocol import Spoken
from monitor.protocol.call import Call
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match
from monitor.protocol.sentences.classifier import ReadSentence, telling_words
from monitor.protocol.text import Token

LEARNED = "learned"
"""The pattern of what no pattern found."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the model within a window: `tokens[start:end]`, and how sure the model is of one entry."""

    read: ReadSentence
    start: int
    end: int


def weighed(call: Call, entry: str, learned_from: float, within: Heard, found: Sequence[Match]) -> list[Match]:
    """Of what phrases found for an entry that which stands, and what the model alone finds.

    Without a sentence model, or for an entry that it does not know, all that was found stands.
    """
    classifier = call.compiled.classifier
    if classifier is None or entry not in classifier.labels:
        return list(found)
    label = classifier.labels.index(entry)
    standing: list[Match] = []
    sure: dict[int, float] = {}
    for number, sentence in enumerate(sentences_in(call, within)):
        here = [match for match in found if match.start < sentence.end and sentence.start < match.end]
        sure[number] = certainty(call, label, sentence.read, max((match.score for match in here), default=0.0))
        if sure[number] >= learned_from:
            standing += here or [_alone(sentence, label, within.tokens, sure[number])]
    return [*dict.fromkeys([*standing, *(match for match in found if match.pattern == Spoken.CARD_NUMBER)])]


def certainty(call: Call, label: int, sentence: ReadSentence, phrase: float) -> float:
    """From 0 to 1: that a sentence is what the label says; `phrase` is the score of the best phrase found in it."""
    if call.compiled.classifier is None:
        return phrase
    fitted = call.compiled.classifier.weights
    value = fitted.slope[label] * sentence.logits[label] + fitted.phrase[label] * phrase + fitted.bias[label]
    return round(float(1 / (1 + np.exp(-value))), 4)


def sentences_in(call: Call, within: Heard) -> Iterator[Sentence]:
    """The sentences of the model that lie in a window, with their places in its tokens."""
    places: dict[tuple[int, int], list[int]] = {}
    for at, token in enumerate(within.tokens):
        places.setdefault((token.turn, token.word), []).append(at)
    for read in call.sentences:
        held = [at for said in read.said for at in places.get((said.turn, said.place), ())]
        if held:
            yield Sentence(read, held[0], held[-1] + 1)


def _alone(sentence: Sentence, label: int, tokens: Sequence[Token], sure: float) -> Match:
    """What the model alone finds, as a match of the words that tell it."""
    first, last = telling_words(sentence.read, label)
    told = {(said.turn, said.place) for said in sentence.read.said[first:last]}
    words = [at for at in range(sentence.start, sentence.end) if (tokens[at].turn, tokens[at].word) in told]
    words = words or list(range(sentence.start, sentence.end))
    return Match(words[0], words[-1] + 1, sure, tuple(words), (), LEARNED)
