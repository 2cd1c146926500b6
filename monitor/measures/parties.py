"""One party's speech in figures, gathered from the measures of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audio.clip import Clip
from audio.clipping import clipped_ratio
from audio.pitch import pitch
from models.analysis import Overlap, PartyMeasures
from models.recording import Party, Recording
from models.span import Span
from models.transcript import Turn
from monitor.measures.reply_latency import reply_latency_s
from monitor.measures.speech_rate import speech_rate
from monitor.measures.volume import volume

_FROM_BOTH = "mixed_channel"


@dataclass(frozen=True, slots=True)
class PartySettings:
    """From how much speech a figure is taken."""

    level_turn_s: float = 1.5
    """Shorter turns have no level."""
    rate_speech_s: float = 15.0
    """Of less speech there is no rate."""
    longest_reply_s: float = 10.0
    """A longer wait is a silence, not a reply."""


def measured_parties(
    recording: Recording,
    clip: Clip,
    turns: Sequence[Turn],
    activity: Mapping[Party, tuple[Span, ...]],
    overlaps: Sequence[Overlap] | None,
    language: str,
    settings: PartySettings,
) -> dict[Party, PartyMeasures]:
    """The figures of every party that has a channel, or turns on a mixed one."""
    return {
        party: _measures(party, channel, clip, turns, activity[party], overlaps, language, settings)
        for channel, party in enumerate(recording.channels)
    }


def _measures(
    party: Party,
    channel: int,
    clip: Clip,
    turns: Sequence[Turn],
    speech: tuple[Span, ...],
    overlaps: Sequence[Overlap] | None,
    language: str,
    settings: PartySettings,
) -> PartyMeasures:
    own = [turn for turn in turns if turn.party is party]
    rate = speech_rate(own, speech, language, settings.rate_speech_s)
    loudness = volume(own, settings.level_turn_s)
    voice = pitch(clip, channel, speech) if party is not Party.BOTH else None
    latency_s = reply_latency_s(turns, party, settings.longest_reply_s) if party is not Party.BOTH else None
    mine = (
        None
        if overlaps is None
        else sum(overlap.kind == "interruption" and overlap.by is party for overlap in overlaps)
    )
    figures = {
        "clipped_ratio": clipped_ratio(clip, channel, speech),
        "pitch_median_hz": voice and voice.median_hz,
        "pitch_sd_st": voice and voice.sd_st,
        "interruptions": mine,
        "reply_latency_s": latency_s,
    }
    return PartyMeasures(
        talk_s=sum(turn.span.duration_s for turn in own),
        words=rate.words,
        speech_rate_wpm=rate.speech_rate_wpm,
        articulation_rate_sps=rate.articulation_rate_sps,
        level_dbov=loudness.level_dbov,
        level_sd_db=loudness.level_sd_db,
        level_drift_db_per_min=loudness.level_drift_db_per_min,
        reasons=rate.reasons | loudness.reasons | _reasons(figures, party),
        **figures,
    )


def _reasons(figures: Mapping[str, float | int | None], party: Party) -> dict[str, str]:
    why = {"reply_latency_s": "no_reply", "pitch_median_hz": "too_little_speech", "pitch_sd_st": "too_little_speech"}
    missing = [name for name, value in figures.items() if value is None]
    return {name: _FROM_BOTH if party is Party.BOTH else why.get(name, "too_little_speech") for name in missing}
