"""How fast a party speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.recording import Party
from models.span import Span, intersection, total_s, touching, union
from models.transcript import Turn, Word
from monitor.measures.spoken import word_count
from monitor.measures.syllables import syllable_count

PAUSE_S = 0.25
"""Silences of this length and more are pauses and no articulation."""


@dataclass(frozen=True, slots=True)
class SpeechRate:
    """`None` is not measurable, and `reasons` says why by name of the measure."""

    words: int | None
    """As spoken: "112" is two words."""
    speech_rate_wpm: float | None
    """Words a minute of the party's turns, pauses within them included."""
    articulation_rate_sps: float | None
    """Syllables a second of speech, pauses left out."""
    reasons: dict[str, str] = field(default_factory=dict)


def speech_rate(
    turns: Sequence[Turn],
    speech: Sequence[Span],
    language: str = "es",
    least_speech_s: float = 15.0,
    pause_s: float = PAUSE_S,
) -> SpeechRate:
    """One party's rates over its `turns`; `speech` is where its channel has sound of speech.

    Reasons are `too_little_speech` where the turns last less than `least_speech_s`, and `no_words` where nothing was
    recognised in them.
    """
    words = [word for turn in turns for word in turn.words]
    count = word_count((word.text for word in words), language)
    turns_s = total_s(turn.span for turn in turns)
    spoken_s = articulation_s((turn.span for turn in turns), speech, pause_s)
    reason = "too_little_speech" if turns_s < least_speech_s else "no_words" if not count else None
    if reason or not spoken_s:
        reasons = dict.fromkeys(("speech_rate_wpm", "articulation_rate_sps"), reason or "too_little_speech")
        return SpeechRate(count, None, None, reasons)
    return SpeechRate(count, 60 * count / turns_s, _syllables(words, language) / spoken_s)


def with_rates(
    turns: Iterable[Turn],
    activity: Mapping[Party, Sequence[Span]],
    language: str = "es",
    least_s: float = 1.5,
    pause_s: float = PAUSE_S,
) -> tuple[Turn, ...]:
    """The same turns, each with its articulation rate where it has words and `least_s` of articulation."""
    bridged = {party: union(speech, _just_under(pause_s)) for party, speech in activity.items()}
    return tuple(
        replace(turn, rate_sps=_turn_rate_sps(turn, bridged.get(turn.party, ()), language, least_s)) for turn in turns
    )


def _turn_rate_sps(turn: Turn, bridged: Sequence[Span], language: str, least_s: float) -> float | None:
    spoken_s = total_s(intersection([turn.span], touching(bridged, turn.span)))
    if not turn.words or spoken_s < least_s:
        return None
    return _syllables(turn.words, language) / spoken_s


def articulation_s(turns: Iterable[Span], speech: Sequence[Span], pause_s: float = PAUSE_S) -> float:
    """Seconds of speech within `turns`, silences shorter than `pause_s` counted in."""
    return total_s(intersection(turns, union(speech, _just_under(pause_s))))


def _just_under(pause_s: float) -> float:
    """`union` also closes gaps of exactly its length, which are pauses already."""
    return pause_s - 1e-6


def _syllables(words: Iterable[Word], language: str) -> int:
    return syllable_count((word.text for word in words), language)
