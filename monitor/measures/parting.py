"""The two parties of a mixed channel, where their voices and their words can tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audio.clip import Clip
from audio.separation import Separation, separate
from audio.voices import VoiceEncoder
from models.recording import Party
from models.span import Span, touching
from models.transcript import Word
from monitor.measures.speakers import Favour, agent_of

Activity = dict[Party, tuple[Span, ...]]
Heard = dict[Party, tuple[Word, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """What tells two people on one channel apart."""

    encoder: VoiceEncoder
    favour: Favour
    """How much somebody's words speak for being the agent."""


def parted(clip: Clip, speech: Sequence[Span], words: Sequence[Word], voices: Voices) -> tuple[Activity, Heard] | None:
    """Each party's speech and words; `None` where the voices are too alike or nobody sounds like the agent."""
    separation = separate(clip, speech, voices.encoder)
    if separation is None:
        return None
    said = _words_of(separation, words)
    agent = agent_of(said, voices.favour)
    if agent is None:
        return None
    parties = {Party.AGENT: agent.speaker, Party.CUSTOMER: 1 - agent.speaker}
    activity = {party: separation.of(speaker) for party, speaker in parties.items()}
    return activity, {party: said[speaker] for party, speaker in parties.items()}


def _words_of(separation: Separation, words: Sequence[Word]) -> dict[int, tuple[Word, ...]]:
    """Each speaker's words: a word is whose speech holds most of it, of the first where neither does."""
    spans = {speaker: separation.of(speaker) for speaker in (0, 1)}
    said: dict[int, list[Word]] = {0: [], 1: []}
    for word in words:
        shared = {speaker: _shared_s(word, own) for speaker, own in spans.items()}
        said[max(shared, key=lambda speaker: shared[speaker])].append(word)
    return {speaker: tuple(own) for speaker, own in said.items()}


def _shared_s(word: Word, speech: Sequence[Span]) -> float:
    span = Span(word.start_s, word.end_s)
    return sum(span.overlap_s(other) for other in touching(speech, span))
