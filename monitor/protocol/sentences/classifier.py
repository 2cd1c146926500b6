"""What a trained model makes of each sentence of the agent: a transformer and n-grams, a logit a label each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from models.analysis import Silence
from models.transcript import Turn
from monitor.protocol.sentences.encoder import encoded, piece_logits, sentence_logits
from monitor.protocol.sentences.grams import grams_of, words_of
from monitor.protocol.sentences.inputs import Part, parts_of
from monitor.protocol.sentences.pieces import Pieces
from monitor.protocol.sentences.splitting import Said, floors_of
from monitor.protocol.sentences.weights import Array, Weights, shipped_weights

ROWS_AT_ONCE = 16
"""Rows in one pass: all those of a call of three hours at once would take a gigabyte, and no less time."""
SHOWN_SHARE = 0.5
"""A word speaks for a label from this share of the way between the weakest and the strongest word."""
CLAUSE_ENDS = tuple(",;:.…!?")


@dataclass(frozen=True, slots=True, eq=False)
class ReadSentence:
    """One sentence with what the model makes of it."""

    said: tuple[Said, ...]
    logits: Array
    """What the transformer says, one a label."""
    gram_logits: Array
    """What the n-grams say, one a label."""
    word_logits: Array
    """The strongest piece of each word, shape (words, labels)."""


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A sentence model ready to read calls."""

    weights: Weights
    pieces: Pieces

    @property
    def labels(self) -> tuple[str, ...]:
        return self.weights.labels

    def read(self, turns: Sequence[Turn], silences: Sequence[Silence], hold_s: float) -> tuple[ReadSentence, ...]:
        """Every sentence of the agent; silences of `hold_s` and more are holds."""
        parts = list(parts_of(floors_of(turns, silences, hold_s), self.pieces))
        with threadpool_limits(1, "blas"):
            batches = [parts[at : at + ROWS_AT_ONCE] for at in range(0, len(parts), ROWS_AT_ONCE)]
            return tuple(sentence for batch in batches for sentence in self._read(batch))

    def _read(self, parts: Sequence[Part]) -> Iterator[ReadSentence]:
        hidden = encoded([part.row for part in parts], self.weights)
        for part, one in zip(parts, hidden, strict=True):
            yield from self._sentences(part, one)

    def _sentences(self, part: Part, hidden: Array) -> list[ReadSentence]:
        by_piece = piece_logits(hidden, self.weights)
        return [
            ReadSentence(
                said=said,
                logits=sentence_logits(hidden[span], by_piece[span], part.place, self.weights),
                gram_logits=self._gram_logits(said),
                word_logits=_by_word(by_piece[span], words, len(said)),
            )
            for said, span, words in zip(part.sentences, part.spans, part.words, strict=True)
        ]

    def _gram_logits(self, said: Sequence[Said]) -> Array:
        weights = self.weights
        words = words_of(" ".join(one.word.text for one in said))
        buckets, values = grams_of(words, weights.rarity)
        return np.asarray(values @ weights.grams[buckets] * weights.gram_scales + weights.gram_bias, dtype=np.float32)


def _by_word(pieces: Array, words: Sequence[int], count: int) -> Array:
    """The strongest piece of each word; words that were not read add nothing."""
    found = np.full((count, pieces.shape[1]), pieces.min(axis=0), dtype=np.float32)
    np.maximum.at(found, np.asarray(words), pieces)
    return found


def telling_words(sentence: ReadSentence, label: int) -> tuple[int, int]:
    """First and last (exclusive) word of what is quoted: the clauses that hold the words that speak for a label."""
    values = sentence.word_logits[:, label]
    least = values.min() + SHOWN_SHARE * (values.max() - values.min())
    places = np.flatnonzero(values >= least)
    texts = [said.word.text.rstrip() for said in sentence.said]
    ends = [place for place, text in enumerate(texts) if text[-1:] in CLAUSE_ENDS]
    first = max((end + 1 for end in ends if end < places[0]), default=0)
    last = min((end + 1 for end in ends if end >= places[-1]), default=len(texts))
    return int(first), int(last)


@lru_cache(maxsize=2)
def shipped_classifier(name: str) -> Classifier:
    """The sentence model of that name that comes with the product, read once.

    Raises:
        ProtocolError: if there is none.
    """
    weights = shipped_weights(name)
    return Classifier(weights, Pieces(weights.tokeniser))
