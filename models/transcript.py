"""What was said, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass

from models.recording import Party
from models.span import Span


@dataclass(frozen=True, slots=True)
class Word:
    """One word as recognised, with its punctuation."""

    text: str
    start_s: float
    end_s: float
    probability: float
    """Of the recogniser, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One party's stretch of speech."""

    party: Party
    start_s: float
    end_s: float
    words: tuple[Word, ...] = ()
    level_dbov: float | None = None
    rate_sps: float | None = None

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)

    @property
    def text(self) -> str:
        """The words heard, joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one recording by channel, and what was thrown away to get them."""

    words: dict[int, tuple[Word, ...]]
    """Channel index to its words in order of time."""
    language: str
    model: str
    model_sha256: str
    dropped: dict[str, int]
    """Words not kept, by reason code: `outside_speech`, `repetition`, `word_rate`."""
    live_windows: int = 0
    """How many were recognised while the call went on and would have held other speech had it been over."""
