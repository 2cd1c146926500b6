"""Teaches what the n-grams of a sentence say: one logistic regression a label (scikit-learn, which librosa brings)."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.sentences.lessons import Lesson
from benchmarks.sentences.mishearing import misheard
from monitor.protocol.sentences.grams import BUCKETS, counts_of, grams_of, words_of

STRENGTH, FREEDOM = 0.9, 20.0
"""How badly the second copy of each sentence is heard, and scikit-learn's C."""


def gram_arrays(lessons: Sequence[Lesson], labels: Sequence[str]) -> dict[str, npt.NDArray]:
    """The file's arrays `grams`, `gram_scales`, `gram_bias` and `rarity`."""
    rng = random.Random(0)  # noqa: S311 - no secret
    sentences = [sentence for lesson in lessons for sentence in lesson.sentences]
    texts = [text for text, _ in sentences] + [misheard(text, rng, STRENGTH) for text, _ in sentences]
    words = [words_of(text) for text in texts]
    rarity = _rarity(words)
    grams = _matrix(words, rarity)
    columns, bias = [], []
    for label in labels:
        truth = [label in said for _, said in sentences] * 2
        fitted = LogisticRegression(C=FREEDOM, max_iter=500).fit(grams, truth)
        columns.append(fitted.coef_[0])
        bias.append(fitted.intercept_[0])
    weights = np.stack(columns, axis=1)
    scales = np.abs(weights).max(axis=0) / 127
    return {
        "grams": np.round(weights / scales).astype(np.int8),
        "gram_scales": scales.astype(np.float32),
        "gram_bias": np.array(bias, np.float32),
        "rarity": rarity.astype(np.float16),
    }


def _rarity(sentences: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
    """Smoothed inverse document frequency of each bucket."""
    held = np.zeros(2 * BUCKETS)
    for words in sentences:
        for counts in counts_of(words):
            held[list(counts)] += 1
    return (np.log((1 + len(sentences)) / (1 + held)) + 1).astype(np.float32)


def _matrix(sentences: Sequence[Sequence[str]], rarity: npt.NDArray[np.float32]) -> csr_matrix:
    rows = [grams_of(words, rarity) for words in sentences]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return csr_matrix((values, buckets, ends), shape=(len(rows), 2 * BUCKETS))
