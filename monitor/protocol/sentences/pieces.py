"""Words as the subword pieces that a sentence model knows (SentencePiece unigram, Kudo 2018)."""

from __future__ import annotations

from functools import lru_cache

from tokenizers import Tokenizer

WORD_MAX = 40
"""Letters of a word beyond which nothing is read: recognisers do not write longer ones."""


class Pieces:
    """The pieces of words, remembered: the same few thousand words make up all calls."""

    def __init__(self, tokeniser: str) -> None:
        self._tokeniser = Tokenizer.from_str(tokeniser)
        self.of = lru_cache(maxsize=50_000)(self._of)

    def _of(self, word: str) -> tuple[int, ...]:
        """The pieces of one word; none of an empty one."""
        bare = word.strip()[:WORD_MAX].encode("utf-8", "replace").decode("utf-8")  # no half of a surrogate pair
        return tuple(self._tokeniser.encode(bare, add_special_tokens=False).ids) if bare else ()
