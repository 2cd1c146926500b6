"""Codecs with a memory, decoded by FFmpeg in order of the sender's time line."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import numpy.typing as npt
from scipy.signal import firwin, upfirdn

from audio.packets.batch import Bytes, Indices
from audio.pcm import pcm16

Pcm = npt.NDArray[np.int16]

_UNDECODABLE = -1


class _Context:
    """FFmpeg's decoder, opened when it is needed, and anew after a packet that it cannot read."""

    def __init__(self, name: str, sample_rate_hz: int) -> None:
        self._name, self._sample_rate_hz = name, sample_rate_hz
        self._context: Any = None  # PyAV tells the kind of context by its name only

    def _opened(self) -> Any:
        context: Any = av.CodecContext.create(self._name, "r")
        context.sample_rate, context.layout = self._sample_rate_hz, "mono"
        return context

    def samples(self, payload: bytes) -> Pcm | None:
        """`None` where it cannot be decoded. An empty payload would end the stream and is not handed on."""
        if not payload:
            return None
        if self._context is None:
            self._context = self._opened()
        try:
            blocks = [frame.to_ndarray().reshape(-1) for frame in self._context.decode(av.Packet(payload))]
        except (av.FFmpegError, ValueError):
            self._context = None
            return None
        return pcm16(np.concatenate(blocks)) if blocks else None


class G722:
    """64 kbit/s: each byte two samples at 16 kHz, though the timestamps count 8000 (RFC 3551, 4.5.2)."""

    sample_rate_hz = 16000

    def __init__(self) -> None:
        self._context = _Context("g722", self.sample_rate_hz)

    def samples_in(self, length: int) -> int:
        return 2 * length

    def decode(self, data: Bytes, lengths: Indices) -> tuple[Pcm, Indices]:
        """Payloads in one go: the code knows no frames."""
        samples = self._context.samples(data.tobytes())
        if samples is None or len(samples) != 2 * len(data):
            return np.zeros(0, np.int16), np.where(lengths, _UNDECODABLE, 0)
        return samples, 2 * lengths


class _Framed:
    """A codec of frames of a fixed size, of which a payload holds some."""

    sample_rate_hz = 8000
    frame_bytes: int
    frame_samples: int
    codec: str

    def __init__(self) -> None:
        self._context = _Context(self.codec, self.sample_rate_hz)

    def samples_in(self, length: int) -> int:
        """0: whether a payload can be decoded is known only afterwards."""
        return 0 * length

    def decode(self, data: Bytes, lengths: Indices) -> tuple[Pcm, Indices]:
        raw, start = data.tobytes(), 0
        parts, counts = [], np.empty_like(lengths)
        for index, length in enumerate(lengths.tolist()):
            samples = self._payload(raw[start : start + length])
            start += length
            counts[index] = _UNDECODABLE if samples is None else len(samples)
            parts.append(samples if samples is not None else np.zeros(0, np.int16))
        return np.concatenate(parts) if parts else np.zeros(0, np.int16), counts

    def _payload(self, payload: bytes) -> Pcm | None:
        """A rest that is no frame carries no sound."""
        parts = []
        for start in range(0, len(payload) - self.frame_bytes + 1, self.frame_bytes):
            samples = self._context.samples(payload[start : start + self.frame_bytes])
            if samples is None or len(samples) != self.frame_samples:
                return None
            parts.append(samples)
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)


class G729(_Framed):
    """10 ms in 10 bytes. A last frame of 2 bytes describes silence (annex B) and is left as that."""

    frame_bytes, frame_samples, codec = 10, 80, "g729"


class Gsm(_Framed):
    """Full rate, 20 ms in 33 bytes (RFC 3551, 4.5.8)."""

    frame_bytes, frame_samples, codec = 33, 160, "gsm"


_TAPS = 97
"""A delay of 48 samples; what would fold down into speech is 50 dB lower."""
_LOWPASS = firwin(_TAPS, 7500, fs=48000, window=("kaiser", 5.0))


class Opus:
    """Decoded at its own 48 kHz, mixed to one channel, then brought to 16 kHz, which makes it 1 ms late."""

    sample_rate_hz = 16000
    clock_rate_hz = 48000
    _FACTOR = 3

    def __init__(self) -> None:
        self._context = _Context("libopus", self.clock_rate_hz)
        self._before: npt.NDArray[np.float64] = np.zeros(_TAPS - 1)

    def samples_in(self, length: int) -> int:
        """0: whether a payload can be decoded is known only afterwards."""
        return 0 * length

    def decode(self, data: Bytes, lengths: Indices) -> tuple[Pcm, Indices]:
        raw, start = data.tobytes(), 0
        parts, counts = [], np.empty_like(lengths)
        for index, length in enumerate(lengths.tolist()):
            samples = self._context.samples(raw[start : start + length])
            start += length
            counts[index] = len(samples) // self._FACTOR if samples is not None else _UNDECODABLE
            if samples is not None:
                parts.append(samples[: len(samples) - len(samples) % self._FACTOR])
        return self._down(np.concatenate(parts)) if parts else np.zeros(0, np.int16), counts

    def _down(self, samples: Pcm) -> Pcm:
        wide: npt.NDArray[np.float64] = np.concatenate((self._before, samples.astype(np.float64)))
        self._before = wide[len(wide) - _TAPS + 1 :]
        narrow = upfirdn(_LOWPASS, wide, 1, self._FACTOR)
        first = (_TAPS - 1) // self._FACTOR
        made: Pcm = np.clip(np.rint(narrow[first : first + len(samples) // self._FACTOR]), -32768, 32767).astype(
            np.int16
        )
        return made
