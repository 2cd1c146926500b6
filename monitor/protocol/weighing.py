"""What phrases were found and what the sentence model says, weighed together into one certainty a sentence.

The weights are a logistic regression fitted on written calls that the model was not trained on: what its
transformer and its n-grams say, and whether a phrase of the entry was found there. So a phrase can be
overruled where the model is sure that it means something else, and a sentence can count that no phrase foresaw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.protocol import Forbidden, Spoken, Step
from monitor.protocol.call import Call
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match
from monitor.protocol.sentences.classifier import ReadSentence, telling_words
from monitor.protocol.text import Token

LEARNED = "\0learned"
"""The pattern of what no pattern found: one that no protocol can hold."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the model read it, within a window: `tokens[start:end]`."""

    read: ReadSentence
    start: int
    end: int


def weighed(call: Call, entry: Step | Forbidden, within: Heard, found: Sequence[Match]) -> list[Match]:
    """Of what phrases found for an entry that which stands, and what the model alone finds.

    Without a sentence model, or for an entry that it does not know, all that was found stands; so do card numbers, and
    what was said briefly while the other spoke, which the model does not read.
    """
    classifier = call.compiled.classifier
    if classifier is None or entry.id not in classifier.labels:
        return list(found)
    label = classifier.labels.index(entry.id)
    standing: list[Match] = []
    unread = list(found)
    for sentence in sentences_in(call, within):
        here = [match for match in found if match.start < sentence.end and sentence.start < match.end]
        sure = certainty(call, label, sentence.read, max((match.score for match in here), default=0.0))
        unread = [match for match in unread if match not in here]
        own = any(match.pattern in entry.never_overruled for match in here)
        if own or sure >= (entry.overruled_under if here else entry.learned_from):
            standing += here or [_alone(sentence, label, within.tokens, sure)]
    certain = [match for match in found if match.pattern == Spoken.CARD_NUMBER]
    return [*dict.fromkeys([*standing, *unread, *certain])]


def certainty(call: Call, label: int, sentence: ReadSentence, phrase: float) -> float:
    """From 0 to 1: that a sentence is what the label says; `phrase` is the score of the best phrase found in it."""
    if call.compiled.classifier is None:
        return phrase
    said = (sentence.logits[label], sentence.gram_logits[label], phrase, 1.0)
    value = float(np.dot(call.compiled.classifier.weights.fit[label], said))
    return round(float(1 / (1 + np.exp(-value))), 4)


def sentences_in(call: Call, within: Heard) -> Iterator[Sentence]:
    """The sentences of the model that lie in a window, with their places in its tokens."""
    for read in call.sentences:
        held = [at for said in read.said for at in within.words.get((said.turn, said.place), ())]
        if held:
            yield Sentence(read, min(held), max(held) + 1)


def _alone(sentence: Sentence, label: int, tokens: Sequence[Token], sure: float) -> Match:
    """What the model alone finds, as a match of the words that tell it."""
    first, last = telling_words(sentence.read, label)
    told = {(said.turn, said.place) for said in sentence.read.said[first:last]}
    words = [at for at in range(sentence.start, sentence.end) if (tokens[at].turn, tokens[at].word) in told]
    words = words or list(range(sentence.start, sentence.end))
    return Match(words[0], words[-1] + 1, sure, tuple(words), (), LEARNED)
