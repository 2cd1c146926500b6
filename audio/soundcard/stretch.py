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
_FAR_S = 0.005
_CATCH_UP = 5
"""How much faster than usual a deviation that matters is made good: at 5000 ppm still a twelfth of a semitone."""


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
        greatest_hz = device_rate_hz * (1 + 2 * _CATCH_UP * self._most)
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
        ahead_s = self.end_s + _STEERING_S
        off_s = self.clock.time_of(self._frame) - self.end_s
        most = self._most * (_CATCH_UP if abs(off_s) > _FAR_S else 1)
        ratio = (self.clock.frame_at(ahead_s) - self._frame) / (_STEERING_S * self._rate_hz)
        self._ratio = min(max(ratio, self._nominal * (1 - most)), self._nominal * (1 + most))
        self._resampler.set_io_ratio(self._ratio, 1.0)
