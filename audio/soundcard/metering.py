"""Levels of several devices at once, for somebody who sets them up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audio.soundcard.devices import InputDevice
from audio.soundcard.meter import Level, Meter
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.stream import DeviceStream, Wanted, opened
from models.errors import DeviceError


@dataclass(frozen=True, slots=True)
class Metered:
    """One device while it is metered."""

    device: InputDevice
    levels: tuple[Level | None, ...] = ()
    """By channel, at most two; `None` before the first sound: a device may be there and give nothing."""
    refused: bool = False
    """It cannot be opened, e.g. because another program has it."""


class DeviceMeters:
    """Opens devices and reads their levels until closed; those that refuse are shown as such."""

    def __init__(self, audio: Any, devices: Sequence[InputDevice]) -> None:
        self._devices = devices
        self._streams: dict[int, DeviceStream] = {}
        self._meters: dict[int, list[Meter]] = {}
        for device in devices:
            wanted = Wanted(device.name, min(2, device.channels))
            try:
                stream = opened(audio, device, wanted, SoundCardSettings(), time.monotonic)
            except DeviceError:
                continue
            self._streams[device.index] = stream
            self._meters[device.index] = [Meter(stream.rate_hz) for _ in range(stream.channels)]

    def read(self) -> list[Metered]:
        """Every device's levels of the last 0.3 s."""
        return [self._read(device) for device in self._devices]

    def close(self) -> None:
        for stream in self._streams.values():
            stream.close()

    def _read(self, device: InputDevice) -> Metered:
        stream = self._streams.get(device.index)
        if stream is None:
            return Metered(device, refused=True)
        meters = self._meters[device.index]
        for block in stream.ring.take():
            for channel, meter in enumerate(meters):
                meter.hear(block.samples[:, channel])
        return Metered(device, tuple(meter.level for meter in meters))
