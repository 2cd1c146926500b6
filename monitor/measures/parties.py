"""One party's speech in figures, gathered from the measures of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audio.clipping import clipped_ratio
from audio.pitch import pitch
from models.analysis import Overlap, PartyMeasures
from models.recording import Party
from monitor.measures.conversation import Conversation
from monitor.measures.reply_latency import reply_latency_s
from monitor.measures.speech_rate import speech_rate
from monitor.measures.volume import volume


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
    conversation: Conversation, overlaps: Sequence[Overlap] | None, settings: PartySettings
) -> dict[Party, PartyMeasures]:
    """The figures of every party heard; what both share on a mixed channel is `None`, with its reason."""
    return {party: _measures(conversation, party, overlaps, settings) for party in conversation.activity}


def _measures(
    conversation: Conversation, party: Party, overlaps: Sequence[Overlap] | None, settings: PartySettings
) -> PartyMeasures:
    own, speech = conversation.turns_of(party), conversation.activity[party]
    rate = speech_rate(own, speech, conversation.language, settings.rate_speech_s)
    loudness = volume(own, settings.level_turn_s)
    alone = _of_one_person(conversation, party, overlaps, settings) if party is not Party.BOTH else dict(_NOT_OF_BOTH)
    alone["clipped_ratio"] = clipped_ratio(conversation.clip, conversation.channel_of(party), speech)
    reasons = rate.reasons | loudness.reasons
    return PartyMeasures(
        talk_s=sum(turn.span.duration_s for turn in own),
        words=rate.words,
        speech_rate_wpm=rate.speech_rate_wpm,
        articulation_rate_sps=rate.articulation_rate_sps,
        level_dbov=loudness.level_dbov,
        level_sd_db=loudness.level_sd_db,
        level_drift_db_per_min=loudness.level_drift_db_per_min,
        reasons=reasons | {name: _reason(name, conversation) for name, value in alone.items() if value is None},
        **alone,
    )


_NOT_OF_BOTH: dict[str, Any] = dict.fromkeys(("pitch_median_hz", "pitch_sd_st", "interruptions", "reply_latency_s"))
_WITHOUT_SPEECH = {"reply_latency_s": "no_reply"}


def _of_one_person(
    conversation: Conversation, party: Party, overlaps: Sequence[Overlap] | None, settings: PartySettings
) -> dict[str, Any]:
    """The figures that mean something of one voice only."""
    voice = pitch(conversation.clip, conversation.channel_of(party), conversation.activity[party])
    return {
        "pitch_median_hz": voice.median_hz if voice else None,
        "pitch_sd_st": voice.sd_st if voice else None,
        "interruptions": None if overlaps is None else _interruptions(overlaps, party),
        "reply_latency_s": reply_latency_s(conversation.turns, party, settings.longest_reply_s),
    }


def _interruptions(overlaps: Sequence[Overlap], party: Party) -> int:
    return sum(overlap.kind == "interruption" and overlap.by is party for overlap in overlaps)


def _reason(name: str, conversation: Conversation) -> str:
    if conversation.recording.mixed and name != "clipped_ratio":
        return "mixed_channel"
    if not conversation.recording.two_legs and name in ("interruptions", "reply_latency_s"):
        return "leg_missing"
    return _WITHOUT_SPEECH.get(name, "too_little_speech")
