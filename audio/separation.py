"""Telling two speakers apart on one mixed channel, where that can be done honestly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import erf

import numpy as np
from threadpoolctl import threadpool_limits

from audio.clip import Clip
from audio.mel import mel_windows, window_spans
from audio.speakers import Labels, Paused, TalkModel, split_half_distance, two_speakers
from audio.voices import Vectors, VoiceEncoder
from models.span import Span, total_s, union


@dataclass(frozen=True, slots=True)
class SeparationSettings:
    """What is asked of a recording before its speakers are told apart."""

    least_speech_s: float = 20.0
    """Of both together."""
    least_speaker_s: float = 3.0
    """Of the one who says less."""
    least_distance: float = 2.2
    """d' between two voices: see `split_half_distance`. Halves of one voice were measured up to 1.4."""
    hop_s: float = 0.5
    """From window to window; a change of speaker without a pause is placed within about that."""
    pause_s: float = 0.15
    """A silence of this length is a place where the speaker may change."""
    block_lengths_s: tuple[float, ...] = (10.0, 15.0, 20.0, 30.0)
    """Ways to halve a call: its blocks of this length, in turn."""
    talk: TalkModel = field(default_factory=TalkModel)


@dataclass(frozen=True, slots=True)
class SpeakerSpan:
    """Speech of one of two speakers, 0 or 1."""

    speaker: int
    span: Span


@dataclass(frozen=True, slots=True)
class Separation:
    """Who of two speaks when; speaker 0 speaks first."""

    spans: tuple[SpeakerSpan, ...]
    """Sorted, disjoint, together exactly the speech that was given."""
    distance: float
    """d' between the voices, the mean over the ways to halve the call."""

    @property
    def confidence(self) -> float:
        """Probability that 0.8 s of speech lie on the side of their own speaker: the normal integral up to d' / 2."""
        return 0.5 * (1 + erf(self.distance / np.sqrt(8)))

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

    `speech` is the channel's activity within the clip, without rings and music. Where both speak at once, all of it
    goes to one of them. Time and memory grow with the speech, 2 KB a second.
    """
    asked = settings or SeparationSettings()
    speech = union(speech)
    if total_s(speech) < asked.least_speech_s:
        return None
    stretches = [window_spans(span, asked.hop_s, clip.span) for span in speech]
    windows = [window for stretch in stretches for window in stretch]
    if not windows:
        return None
    # The products are small: two threads waiting for each other took three times as long as one, or much more.
    with threadpool_limits(1, "blas"):
        rows = np.concatenate([encoder.encode(batch) for batch in mel_windows(clip, channel, windows)])
        labels, apart = _labelled(rows, windows, _paused(speech, stretches, asked.pause_s), asked)
    if labels is None:
        return None
    found = Separation(_speaker_spans(speech, stretches, labels), apart)
    return found if min(total_s(found.of(0)), total_s(found.of(1))) >= asked.least_speaker_s else None


def _labelled(
    rows: Vectors, windows: Sequence[Span], paused: Paused, asked: SeparationSettings
) -> tuple[Labels | None, float]:
    """The speaker of each window, `None` where the voices are too near; and how far apart they are."""
    apart = float(np.mean([split_half_distance(rows, paused, half, asked.talk) for half in _halves(windows, asked)]))
    return (two_speakers(rows, paused, asked.talk) if apart >= asked.least_distance else None), apart


def _paused(speech: Sequence[Span], stretches: Sequence[Sequence[Span]], pause_s: float) -> Paused:
    """Whether a pause precedes each window: only the first of a stretch can have one."""
    silences_s = [pause_s, *(after.start_s - before.end_s for before, after in pairwise(speech))]
    flags = [
        index == 0 and silence_s >= pause_s
        for silence_s, stretch in zip(silences_s, stretches, strict=True)
        for index in range(len(stretch))
    ]
    return np.array(flags)


def _halves(windows: Sequence[Span], settings: SeparationSettings) -> list[Paused]:
    starts_s = np.array([window.start_s for window in windows]) - windows[0].start_s
    return [starts_s // length_s % 2 == 0 for length_s in settings.block_lengths_s]


def _speaker_spans(
    speech: Sequence[Span], stretches: Sequence[Sequence[Span]], labels: Labels
) -> tuple[SpeakerSpan, ...]:
    """Each stretch cut half way between the centres of windows with different speakers."""
    spans: list[SpeakerSpan] = []
    at = 0
    for span, stretch in zip(speech, stretches, strict=True):
        own = (labels[at : at + len(stretch)] != labels[0]).astype(int).tolist()
        at += len(stretch)
        changes = [index for index in range(1, len(own)) if own[index] != own[index - 1]]
        cuts_s = [(stretch[index - 1].start_s + stretch[index].end_s) / 2 for index in changes]
        edges_s = [span.start_s, *cuts_s, span.end_s]
        speakers = [own[0], *(own[index] for index in changes)]
        spans += [SpeakerSpan(who, Span(*edge)) for who, edge in zip(speakers, pairwise(edges_s), strict=True)]
    return tuple(spans)
