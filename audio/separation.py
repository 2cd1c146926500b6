"""Telling two speakers apart on one mixed channel, where that can be done honestly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import erf

import numpy as np

from audio.clip import Clip
from audio.mel import mel_windows, window_spans
from audio.speakers import Labels, Paused, TalkModel, split_half_distance, two_speakers
from audio.voices import VoiceEncoder
from models.span import Span, total_s, union


@dataclass(frozen=True, slots=True)
class SeparationSettings:
    """What is asked of a recording before its speakers are told apart."""

    hop_s: float = 0.5
    """From window to window; a change of speaker without a pause is placed within half of it."""
    least_speech_s: float = 20.0
    """Of both together."""
    least_speaker_s: float = 3.0
    """Of the one who says less."""
    block_s: float = 20.0
    """The two halves of a call that must agree are its blocks of this length, in turn."""
    pause_s: float = 0.15
    """Silence of this length is a place where a turn may change."""
    talk: TalkModel = field(default_factory=TalkModel)


@dataclass(frozen=True, slots=True)
class SpeakerSpan:
    """Speech of one of two speakers, 0 or 1; 0 speaks first."""

    speaker: int
    span: Span


@dataclass(frozen=True, slots=True)
class Separation:
    """Who of two speaks when: sorted, disjoint, together exactly the speech that was given."""

    spans: tuple[SpeakerSpan, ...]
    confidence: float
    """Probability, from 0.5 to 1, that 0.8 s of speech lie on the side of their own speaker."""
    distance: float
    """d' between the voices: see `split_half_distance`."""

    def of(self, speaker: int) -> tuple[Span, ...]:
        """One speaker's speech."""
        return tuple(item.span for item in self.spans if item.speaker == speaker)


def separate(
    clip: Clip,
    speech: Sequence[Span],
    encoder: VoiceEncoder,
    settings: SeparationSettings | None = None,
    channel: int = 0,
) -> Separation | None:
    """The two speakers of a mixed channel; `None` where there may be one, too little is said, or they sound alike.

    Where both speak at once the louder is heard. Time and memory grow with the speech: for each second about 10 ms
    of one core, and 2 KB.

    Args:
        speech: activity of the channel, sorted and disjoint, within the clip; no rings, no music.
    """
    asked = settings or SeparationSettings()
    speech = union(speech)
    if total_s(speech) < asked.least_speech_s:
        return None
    stretches = [window_spans(span, asked.hop_s, clip.span) for span in speech]
    windows = [window for stretch in stretches for window in stretch]
    rows = np.concatenate([encoder.encode(batch) for batch in mel_windows(clip, channel, windows)])
    paused = _paused(speech, stretches, asked.pause_s)
    halves = np.array([window.start_s // asked.block_s % 2 == 0 for window in windows])
    apart = split_half_distance(rows, paused, halves, asked.talk)
    labels = two_speakers(rows, paused, asked.talk) if apart >= encoder.least_distance else None
    if labels is None:
        return None
    spans = _speaker_spans(speech, stretches, labels)
    found = Separation(spans, 0.5 * (1 + erf(apart / np.sqrt(8))), apart)
    return found if min(total_s(found.of(0)), total_s(found.of(1))) >= asked.least_speaker_s else None


def _paused(speech: Sequence[Span], stretches: Sequence[Sequence[Span]], pause_s: float) -> Paused:
    """Whether a pause precedes each window: only the first of a stretch can have one."""
    silences_s = [pause_s, *(after.start_s - before.end_s for before, after in pairwise(speech))]
    flags = [
        index == 0 and silence_s >= pause_s
        for silence_s, stretch in zip(silences_s, stretches, strict=True)
        for index in range(len(stretch))
    ]
    return np.array(flags)


def _speaker_spans(
    speech: Sequence[Span], stretches: Sequence[Sequence[Span]], labels: Labels
) -> tuple[SpeakerSpan, ...]:
    """Each stretch cut half way between the centres of windows with different speakers."""
    first = labels[0]
    spans: list[SpeakerSpan] = []
    at = 0
    for span, stretch in zip(speech, stretches, strict=True):
        own = (labels[at : at + len(stretch)] != first).astype(int).tolist()
        at += len(stretch)
        changes = [index for index in range(1, len(own)) if own[index] != own[index - 1]]
        cuts_s = [(stretch[index - 1].start_s + stretch[index].end_s) / 2 for index in changes]
        edges_s = [span.start_s, *cuts_s, span.end_s]
        speakers = [own[0], *(own[index] for index in changes)]
        spans += [SpeakerSpan(who, Span(*edge)) for who, edge in zip(speakers, pairwise(edges_s), strict=True)]
    return tuple(spans)
