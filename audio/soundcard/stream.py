"""One open device, calling back into a ring."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audio.soundcard.devices import InputDevice
from audio.soundcard.portaudio import CONTINUE, INPUT_OVERFLOW, INT16
from audio.soundcard.ring import BlockRing
from audio.soundcard.settings import SoundCardSettings
from models.errors import DeviceError

logger = logging.getLogger(__name__)

_OTHER_RATES_HZ = (48000, 44100, 16000, 8000)
_LATENCY_MAX_S = 2.0
"""More is no latency but a time stamp that means nothing."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a device is opened for."""

    name: str
    """As in the settings: a name, a part of one, or nothing for the default."""
    channels: int
    """2 where each channel is a side, 1 where all are mixed."""


class DeviceStream:
    """An open device. Its callback only stamps the time and queues the bytes."""

    def __init__(self, ring: BlockRing, rate_hz: int, channels: int, clock: Clock) -> None:
        self.ring = ring
        self.rate_hz = rate_hz
        self.channels = channels
        self.last_call_s: float | None = None
        """When the device last called back, on the monotonic clock; `None` if never."""
        self._clock = clock
        self._stream: Any = None

    def start(self, audio: Any, device: InputDevice, block_ms: int) -> None:
        """Open the device.

        Raises:
            OSError: where PortAudio refuses.
            ValueError: where it does not know the rate or the channels.
        """
        self._stream = audio.open(
            rate=self.rate_hz,
            channels=self.channels,
            format=INT16,
            input=True,
            input_device_index=device.index,
            frames_per_buffer=round(self.rate_hz * block_ms / 1000),
            stream_callback=self._heard,
        )

    def is_active(self) -> bool:
        """Whether the library still believes in the device."""
        try:
            return bool(self._stream is not None and self._stream.is_active())
        except OSError:
            return False

    def close(self) -> None:
        """Let the device go, however it takes it."""
        stream, self._stream = self._stream, None
        try:
            if stream is not None:
                stream.close()
        except OSError as error:  # it was gone already
            logger.info("a lost device was closed: %s", error)

    def _heard(self, data: bytes, _frames: int, times: Any, status: int) -> tuple[None, int]:
        self.last_call_s = time.monotonic()
        now_s = self._clock()
        latency_s = times["current_time"] - times["input_buffer_adc_time"]
        heard_s = now_s - latency_s if 0 < latency_s < _LATENCY_MAX_S else None
        self.ring.push(now_s, data, heard_s, overrun=bool(status & INPUT_OVERFLOW))
        return None, CONTINUE


def opened(audio: Any, device: InputDevice, wanted: Wanted, settings: SoundCardSettings, clock: Clock) -> DeviceStream:
    """The device, open at its own rate or another that it takes.

    A device that has no mono is opened in stereo.

    Raises:
        DeviceError: where it has too few channels, or refuses every rate.
    """
    if device.channels < wanted.channels:
        raise DeviceError(f"{device.name!r} has one channel only: it cannot carry two sides", "device_not_stereo")
    rates_hz = dict.fromkeys((settings.device_rate_hz or device.rate_hz, *_OTHER_RATES_HZ))
    refusals: list[str] = []
    for rate_hz in rates_hz:
        for channels in range(wanted.channels, min(device.channels, 2) + 1):
            capacity = max(1, round(settings.buffer_s * 1000 / settings.block_ms))
            stream = DeviceStream(BlockRing(capacity, channels), rate_hz, channels, clock)
            try:
                stream.start(audio, device, settings.block_ms)
            except (OSError, ValueError) as error:
                refusals.append(f"  {rate_hz} Hz, channels: {channels}: {error}")
            else:
                return stream
    raise DeviceError(f"{device.name!r} cannot be opened:\n" + "\n".join(refusals), "device_refused")
