"""Live calls and the parts that hear them, without a speech model: what is loud is speech, and each stretch a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audio.activity import ActivitySettings, Track
from audio.band import frame_levels_dbov
from audio.clip import Clip, Samples
from audio.events import Sound
from audio.heard import Heard, Reading, passed_over, usable_of, window_digest, words_of
from audio.packing import PackSettings, Window, repacked, stretches, unread
from audio.speech import BLOCK_S, ClassifierDetector, Kept
from models.call import Side
from models.span import Span
from models.transcript import Transcript, Word
from monitor.live.ear import Ear, EarSettings
from monitor.live.memory import Memory
from monitor.recorder.live_clip import LiveClip
from monitor.recorder.recorded import RecorderSettings
from monitor.recorder.recorder import Recorder
from tests.sounds import RATE_HZ, joined, noise, silence, stereo

T0 = 1_760_000_000.0
KEY = "k" * 64


def talk(seconds: float, pause_s: float = 1.0, seed: int = 1, speech_s: float = 4.0) -> Samples:
    """Speech of `speech_s` and a pause, again and again, for so long."""
    parts: list[Samples] = []
    while sum(part.size for part in parts) < seconds * RATE_HZ:
        parts += [noise(speech_s, -26.0, seed + len(parts)), silence(pause_s)]
    return joined(*parts)[: round(seconds * RATE_HZ)]


def two_way(seconds: float) -> Clip:
    """Both parties talk, not at the same time all the time."""
    return stereo(talk(seconds, seed=1), joined(silence(2.0), talk(seconds - 2.0, 3.0, seed=500, speech_s=2.0)))


def live(clip: Clip, until_s: float, started_s: float = T0) -> LiveClip:
    """What is there of a call after `until_s`."""
    frames = min(clip.frames, round(until_s * RATE_HZ))
    so_far = Clip(clip.sample_rate_hz, clip.channels, frames, clip.pcm_frames(0, frames))
    return LiveClip(so_far, 0.0, started_s, (until_s, until_s))


class LoudClassifier:
    """Takes for speech what is loud; keeps whole blocks, as the neural one does."""

    name = "loud"

    def __init__(self) -> None:
        self.blocks = 0
        """Heard and not found among what was kept."""

    def probabilities(self, clip: Clip, channel: int, kept: Kept | None = None, from_s: float = 0.0) -> Track:
        level = frame_levels_dbov(clip, channel, from_s)
        frames = round(BLOCK_S * 100)
        for at in range(0, level.size, frames):
            key = f"{channel} {from_s + at / 100}"
            if kept is None or key not in kept:
                self.blocks += 1
            if kept is not None and level.size - at > frames:
                kept[key] = np.zeros(1, np.float32)
        return (level > -50).astype(np.float32)


@dataclass
class WordTranscriber:
    """Says of each piece of a window how long it is; counts what it reads."""

    name: str = "word"
    model_sha256: str = "0" * 64
    packing: PackSettings = field(default_factory=PackSettings)
    reads: list[tuple[Reading, Window]] = field(default_factory=list)
    at_the_end: list[Window] = field(default_factory=list)
    deaf: bool = False
    """Recognises nothing the first time."""

    def read(self, clip: Clip, reading: Reading, window: Window, language: str | None = None) -> Heard:
        self.reads.append((reading, window))
        silent = self.deaf and reading is not Reading.AGAIN
        words = () if silent else tuple(self._word(piece.span) for piece in window.pieces)
        return Heard(reading, window, words, language or "es", window_digest(clip, window))

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]], heard: Sequence[Heard] = ()) -> Transcript:
        usable = usable_of(heard, clip)
        read = [one for one in usable if one.reading is not Reading.AGAIN]
        again = [one for one in usable if one.reading is Reading.AGAIN]
        for channel, spans in enumerate(speech):
            for window in self._packed(channel, stretches(spans, clip.duration_s, self.packing), read):
                self.at_the_end.append(window)
                read.append(self.read(clip, Reading.FULL, window))
            for window in self._packed(channel, passed_over(channel, read), again):
                self.at_the_end.append(window)
                again.append(self.read(clip, Reading.AGAIN, window))
        words = {channel: tuple(sorted(words_of(channel, read, again), key=_start)) for channel in range(len(speech))}
        return Transcript(words, "es", self.name, self.model_sha256, {})

    def _packed(self, channel: int, spans: Sequence[Span], read: Sequence[Heard]) -> tuple[Window, ...]:
        own = [one.window for one in read if one.window.channel == channel]
        return repacked(channel, unread(spans, own), self.packing)

    @staticmethod
    def _word(span: Span) -> Word:
        return Word(f"{span.duration_s:.1f}", span.start_s, span.end_s, 0.9)


def _start(word: Word) -> float:
    return word.start_s


def detector() -> ClassifierDetector:
    return ClassifierDetector(LoudClassifier(), ActivitySettings())


def ear(folder: Path, transcriber: WordTranscriber | None = None, memory: Memory | None = None) -> Ear:
    kept = memory or Memory(folder / "call.jsonl", KEY)
    return Ear(detector(), transcriber or WordTranscriber(), kept, EarSettings())


def follow(one: Ear, clip: Clip, *, tails: bool = False, step_s: float = 5.0, from_s: float = 0.0) -> None:
    """Hear a call as it grows, with all the time there is."""
    for until_s in np.arange(from_s + step_s, clip.duration_s, step_s).tolist():
        so_far = live(clip, until_s)
        one.look(so_far)
        while due := one.due(tails=tails):
            one.read(so_far.clip, due)


def recorder(root: Path) -> Recorder:
    return Recorder(root, RecorderSettings(durable=False, reserve_bytes=0, reserve_ratio=0.0))


def tell(one: Recorder, call_id: str, clip: Clip, from_s: float = 0.0) -> None:
    """Write a call's sound as capture does."""
    for channel, side in enumerate((Side.CALLEE, Side.CALLER)):
        samples = np.ascontiguousarray(clip.pcm_frames(round(from_s * RATE_HZ), clip.frames)[:, channel])
        one.write(call_id, channel, Sound("leg", side, T0 + from_s, RATE_HZ, samples))
    one.flush(T0 + clip.duration_s)
