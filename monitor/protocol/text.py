"""Recognised words as tokens that can be compared by sound.

A recogniser spells what it hears: `Ola`, `Ávla`, `abla` and `habla` are one word to a listener.
`sound` folds what speakers of the language do not tell apart.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.recording import Party
from models.transcript import Turn, Word
from monitor.protocol.sounds import folding_of

REST_S = 0.2
"""Recognisers leave out commas; a gap of this length between two words is one."""
HARD_GAP_S = 1.5
"""Words further apart than this were not said in one breath: no phrase reaches across."""

_LETTERS = re.compile(r"[^\W_]+")
_STOPS = ",;:.…!?"
_SENTENCE_ENDS = ".…!?"


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable word of a turn."""

    text: str
    plain: str
    """Lower case, no accents."""
    sound: str
    start_s: float
    end_s: float
    probability: float
    party: Party
    turn: int
    """Index of the turn in the analysis."""
    word: int
    """Index of the word in its turn."""
    starts_sentence: bool
    stop: str
    """Punctuation behind the word: one of `,;:.…!?`, or empty."""
    rests: bool
    """True where a pause can be heard behind this word, punctuated or not."""
    breaks: bool
    """True where no phrase goes on behind this word: a long pause or another speaker."""

    @property
    def capital(self) -> bool:
        """Upper case where the grammar does not ask for it, which is how recognisers write names."""
        return self.text[:1].isupper() and not self.starts_sentence

    @property
    def ends_sentence(self) -> bool:
        return self.stop in _SENTENCE_ENDS and self.stop != ""


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Lower case without accents; `ñ` stays."""
    kept = unicodedata.normalize("NFD", text.lower().replace("ñ", "\0").replace("n\u0303", "\0"))
    return "".join(char for char in kept if unicodedata.category(char) != "Mn").replace("\0", "ñ")


@lru_cache(maxsize=40_000)
def sound(word: str, language: str = "es") -> str:
    """A plain word as a speaker hears it; in Spanish b = v, c/s/z as one, h silent, ll = y, ñ = n, no doubles."""
    folding = folding_of(language)
    if word in folding.whole:
        return folding.whole[word]
    for pattern, replacement in folding.folds:
        word = pattern.sub(replacement, word)
    return word


def tokens_of(turns: Sequence[tuple[int, Turn]], language: str = "es") -> tuple[Token, ...]:
    """Tokens of some turns of one party in order of time; the numbers are indices of the turns in the analysis."""
    rows: list[tuple[int, Turn, int, Word]] = [
        (index, turn, place, word) for index, turn in turns for place, word in enumerate(turn.words)
    ]
    tokens: list[Token] = []
    fresh = True
    for number, (index, turn, place, word) in enumerate(rows):
        after = rows[number + 1][3] if number + 1 < len(rows) else None
        made = _of_word(word, (turn.party, index, place, language), fresh=fresh, after=after)
        tokens.extend(made)
        if made:
            fresh = made[-1].ends_sentence or made[-1].breaks
    return tuple(tokens)


def _of_word(word: Word, of: tuple[Party, int, int, str], *, fresh: bool, after: Word | None) -> list[Token]:
    """Tokens of a word, given its party, its turn, its place there and its language."""
    party, turn, place, language = of
    parts = _LETTERS.findall(word.text)
    tail = word.text.rstrip()[-1:]
    gap_s = math.inf if after is None else after.start_s - word.end_s
    last = len(parts) - 1
    return [
        Token(
            text=part,
            plain=plain(part),
            sound=sound(plain(part), language),
            start_s=word.start_s,
            end_s=word.end_s,
            probability=word.probability,
            party=party,
            turn=turn,
            word=place,
            starts_sentence=fresh and number == 0,
            stop=tail if number == last and tail in _STOPS else "",
            rests=number == last and (tail in _STOPS or gap_s >= REST_S),
            breaks=number == last and gap_s > HARD_GAP_S,
        )
        for number, part in enumerate(parts)
    ]


def quote(tokens: Iterable[Token]) -> str:
    """The words of some tokens as recognised, punctuation between them kept."""
    shown = list(tokens)
    return " ".join(token.text + (token.stop if token.stop and token is not shown[-1] else "") for token in shown)
