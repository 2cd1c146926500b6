"""Words that a recogniser writes and nobody said.

Whisper fills silence with thanks and goodbyes and falls into loops. What lies outside detected
speech, repeats itself in a loop or comes faster than anybody speaks is dropped and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.span import Span, intersection, total_s, touching, union
from models.transcript import Word


@dataclass(frozen=True, slots=True)
class WordLimits:
    """What a person can have said."""

    reach_s: float = 0.3
    """How far outside detected speech a word's middle may lie: word times are that exact."""
    loop_repeats: int = 4
    """A phrase said this often in a row is a loop."""
    loop_phrase_words: int = 8
    """Longest phrase looked for."""
    words_per_s: float = 8.0
    """More words than this in a second of speech were not spoken; fast Spanish has 4 to 5."""
    rate_window_words: int = 8


def kept_words(
    words: Sequence[Word], speech: Iterable[Span], limits: WordLimits
) -> tuple[tuple[Word, ...], dict[str, int]]:
    """The words of one channel that can have been said, and how many were dropped by reason code."""
    spans = union(speech)
    spoken = [word for word in words if _on_speech(word, spans, limits.reach_s)]
    no_loops = without_loops(spoken, limits)
    possible = [word for word, rushed in zip(no_loops, _rushed(no_loops, spans, limits), strict=True) if not rushed]
    dropped = {
        "outside_speech": len(words) - len(spoken),
        "repetition": len(spoken) - len(no_loops),
        "word_rate": len(no_loops) - len(possible),
    }
    return tuple(possible), {reason: count for reason, count in dropped.items() if count}


def without_loops(words: Sequence[Word], limits: WordLimits) -> list[Word]:
    """The words with every phrase that repeats `loop_repeats` times in a row said once."""
    texts = [_bare(word.text) for word in words]
    kept: list[Word] = []
    at = 0
    while at < len(words):
        size, repeats = _loop_at(texts, at, limits)
        if repeats >= limits.loop_repeats:
            kept += words[at : at + size]
            at += size * repeats
        else:
            kept.append(words[at])
            at += 1
    return kept


def _loop_at(texts: list[str], at: int, limits: WordLimits) -> tuple[int, int]:
    """Size and count of the phrase that repeats most from `at`; digits are read out, not looped."""
    best = (1, 1)
    for size in range(1, limits.loop_phrase_words + 1):
        phrase = texts[at : at + size]
        if not any(text.isalpha() for text in phrase):
            continue
        repeats = 1
        while texts[at + size * repeats : at + size * (repeats + 1)] == phrase:
            repeats += 1
        if repeats * size > best[0] * best[1] and repeats > 1:
            best = (size, repeats)
    return best


def _on_speech(word: Word, speech: tuple[Span, ...], reach_s: float) -> bool:
    middle_s = (word.start_s + word.end_s) / 2
    return bool(touching(speech, Span(middle_s - reach_s, middle_s + reach_s)))


def _rushed(words: Sequence[Word], speech: tuple[Span, ...], limits: WordLimits) -> list[bool]:
    """Which words stand in a run of `rate_window_words` too dense to have been spoken."""
    rushed = [False] * len(words)
    size = limits.rate_window_words
    for start in range(len(words) - size + 1):
        run = words[start : start + size]
        around = Span(run[0].start_s - limits.reach_s, max(run[-1].end_s, run[0].start_s) + limits.reach_s)
        room_s = total_s(intersection([around], touching(speech, around))) + 2 * limits.reach_s
        if size > limits.words_per_s * room_s and all(b.start_s >= a.start_s for a, b in pairwise(run)):
            rushed[start : start + size] = [True] * size
    return rushed


def _bare(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
