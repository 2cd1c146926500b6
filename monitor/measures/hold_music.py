"""Hold music that a speech detector took for speech."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from audio.clip import Clip
from audio.music import is_music
from models.span import Span, touching
from models.transcript import Word

_SHORTEST_S = 0.4
"""A shorter sound is a listening word or noise, and too little to be told from music."""
_HEARD_S = 2.0
"""Enough for `is_music`, and little beyond the sound in question."""
_WORD_REACH_S = 0.2


def without_music(clip: Clip, channel: int, speech: Iterable[Span], words: Sequence[Word]) -> tuple[Span, ...]:
    """The stretches of `speech` but those in which no word was recognised and with which music begins.

    The beginning of a piece sounds like a voice to detectors, and makes the turn before it too long.
    """
    said = tuple(Span(word.start_s, word.end_s) for word in words)
    return tuple(span for span in speech if _has_words(span, said) or not _begins_music(clip, channel, span))


def _has_words(span: Span, said: Sequence[Span]) -> bool:
    reach = Span(max(0.0, span.start_s - _WORD_REACH_S), span.end_s + _WORD_REACH_S)
    return any(word.overlap_s(reach) > 0 for word in touching(said, reach))


def _begins_music(clip: Clip, channel: int, span: Span) -> bool:
    if span.duration_s < _SHORTEST_S:
        return False
    heard = Span(span.start_s, min(clip.duration_s, max(span.end_s, span.start_s + _HEARD_S)))
    return is_music(clip.read(channel, heard), clip.sample_rate_hz) >= 0.5
