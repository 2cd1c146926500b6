"""What is heard on one side as it comes: tones and speech, never more than half a second late."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt
import soxr
import webrtcvad

from audio.pcm import FULL_SCALE
from audio.soundcard.settings import CallSettings
from audio.tone_bursts import Burst, bursts_in
from audio.tone_track import HALF_WINDOW_S, HOP_S, Track, empty_track, track_of
from models.span import Span

_RATE_HZ = 8000
_STEP = 1920
"""0.24 s: eight frames of speech detection, fifteen of the tones' track."""
_WINDOW, _HOP = round(2 * HALF_WINDOW_S * _RATE_HZ), round(HOP_S * _RATE_HZ)
_FRAMES = _STEP // _HOP
_BESIDE = 3
_NEEDED = _STEP + _WINDOW + (_BESIDE - 1) * _HOP
_VAD_FRAME = 240
_VAD_FRAME_S = _VAD_FRAME / _RATE_HZ
_TRACK_S = 24.0
"""How far back tones are looked for: three rings and their pauses."""
_SPEECH_KEPT_S = 30.0
_AGGRESSIVENESS = 3
_JOINED_S = 0.02
"""Pieces whose times differ by less are one sound."""


class Ear:
    """Listens to one side. Times are those of the capture clock; after a gap it starts afresh."""

    def __init__(self, sample_rate_hz: int, settings: CallSettings) -> None:
        self.heard_until_s: float | None = None
        """Up to when everything was listened to; `None` before the first sound."""
        self.speech: deque[Span] = deque()
        """Frames of 30 ms with speech in them, of the last half minute."""
        self._sample_rate_hz = sample_rate_hz
        self._lowest = FULL_SCALE * 10 ** (settings.lowest_speech_dbov / 20)
        self._vad = webrtcvad.Vad(_AGGRESSIVENESS)
        self._next_s = 0.0
        self._waiting = np.zeros(0, np.float32)
        self._bursts: list[tuple[Burst, bool]] = []
        self._start_afresh(0.0)
        self.heard_until_s = None

    def hear(self, start_s: float, samples: npt.NDArray[np.int16]) -> bool:
        """One side's samples, shape (frames,). Gives whether there is news: a quarter of a second more is known."""
        if self.heard_until_s is None or abs(start_s - self._next_s) > _JOINED_S:
            self._start_afresh(start_s)
        self._next_s = start_s + samples.size / self._sample_rate_hz
        self._waiting = np.concatenate((self._waiting, self._at_8_khz(samples)))
        news = self._waiting.size >= _NEEDED
        while self._waiting.size >= _NEEDED:
            self._listen()
        return news

    @property
    def bursts(self) -> list[tuple[Burst, bool]]:
        """The tones of the last 24 s, in order, each with whether it is over."""
        return self._bursts

    def tone_runs_since_s(self, shortest_s: float) -> float | None:
        """When a tone began that has not stopped for at least `shortest_s`; `None` where there is none."""
        for burst, over in reversed(self._bursts):
            if not over and burst.span.duration_s >= shortest_s:
                return burst.span.start_s
        return None

    def _start_afresh(self, start_s: float) -> None:
        self.heard_until_s = start_s
        self._waiting = np.zeros(0, np.float32)
        self._listened = 0
        self._from_s = start_s
        self._track = empty_track()
        self._track_start_s = start_s
        self._bursts = []
        self._resampler = (
            None
            if self._sample_rate_hz == _RATE_HZ
            else soxr.ResampleStream(self._sample_rate_hz, _RATE_HZ, 1, dtype="float32", quality="LQ")
        )

    def _at_8_khz(self, samples: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
        floats = samples.astype(np.float32) / np.float32(FULL_SCALE)
        return floats if self._resampler is None else self._resampler.resample_chunk(floats)

    def _listen(self) -> None:
        """One step: its tones first, for a tone is no speech."""
        step_s = self._from_s + self._listened / _RATE_HZ
        ahead = track_of(self._waiting[:_NEEDED])
        tonal = np.concatenate((self._track.tonal[-_BESIDE:], ahead.tonal))[-_FRAMES - 2 * _BESIDE :]
        self._track = self._track.joined(_part(ahead, slice(_FRAMES)))
        for frame in np.flatnonzero(self._spoken(self._waiting[:_STEP], _widened(tonal))):
            start_s = step_s + int(frame) * _VAD_FRAME_S
            self.speech.append(Span(start_s, start_s + _VAD_FRAME_S))
        self._waiting = self._waiting[_STEP:]
        self._listened += _STEP
        self.heard_until_s = self._from_s + self._listened / _RATE_HZ
        self._forget()
        self._bursts = self._found()

    def _found(self) -> list[tuple[Burst, bool]]:
        end_s = self._track.duration_s
        return [
            (_moved(burst, self._track_start_s), end_s - burst.span.end_s > 3 * HALF_WINDOW_S)
            for burst in bursts_in(self._track)
        ]

    def _spoken(self, samples: npt.NDArray[np.float32], tonal: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which frames of 30 ms hold speech; `tonal` is of each step of the track."""
        pcm = (np.clip(samples, -1.0, 1.0) * (FULL_SCALE - 1)).astype("<i2").reshape(-1, _VAD_FRAME)
        loud = np.sqrt(np.mean(pcm.astype(np.float32) ** 2, axis=1)) > self._lowest
        centres_s = (np.arange(pcm.shape[0]) + 0.5) * _VAD_FRAME_S
        nearest = np.clip(np.rint((centres_s - HALF_WINDOW_S) / HOP_S).astype(int), 0, _FRAMES - 1)
        possible = loud & ~tonal[nearest]
        frames = zip(pcm, possible, strict=True)
        return np.array([bool(may) and self._vad.is_speech(frame.tobytes(), _RATE_HZ) for frame, may in frames])

    def _forget(self) -> None:
        surplus = round((self._track.duration_s - _TRACK_S) / HOP_S)
        if surplus > 0:
            self._track = _part(self._track, slice(surplus, None))
            self._track_start_s += surplus * HOP_S
        while self.speech and self.heard_until_s and self.speech[0].end_s < self.heard_until_s - _SPEECH_KEPT_S:
            self.speech.popleft()


def _part(track: Track, frames: slice) -> Track:
    return Track(track.tone_db[frames], track.other_db[frames], track.sound_db[frames], track.frequency_hz[frames])


def _widened(tonal: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Frames of one step with a tone at most 48 ms away: a tone's edges crackle, which passes for speech."""
    padded = np.concatenate((np.zeros(_FRAMES + 2 * _BESIDE - tonal.size, np.bool_), tonal))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * _BESIDE + 1).max(axis=1), np.bool_)


def _moved(burst: Burst, by_s: float) -> Burst:
    return Burst(burst.span.shifted(by_s), burst.frequency_hz, burst.level_dbov, burst.into_quiet)
