"""From a recording to its analysis: what is measured, in which order.

`analyse` takes sound and gives facts. It opens nothing, keeps nothing and has no opinion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from monitor.measures.conversation import Conversation
from monitor.measures.hold_music import without_music
from monitor.measures.interruptions import OverlapSettings, overlaps
from monitor.measures.parties import PartySettings, measured_parties
from monitor.measures.parting import Voices, parted
from monitor.measures.silences import quiet_spans, silences
from monitor.measures.speech_rate import with_rates
from monitor.measures.stopped_short import stopped_short
from monitor.measures.turns import TurnSettings, turns_of, with_words


@dataclass(frozen=True, slots=True)
class Tools:
    """The parts behind the seams."""

    detector: SpeechDetector
    transcriber: Transcriber
    voices: Voices | None = None
    """Tells the speakers of a mixed channel apart, where its weights are here."""


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """What the measures are told. The limits that judge them are elsewhere: `models.rules`."""

    turns: TurnSettings = field(default_factory=TurnSettings)
    overlaps: OverlapSettings = field(default_factory=OverlapSettings)
    parties: PartySettings = field(default_factory=PartySettings)
    silence_s: float = 3.0
    """Nobody speaking for longer is a silence."""
    listening_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By language."""
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
    conversation, outside = _conversation(recording, clip, activity, transcript, voices=tools.voices, settings=settings)
    found = _overlaps(conversation, settings) if recording.two_legs else None
    answered = answer_time(
        ring, recording.facts, _first_speech_s(conversation), settings.tone_plan, call=recording.call
    )
    return Analysis(
        recording=recording,
        answer=answered,
        parties=measured_parties(conversation, found, settings.parties),
        turns=conversation.turns,
        overlaps=found,
        silences=_silences(conversation, settings),
        analysed_with=_signed(made_with, transcript, tools, outside),
        waveform={party: peaks(clip, channel) for channel, party in enumerate(recording.channels)},
        notes=(*recording.notes, *_notes(conversation)),
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


def _conversation(
    recording: Recording,
    clip: Clip,
    activity: Mapping[Party, tuple[Span, ...]],
    transcript: Transcript,
    *,
    voices: Voices | None,
    settings: AnalysisSettings,
) -> tuple[Conversation, int]:
    """The turns with words, levels and rates; and how many words fit into no turn."""
    heard = {party: transcript.words[channel] for channel, party in enumerate(recording.channels)}
    spoken = {
        party: without_music(clip, channel, activity[party], heard[party])
        for channel, party in enumerate(recording.channels)
    }
    apart = parted(clip, spoken[Party.BOTH], heard[Party.BOTH], voices) if recording.mixed and voices else None
    spoken, heard = apart or (spoken, heard)
    turns, outside = with_words(turns_of(spoken, settings.turns), heard, settings.turns)
    conversation = Conversation(recording, clip, spoken, turns, transcript.language)
    turns = with_rates(_with_levels(conversation, settings), spoken, transcript.language)
    return replace(conversation, turns=turns), outside


def _with_levels(conversation: Conversation, settings: AnalysisSettings) -> tuple[Turn, ...]:
    levels: dict[Turn, float | None] = {}
    for party in conversation.activity:
        own, channel = conversation.turns_of(party), conversation.channel_of(party)
        measured = turn_levels(conversation.clip, channel, [turn.span for turn in own], settings.parties.level_turn_s)
        levels |= dict(zip(own, measured, strict=True))
    return tuple(replace(turn, level_dbov=levels[turn]) for turn in conversation.turns)


def _overlaps(conversation: Conversation, settings: AnalysisSettings) -> tuple[Overlap, ...]:
    return overlaps(
        conversation.turns,
        conversation.activity,
        lambda turn, *, surely: stopped_short(turn, conversation, surely=surely),
        settings.listening_words.get(conversation.language, frozenset()),
        settings.overlaps,
    )


def _first_speech_s(conversation: Conversation) -> float | None:
    """When whoever answers begins to speak; on a mixed channel that is the first voice."""
    if conversation.recording.mixed:
        return conversation.turns[0].start_s if conversation.turns else None
    return next((turn.start_s for turn in conversation.turns if turn.party is Party.AGENT), None)


def _notes(conversation: Conversation) -> tuple[str, ...]:
    """What limits the analysis as a whole."""
    if not conversation.recording.mixed:
        return ()
    return ("mixed_channel",) if Party.BOTH in conversation.activity else ("mixed_channel", "speakers_separated")


def _silences(conversation: Conversation, settings: AnalysisSettings) -> tuple[Silence, ...]:
    if len(conversation.recording.channels) == 1 and not conversation.recording.mixed:
        return ()  # whether the other spoke meanwhile is not known
    quiet = quiet_spans(conversation.turns, settings.silence_s)
    return silences(_captured(quiet, conversation.recording, settings.silence_s), music_spans(conversation.clip, quiet))


def _captured(quiet: Sequence[Span], recording: Recording, silence_s: float) -> tuple[Span, ...]:
    """Silences without the stretches in which sound of either party is missing: somebody may have spoken there."""
    if recording.call is None:
        return tuple(quiet)
    missing = [span for spans in recording.call.missing.values() for span in spans]
    ended_s = min((one.at_s for one in recording.call.moments if one.kind == "ended"), default=recording.duration_s)
    if 0 <= ended_s < recording.duration_s:
        missing.append(Span(ended_s, recording.duration_s))  # recorded while nobody knew yet that it was over
    return tuple(part for span in quiet for part in gaps(missing, span) if part.duration_s > silence_s)


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
        live_windows=transcript.live_windows,
    )
