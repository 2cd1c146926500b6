"""How likely each sentence of the agent is each step or violation, by a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.analysis import Silence
from models.transcript import Turn
from monitor.protocol.sentences.encoder import encoded, piece_logits, sentence_logits
from monitor.protocol.sentences.inputs import Part, parts_of
from monitor.protocol.sentences.pieces import Pieces
from monitor.protocol.sentences.splitting import Said, floors_of
from monitor.protocol.sentences.weights import Array, Weights, shipped_weights

SHOWN_SHARE = 0.5
"""A word is shown as evidence from this share of the way between the weakest and the strongest word."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadSentence:
    """One sentence with what the model makes of it."""

    said: tuple[Said, ...]
    logits: Array
    """One a label."""
    word_logits: Array
    """What each word adds, shape (words, labels)."""


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
        hidden = encoded([part.row for part in parts], self.weights)
        return tuple(
            sentence for part, one in zip(parts, hidden, strict=True) for sentence in self._sentences(part, one)
        )

    def _sentences(self, part: Part, hidden: Array) -> list[ReadSentence]:
        by_piece = piece_logits(hidden, self.weights)
        return [
            ReadSentence(
                said=said,
                logits=sentence_logits(hidden[span], by_piece[span], part.place, self.weights),
                word_logits=_by_word(by_piece[span], words, len(said)),
            )
            for said, span, words in zip(part.sentences, part.spans, part.words, strict=True)
        ]


def _by_word(pieces: Array, words: Sequence[int], count: int) -> Array:
    """The strongest piece of each word; words that were not read add nothing."""
    found = np.full((count, pieces.shape[1]), pieces.min(axis=0), dtype=np.float32)
    np.maximum.at(found, np.asarray(words), pieces)
    return found


def telling_words(sentence: ReadSentence, label: int) -> tuple[int, int]:
    """The first and the last (exclusive) word that speak for a label: what is quoted as evidence."""
    values = sentence.word_logits[:, label]
    least = values.min() + SHOWN_SHARE * (values.max() - values.min())
    places = np.flatnonzero(values >= least)
    return int(places[0]), int(places[-1]) + 1


@lru_cache(maxsize=2)
def shipped_classifier(name: str) -> Classifier:
    """The sentence model of that name that comes with the product, read once.

    Raises:
        ProtocolError: if there is none.
    """
    weights = shipped_weights(name)
    return Classifier(weights, Pieces(weights.tokeniser))
