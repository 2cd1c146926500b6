"""Sound of one device without a gap, resampled so that it keeps the capture clock's time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from audio.pcm import FULL_SCALE, pcm16
from audio.soundcard.clock import DeviceClock
from audio.soundcard.settings import SoundCardSettings

_STEERING_S = 4.0
"""A deviation is made good within about this time."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Sound with its time; of one device, successive pieces join exactly or have a hole between them."""

    start_s: float
    samples: npt.NDArray[np.int16]
    """Shape (frames, channels)."""


class Stretch:
    """A resampler whose ratio follows the device's clock.

    Measured: output sample k stands for input frame k times the ratio to within 0.3 ms at 8 kHz and 0.1 ms at 16 kHz,
    with no delay at the start. So what was given says which frame comes next, and no other account is needed.
    """

    def __init__(
        self,
        clock: DeviceClock,
        device_rate_hz: int,
        channels: int,
        settings: SoundCardSettings,
        *,
        start_s: float,
        frame: int,
    ) -> None:
        """The first frame to come is the clock's `frame`, and is given out as heard at `start_s`."""
        self.clock = clock
        self._rate_hz = settings.sample_rate_hz
        self._nominal = device_rate_hz / settings.sample_rate_hz
        self._most = settings.drift.most_ppm * 1e-6
        self._channels = channels
        self._start_s = start_s
        self._out = 0
        self._frame = float(frame)
        # Of a variable ratio the constructor wants the greatest that there will be.
        greatest_hz = device_rate_hz * (1 + 2 * self._most)
        self._resampler = soxr.ResampleStream(greatest_hz, self._rate_hz, channels, dtype="float32", vr=True)
        self._ratio = self._nominal * (1.0 - clock.slowness)
        self._resampler.set_io_ratio(self._ratio, 1.0)

    @property
    def end_s(self) -> float:
        return self._start_s + self._out / self._rate_hz

    def resampled(self, samples: npt.NDArray[np.int16]) -> Piece | None:
        """As much as is ready; up to 40 ms stay behind."""
        return self._piece(samples, last=False)

    def finished(self) -> Piece | None:
        """What stayed behind; nothing may follow."""
        return self._piece(np.zeros((0, self._channels), np.int16), last=True)

    def _piece(self, samples: npt.NDArray[np.int16], *, last: bool) -> Piece | None:
        floats = samples.astype(np.float32) / np.float32(FULL_SCALE)
        ready = pcm16(self._resampler.resample_chunk(np.ascontiguousarray(floats), last=last))
        if not ready.shape[0]:
            return None
        piece = Piece(self.end_s, ready)
        self._out += ready.shape[0]
        self._frame += ready.shape[0] * self._ratio
        return piece

    def steer(self) -> None:
        """Set the ratio such that within some seconds the output is where the clock says that it belongs."""
        wanted = self.clock.frame_at(self.end_s + _STEERING_S)
        ratio = (wanted - self._frame) / (_STEERING_S * self._rate_hz)
        self._ratio = min(max(ratio, self._nominal * (1 - self._most)), self._nominal * (1 + self._most))
        self._resampler.set_io_ratio(self._ratio, 1.0)
