"""Families of phrasings: sentences with a label in common that say it in nearly the same words.

Names, numbers and accents are masked and words sorted before letters are compared (`token_sort_ratio`); what is alike
enough is of one family.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from monitor.protocol.text import plain

ALIKE_MIN = 80.0
"""Percent of letters from which two sentences are one family."""
_WORD = re.compile(r"[^\W\d_]+")
_CAPITAL = re.compile(r"(?<=[^\s.!?¿¡] )[A-ZÁÉÍÓÚÑ][^\W\d_]+")


@lru_cache(maxsize=50_000)
def masked(text: str) -> str:
    """A sentence without names, figures and accents: what makes its phrasing."""
    return " ".join(plain(word) for word in _WORD.findall(_CAPITAL.sub("", text)))


def known_families(texts: Sequence[str], among: Sequence[str]) -> list[bool]:
    """Of each text whether it is of the family of one of `among`."""
    if not texts or not among:
        return [False] * len(texts)
    alike = process.cdist(
        [masked(text) for text in texts],
        [masked(text) for text in among],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=ALIKE_MIN,
    )
    return [bool(row.any()) for row in alike]
