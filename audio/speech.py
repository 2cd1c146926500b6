"""Where each party speaks. The `SpeechDetector` seam and its two classifiers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from scipy.ndimage import uniform_filter1d

from audio.activity import ActivitySettings, Frames, Track, speech_spans
from audio.band import FRAME_S, frame_levels_dbov
from audio.clip import Clip, Samples
from audio.resample import MODEL_RATE_HZ, blocks_at_model_rate
from models.span import Span

_BLOCK_S = 64.0
_WARM_UP_S = 1.024
_SILERO_WINDOW = 512
_WEBRTC_WINDOW = 480


class SpeechDetector(Protocol):
    """Finds speech in a recording.

    Contract, the same for all: one tuple of spans a channel, sorted, disjoint, within the clip;
    silence, noise and tones give none; the answer is the same every time; memory does not grow
    with the clip's length but for 8 bytes a frame of 10 ms.
    """

    name: str

    def detect(self, clip: Clip) -> tuple[tuple[Span, ...], ...]: ...


class ClassifierDetector:
    """A detector around a classifier of frames; the legs of a stereo clip run side by side."""

    def __init__(self, classifier: Classifier, settings: ActivitySettings) -> None:
        self.name = classifier.name
        self._classifier = classifier
        self._settings = settings

    def detect(self, clip: Clip) -> tuple[tuple[Span, ...], ...]:
        with ThreadPoolExecutor(max_workers=2) as legs:
            frames = list(legs.map(lambda channel: self._frames(clip, channel), range(clip.channels)))
        opposite = [frames[1], frames[0]] if clip.channels == 2 else [None] * clip.channels
        pairs = zip(frames, opposite, strict=True)
        found = (speech_spans(own, other, self._settings) for own, other in pairs)
        return tuple(tuple(_within(spans, clip.duration_s)) for spans in found)

    def _frames(self, clip: Clip, channel: int) -> Frames:
        level_dbov = frame_levels_dbov(clip, channel)
        probability = self._classifier.probabilities(blocks_at_model_rate(clip, channel, _BLOCK_S))
        known = probability[np.minimum(np.arange(level_dbov.size), max(0, probability.size - 1))]
        return Frames(level_dbov, known if probability.size else np.zeros_like(level_dbov))


class Classifier(Protocol):
    """Gives the probability of speech of every 10 ms of sound at 16 kHz."""

    name: str

    def probabilities(self, blocks: Iterator[Samples]) -> Track: ...


class SileroClassifier:
    """The neural detector that comes with faster-whisper (Silero VAD v6, MIT)."""

    name = "silero"

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model  # noqa: PLC0415  # loads ONNX Runtime: only where chosen

        self._model = get_vad_model()

    def probabilities(self, blocks: Iterator[Samples]) -> Track:
        """One value per 10 ms, constant over each window of 32 ms."""
        warm_up = round(_WARM_UP_S * MODEL_RATE_HZ)
        past = np.zeros(0, dtype=np.float32)
        values: list[Track] = []
        for block in _whole_windows(blocks, _SILERO_WINDOW):
            scores = self._model(np.concatenate((past, block))).ravel()
            values.append(scores[past.size // _SILERO_WINDOW :])
            past = block[-warm_up:]
        windows = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
        return _per_frame(windows, _SILERO_WINDOW)


class WebRtcClassifier:
    """Google's WebRTC detector: what capture uses, 5000 times faster than real time."""

    name = "webrtcvad"

    def __init__(self, aggressiveness: int = 3) -> None:
        import webrtcvad  # noqa: PLC0415  # a compiled module: only where chosen

        self._vad = webrtcvad.Vad
        self._aggressiveness = aggressiveness

    def probabilities(self, blocks: Iterator[Samples]) -> Track:
        """One value per 10 ms: the share of speech among the five nearest windows of 30 ms."""
        vad = self._vad(self._aggressiveness)
        spoken: list[bool] = []
        for block in _whole_windows(blocks, _WEBRTC_WINDOW):
            pcm = (np.clip(block, -1.0, 1.0) * 32767).astype("<i2")
            spoken += [vad.is_speech(window.tobytes(), MODEL_RATE_HZ) for window in pcm.reshape(-1, _WEBRTC_WINDOW)]
        votes = uniform_filter1d(np.asarray(spoken, dtype=np.float32), 5, mode="constant")
        return _per_frame(votes, _WEBRTC_WINDOW)


def _whole_windows(blocks: Iterator[Samples], window: int) -> Iterator[Samples]:
    """The same samples in blocks of whole windows; the last is filled up with silence."""
    rest = np.zeros(0, dtype=np.float32)
    for block in blocks:
        joined = np.concatenate((rest, block))
        whole = joined.size // window * window
        rest = joined[whole:]
        if whole:
            yield joined[:whole]
    if rest.size:
        yield np.pad(rest, (0, window - rest.size))


def _per_frame(windows: Track, window: int) -> Track:
    frame = round(FRAME_S * MODEL_RATE_HZ)
    frames = windows.size * window // frame
    return windows[np.minimum(np.arange(frames) * frame // window, windows.size - 1)].astype(np.float32)


def _within(spans: tuple[Span, ...], duration_s: float) -> Iterator[Span]:
    for span in spans:
        if span.start_s < duration_s:
            yield Span(span.start_s, min(span.end_s, duration_s))
