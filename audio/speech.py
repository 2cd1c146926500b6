"""Where each party speaks. The `SpeechDetector` seam and its two classifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from scipy.ndimage import uniform_filter1d

from audio.activity import ActivitySettings, Frames, Track, speech_spans
from audio.band import FRAME_S, frame_levels_dbov
from audio.clip import Clip, Samples
from audio.digest import sound_digest
from audio.resample import MODEL_RATE_HZ, at_model_rate, blocks_at_model_rate
from models.span import Span

BLOCK_S = 64.0
"""2000 windows of Silero's and 6400 frames."""
_WARM_UP_S = 1.024
_EDGE_S = 0.126
"""Beyond it, nothing changes what resampling gives."""
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


Kept = MutableMapping[str, Track]
"""A classifier's answers by the digest of the sound that they are about: what was heard once need not be again."""


class ClassifierDetector:
    """A detector around a classifier of frames; the legs of a stereo clip run side by side."""

    def __init__(self, classifier: Classifier, settings: ActivitySettings) -> None:
        self.name = classifier.name
        self._classifier = classifier
        self._settings = settings

    def detect(self, clip: Clip, kept: Kept | None = None, from_s: float = 0.0) -> tuple[tuple[Span, ...], ...]:
        """The speech after `from_s`, a multiple of `BLOCK_S`; `kept` spares what it has, and is added to."""
        with ThreadPoolExecutor(max_workers=2) as legs:
            frames = list(legs.map(lambda channel: self._frames(clip, channel, kept, from_s), range(clip.channels)))
        opposite = [frames[1], frames[0]] if clip.channels == 2 else [None] * clip.channels
        pairs = zip(frames, opposite, strict=True)
        found = (speech_spans(own, other, self._settings) for own, other in pairs)
        return tuple(tuple(_within((span.shifted(from_s) for span in spans), clip.duration_s)) for spans in found)

    def _frames(self, clip: Clip, channel: int, kept: Kept | None, from_s: float) -> Frames:
        level_dbov = frame_levels_dbov(clip, channel, from_s)
        probability = self._classifier.probabilities(clip, channel, kept, from_s)
        known = probability[np.minimum(np.arange(level_dbov.size), max(0, probability.size - 1))]
        return Frames(level_dbov, known if probability.size else np.zeros_like(level_dbov))


class Classifier(Protocol):
    """Gives the probability of speech of every 10 ms of a channel after a multiple of `BLOCK_S`."""

    name: str

    def probabilities(self, clip: Clip, channel: int, kept: Kept | None = None, from_s: float = 0.0) -> Track: ...


class SileroClassifier:
    """The neural detector that comes with faster-whisper (Silero VAD v6, MIT).

    Each block of `BLOCK_S` is heard by itself after a second of what was before it, so that what is found in one
    depends on the sound around it alone: found while a call goes on, it is the same as found in the whole recording.
    """

    name = "silero"

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model  # noqa: PLC0415  # loads ONNX Runtime: only where chosen

        self._model = get_vad_model()

    def probabilities(self, clip: Clip, channel: int, kept: Kept | None = None, from_s: float = 0.0) -> Track:
        """One value per 10 ms, constant over each window of 32 ms."""
        starts_s = np.arange(from_s, clip.duration_s, BLOCK_S).tolist()
        values = [self._block(clip, channel, start_s, kept) for start_s in starts_s]
        windows = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
        return _per_frame(windows, _SILERO_WINDOW)

    def _block(self, clip: Clip, channel: int, start_s: float, kept: Kept | None) -> Track:
        """One value per window; only a block that is there with all that is around it is kept."""
        around = Span(max(0.0, start_s - _WARM_UP_S - _EDGE_S), start_s + BLOCK_S + _EDGE_S)
        if kept is None or around.end_s > clip.duration_s:
            return self._scores(clip, channel, start_s, around)
        digest = sound_digest(clip, channel, [around])
        scores = kept.get(digest)
        if scores is None:
            scores = kept[digest] = self._scores(clip, channel, start_s, around)
        return scores

    def _scores(self, clip: Clip, channel: int, start_s: float, around: Span) -> Track:
        warm_up_s = min(start_s, _WARM_UP_S)
        sound = at_model_rate(clip, channel, around)[round((start_s - warm_up_s - around.start_s) * MODEL_RATE_HZ) :]
        sound = sound[: round((warm_up_s + BLOCK_S) * MODEL_RATE_HZ)]
        scores = self._model(np.pad(sound, (0, -sound.size % _SILERO_WINDOW))).ravel()
        return np.asarray(scores[round(warm_up_s * MODEL_RATE_HZ) // _SILERO_WINDOW :], np.float32)


class WebRtcClassifier:
    """Google's WebRTC detector: what capture uses, 5000 times faster than real time."""

    name = "webrtcvad"

    def __init__(self, aggressiveness: int = 3) -> None:
        import webrtcvad  # noqa: PLC0415  # a compiled module: only where chosen

        self._vad = webrtcvad.Vad
        self._aggressiveness = aggressiveness

    def probabilities(self, clip: Clip, channel: int, kept: Kept | None = None, from_s: float = 0.0) -> Track:  # noqa: ARG002 # nothing worth keeping
        """One value per 10 ms: the share of speech among the five nearest windows of 30 ms."""
        blocks = blocks_at_model_rate(clip, channel, BLOCK_S, from_s)
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


def _within(spans: Iterable[Span], duration_s: float) -> Iterator[Span]:
    for span in spans:
        if span.start_s < duration_s:
            yield Span(span.start_s, min(span.end_s, duration_s))
