"""The words of a recording. The `Transcriber` seam and faster-whisper behind it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from audio.clip import Clip, Samples
from audio.heard import Heard, Reading, passed_over, usable_of, window_digest, words_of
from audio.invented import WordLimits, kept_words
from audio.packing import PackSettings, Window, halves, packed, repacked, stretches, unread
from audio.resample import MODEL_RATE_HZ, at_model_rate
from models.errors import ModelError
from models.span import Span
from models.transcript import Transcript, Word

log = logging.getLogger(__name__)

_LOOP_COMPRESSION = 2.4
"""Text that compresses better than this repeats itself (Whisper's own limit)."""


_LONGEST_WORD_S = 1.2
"""A recogniser that loses its way stretches the last word over what it passes over."""


class Transcriber(Protocol):
    """Recognises speech.

    Contract, the same for all: words only inside the given speech, in order of time, times
    within the clip, probabilities from 0 to 1; no speech gives no words; legs are never mixed.
    """

    name: str
    model_sha256: str

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]]) -> Transcript:
        """The words of every channel; `speech` holds each channel's stretches of speech."""
        ...


@dataclass(frozen=True, slots=True)
class WhisperSettings:
    """How faster-whisper is run. The defaults were measured: `docs/decisions.md`."""

    language: str | None = "es"
    """`None` lets the model find it."""
    device: str = "auto"
    compute_type: str = "int8"
    threads: int = 2
    beam_size: int = 5
    batch_windows: int = 8
    """Windows recognised at once: more is faster and takes more memory."""
    hints: str | None = None
    """Names of the company, its agents and products, as a person would write them."""
    packing: PackSettings = field(default_factory=PackSettings)
    limits: WordLimits = field(default_factory=WordLimits)
    most_tokens: int = 220
    """Of one window; 30 s of fast Spanish are 180."""


