"""What the words of a sentence and their parts say, one by one: a logistic regression on hashed n-grams.

Words and pairs of words, and parts of words of 3 to 5 letters; each counted, damped and weighed by how rare it is
(tf-idf, Spärck Jones 1972), each kind to length 1. It knows no order and no meaning, but a slip of the recogniser
changes little: beside the transformer it mends what that one misreads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from monitor.protocol.text import plain

BUCKETS = 2**15
"""Of each kind: words and their pairs first, parts of words behind them."""
_TOKEN = re.compile(r"[^\W_]+|\?")
_SIZES = (3, 4, 5)

Grams = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
"""Buckets and their values."""


def words_of(text: str) -> list[str]:
    """Words without accents and capitals, and question marks."""
    return [plain(token) for token in _TOKEN.findall(text)]


def counts_of(words: Sequence[str]) -> tuple[Counter[int], Counter[int]]:
    """How often each bucket of the words and of the parts occurs."""
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return _hashed([*words, *pairs], 0), _hashed(_parts(words), BUCKETS)


def _parts(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for size in _SIZES:
            yield from (padded[at : at + size] for at in range(max(1, len(padded) - size + 1)))


def _hashed(grams: Iterable[str], offset: int) -> Counter[int]:
    return Counter(offset + crc32(gram.encode()) % BUCKETS for gram in grams)


def grams_of(words: Sequence[str], rarity: npt.NDArray[np.float32]) -> Grams:
    """The buckets of a sentence with their values; `rarity` has one figure a bucket, shape (2 * BUCKETS,)."""
    kinds = [_weighed(counts, rarity) for counts in counts_of(words)]
    return np.concatenate([kind[0] for kind in kinds]), np.concatenate([kind[1] for kind in kinds])


def _weighed(counts: Counter[int], rarity: npt.NDArray[np.float32]) -> Grams:
    places = np.fromiter(counts.keys(), np.int64, len(counts))
    values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * rarity[places]
    length = float(np.sqrt((values**2).sum())) or 1.0
    return places, (values / length).astype(np.float32)
