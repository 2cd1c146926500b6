"""From a recording to its analysis: what is measured, in which order.

`analyse` takes sound and gives facts. It opens nothing, keeps nothing and has no opinion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from audio.clip import Clip
from audio.loudness import turn_levels
from audio.music import music_spans
from audio.speech import SpeechDetector
from audio.tone_plans import PLANS, TonePlan
from audio.tones import RingTone, ring_bursts
from audio.transcriber import Transcriber
from audio.waveform import peaks
from models.analysis import AnalysedWith, Analysis, Overlap, Silence
from models.recording import Party, Recording
from models.span import Span, gaps
from models.transcript import Transcript, Turn
from monitor.measures.answer_time import answer_time
from monitor.measures.interruptions import OverlapSettings, overlaps
from monitor.measures.listening_words import LISTENING_WORDS
from monitor.measures.parties import PartySettings, measured_parties, with_rates
from monitor.measures.silences import quiet_spans, silences
from monitor.measures.stopped_short import stopped_short
from monitor.measures.turns import TurnSettings, turns_of, with_words

Activity = Mapping[Party, tuple[Span, ...]]
"""Where each party's speech sounds, its pauses left out."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The parts behind the seams."""

    detector: SpeechDetector
    transcriber: Transcriber


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """What the measures are told. Limits that judge them are not here: `models.rules`."""

    turns: TurnSettings = field(default_factory=TurnSettings)
    overlaps: OverlapSettings = field(default_factory=OverlapSettings)
    parties: PartySettings = field(default_factory=PartySettings)
    silence_s: float = 3.0
    """Nobody speaking for longer is a silence."""
    tone_plan: str | None = None
    """The country of the line, where it is known."""
    tone_plans: tuple[TonePlan, ...] = PLANS


def analyse(
    recording: Recording, clip: Clip, tools: Tools, settings: AnalysisSettings, made_with: AnalysedWith
) -> Analysis:
    """All the facts of one recording. `clip` has a channel for each of `recording.channels`."""
    ring = ring_bursts(clip, settings.tone_plans)
    activity = speech_activity(recording, clip, tools.detector, ring)
    transcript = tools.transcriber.transcribe(clip, [activity[party] for party in recording.channels])
    heard = {party: transcript.words[channel] for channel, party in enumerate(recording.channels)}
    turns, outside = with_words(turns_of(activity, settings.turns), heard, settings.turns)
    turns = with_rates(_with_levels(turns, recording, clip, settings), activity, transcript.language)
    found = None if recording.mixed else _overlaps(turns, activity, clip, recording, transcript, settings)
    return Analysis(
        recording=recording,
        answer=answer_time(ring, recording.facts, _first_speech_s(turns, recording), settings.tone_plan),
        parties=measured_parties(recording, clip, turns, activity, found, transcript.language, settings.parties),
        turns=turns,
        overlaps=found,
        silences=_silences(turns, clip, settings),
        analysed_with=_signed(made_with, transcript, tools, outside),
        waveform={party: peaks(clip, channel) for channel, party in enumerate(recording.channels)},
        notes=(*recording.notes, "mixed_channel") if recording.mixed else recording.notes,
    )


def speech_activity(
    recording: Recording, clip: Clip, detector: SpeechDetector, ring: RingTone | None
) -> dict[Party, tuple[Span, ...]]:
    """Each channel's speech by its party; ring-back is not speech, whatever a detector says."""
    rings = ring.bursts if ring else ()
    return {
        party: tuple(part for span in spans for part in gaps(rings, span))
        for party, spans in zip(recording.channels, detector.detect(clip), strict=True)
    }


def _with_levels(
    turns: tuple[Turn, ...], recording: Recording, clip: Clip, settings: AnalysisSettings
) -> tuple[Turn, ...]:
    levels: dict[int, float | None] = {}
    for channel, party in enumerate(recording.channels):
        own = [index for index, turn in enumerate(turns) if turn.party is party]
        spans = [turns[index].span for index in own]
        levels |= dict(zip(own, turn_levels(clip, channel, spans, settings.parties.level_turn_s), strict=True))
    return tuple(replace(turn, level_dbov=levels[index]) for index, turn in enumerate(turns))


def _overlaps(
    turns: tuple[Turn, ...],
    activity: Activity,
    clip: Clip,
    recording: Recording,
    transcript: Transcript,
    settings: AnalysisSettings,
) -> tuple[Overlap, ...]:
    listening = LISTENING_WORDS.get(transcript.language, frozenset())
    wanted = replace(settings.overlaps, listening_words=settings.overlaps.listening_words or listening)
    return overlaps(turns, activity, lambda turn: stopped_short(turn, clip, recording.channels), wanted)


def _first_speech_s(turns: tuple[Turn, ...], recording: Recording) -> float | None:
    answering = Party.BOTH if recording.mixed else Party.AGENT
    return next((turn.start_s for turn in turns if turn.party is answering), None)


def _silences(turns: tuple[Turn, ...], clip: Clip, settings: AnalysisSettings) -> tuple[Silence, ...]:
    quiet = quiet_spans(turns, settings.silence_s)
    return silences(quiet, music_spans(clip, quiet))


def _signed(made_with: AnalysedWith, transcript: Transcript, tools: Tools, outside: int) -> AnalysedWith:
    dropped = dict(transcript.dropped)
    if outside:
        dropped["outside_speech"] = dropped.get("outside_speech", 0) + outside
    return replace(
        made_with,
        transcriber=transcript.model,
        model_sha256=transcript.model_sha256,
        speech_detector=tools.detector.name,
        language=transcript.language,
        dropped_words=dropped,
    )