class WhisperTranscriber:
    """faster-whisper over packed windows of both legs.

    Raises:
        ModelError: if the model's files cannot be loaded.
    """

    def __init__(self, model: Path, model_name: str, model_sha256: str, settings: WhisperSettings) -> None:
        from faster_whisper import BatchedInferencePipeline, WhisperModel, __version__  # noqa: PLC0415  # heavy

        self.name = f"faster-whisper {__version__} {model_name} {settings.compute_type}"
        self.model_sha256 = model_sha256
        self._settings = settings
        try:
            loaded = WhisperModel(
                str(model), device=settings.device, compute_type=settings.compute_type, cpu_threads=settings.threads
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"the speech model in {model} cannot be loaded: {error}", "model_unloadable") from error
        self._pipeline = BatchedInferencePipeline(loaded)

    @property
    def packing(self) -> PackSettings:
        """How speech is brought into windows."""
        return self._settings.packing

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]], heard: Sequence[Heard] = ()) -> Transcript:
        """The words of every channel; what was `heard` while the call went on is not recognised again."""
        usable = usable_of(heard, clip)
        read = [one for one in usable if one.reading is not Reading.AGAIN]
        windows = [
            window
            for channel, spans in enumerate(speech)
            for window in self._unread(channel, stretches(spans, clip.duration_s, self.packing), read)
        ]
        language = self._settings.language or next((one.language for one in usable), None)
        for group in _groups(windows, self._settings.batch_windows):
            language = language or self._language_of(clip, group[0])
            found = self._words(clip, group, language)
            read += [Heard(Reading.FULL, window, words, language) for window, words in zip(group, found, strict=True)]
        again = [one for one in usable if one.reading is Reading.AGAIN]
        for group in _groups(self._passed_over(read, again, len(speech)), self._settings.batch_windows):
            second = self._recognised(clip, group, language or "")
            again += [
                Heard(Reading.AGAIN, window, tuple(words), language or "")
                for window, (words, _) in zip(group, second, strict=True)
            ]
        words = {channel: list(words_of(channel, read, again)) for channel in range(len(speech))}
        return replace(self._transcript(words, speech, language), live_windows=self._otherwise(clip, speech, usable))

    def _otherwise(self, clip: Clip, speech: Sequence[Sequence[Span]], heard: Sequence[Heard]) -> int:
        """How many windows of the first reading hold other speech than the whole recording would give them."""
        whole = {
            window
            for channel, spans in enumerate(speech)
            for window in packed(channel, spans, clip.duration_s, self.packing)
        }
        return sum(one.reading is not Reading.AGAIN and one.window not in whole for one in heard)

    def read(self, clip: Clip, reading: Reading, window: Window, language: str | None = None) -> Heard:
        """The words of one window, as `transcribe` would have them."""
        spoken = self._settings.language or language or self._language_of(clip, window)
        if reading is Reading.AGAIN:
            words = tuple(self._recognised(clip, [window], spoken)[0][0])
        else:
            words = self._words(clip, [window], spoken)[0]
        return Heard(reading, window, words, spoken, window_digest(clip, window))

    def _unread(self, channel: int, stretched: Sequence[Span], read: Sequence[Heard]) -> tuple[Window, ...]:
        own = [one.window for one in read if one.window.channel == channel]
        return repacked(channel, unread(stretched, own), self.packing)

    def _passed_over(self, read: Sequence[Heard], again: Sequence[Heard], channels: int) -> list[Window]:
        """Windows of the speech in which nothing was recognised: now and then a recogniser stops too early."""
        return [
            window for channel in range(channels) for window in self._unread(channel, passed_over(channel, read), again)
        ]

    def _transcript(
        self, heard: dict[int, list[Word]], speech: Sequence[Sequence[Span]], language: str | None
    ) -> Transcript:
        words: dict[int, tuple[Word, ...]] = {}
        dropped: Counter[str] = Counter()
        for channel, spans in enumerate(speech):
            in_order = sorted(heard[channel], key=lambda word: (word.start_s, word.end_s))
            words[channel], lost = kept_words(in_order, spans, self._settings.limits)
            dropped.update(lost)
        return Transcript(words, language or "", self.name, self.model_sha256, dict(dropped))

    def _words(self, clip: Clip, windows: Sequence[Window], language: str) -> list[tuple[Word, ...]]:
        """The words of each window; one that went into a loop is tried again in halves."""
        found = self._recognised(clip, windows, language)
        for index, (window, (words, looped)) in enumerate(zip(windows, found, strict=True)):
            if looped and len(window.pieces) > 1:
                parts = self._recognised(clip, halves(window, self._settings.packing), language)
                found[index] = ([word for part, _ in parts for word in part], False)
                log.info("a window of %.1f s went into a loop and was recognised again in halves", window.duration_s)
            else:
                found[index] = (words, looped)
        return [tuple(words) for words, _ in found]

    def _recognised(self, clip: Clip, windows: Sequence[Window], language: str) -> list[tuple[list[Word], bool]]:
        sounds = [window_samples(clip, window) for window in windows]
        starts = np.cumsum([0] + [sound.size for sound in sounds])
        segments, _ = self._pipeline.transcribe(
            np.concatenate(sounds),
            language=language,
            beam_size=self._settings.beam_size,
            batch_size=len(windows),
            word_timestamps=True,
            vad_filter=False,
            hotwords=self._settings.hints,
            max_new_tokens=self._settings.most_tokens,
            clip_timestamps=[
                {"start": start / MODEL_RATE_HZ, "end": stop / MODEL_RATE_HZ} for start, stop in pairwise(starts)
            ],
        )
        found: list[tuple[list[Word], bool]] = [([], False) for _ in windows]
        for segment in segments:
            index = int(np.searchsorted(starts, segment.seek / 100 * MODEL_RATE_HZ + MODEL_RATE_HZ / 50, "right")) - 1
            words, looped = found[index]
            words += _real_words(segment, windows[index], float(starts[index]) / MODEL_RATE_HZ)
            found[index] = (words, looped or segment.compression_ratio > _LOOP_COMPRESSION)
        return found

    def _language_of(self, clip: Clip, window: Window) -> str:
        language, _, _ = self._pipeline.model.detect_language(window_samples(clip, window))
        return str(language)


def window_samples(clip: Clip, window: Window) -> Samples:
    """The window's sound at 16 kHz: its pieces, with silence between them."""
    samples = np.zeros(round(window.duration_s * MODEL_RATE_HZ) + 1, dtype=np.float32)
    for piece in window.pieces:
        sound = at_model_rate(clip, window.channel, piece.span)
        start = round(piece.at_s * MODEL_RATE_HZ)
        sound = sound[: samples.size - start]
        samples[start : start + sound.size] = sound
    return samples


def _groups(windows: Sequence[Window], size: int) -> Iterator[Sequence[Window]]:
    for start in range(0, len(windows), size):
        yield windows[start : start + size]


def _real_words(segment: Any, window: Window, window_start_s: float) -> Iterator[Word]:
    for word in segment.words or ():
        start_s = float(word.start) - window_start_s
        end_s = min(float(word.end) - window_start_s, start_s + _LONGEST_WORD_S)
        span = window.recording_span(start_s, end_s)
        text = word.word.strip()
        if any(letter.isalnum() for letter in text):
            yield Word(text, span.start_s, span.end_s, float(word.probability))
