"""PortAudio as PyAudio shows it, with devices that a test plugs in, feeds and pulls out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class FakeDevice:
    name: str
    channels: int = 1
    rate_hz: int = 16000
    rates_hz: tuple[int, ...] = (8000, 16000, 44100, 48000)
    refuses: bool = False
    least_channels: int = 1


@dataclass
class FakeStream:
    device: FakeDevice
    rate_hz: int
    channels: int
    frames_per_buffer: int
    callback: Callable[..., Any]
    active: bool = True
    closed: bool = False

    def is_active(self) -> bool:
        return self.active and not self.closed

    def close(self) -> None:
        self.closed = True

    def feed(self, samples: np.ndarray, status: int = 0) -> None:
        """Call back with samples of shape (frames, channels), a buffer at a time."""
        for first in range(0, samples.shape[0], self.frames_per_buffer):
            data = samples[first : first + self.frames_per_buffer].astype("<i2").tobytes()
            self.callback(data, self.frames_per_buffer, {"input_buffer_adc_time": 0.0, "current_time": 0.0}, status)


@dataclass
class FakeMachine:
    """What is plugged in; `open` is what a source is given to start PortAudio with."""

    devices: list[FakeDevice]
    streams: list[FakeStream] = field(default_factory=list)
    started: int = 0

    def open(self) -> FakePortAudio:
        self.started += 1
        return FakePortAudio(self, list(self.devices))

    def pull(self, name: str) -> None:
        self.devices = [device for device in self.devices if device.name != name]
        for stream in self.streams:
            stream.active = stream.active and stream.device.name != name

    def stream(self, name: str) -> FakeStream:
        """The open stream of that device."""
        (found,) = [stream for stream in self.streams if stream.device.name == name and not stream.closed]
        return found


class FakePortAudio:
    """Knows the devices that there were when it was started, as the real one does."""

    def __init__(self, machine: FakeMachine, devices: list[FakeDevice]) -> None:
        self._machine = machine
        self._devices = devices

    def get_device_count(self) -> int:
        return len(self._devices)

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        device = self._devices[index]
        return {
            "index": index,
            "name": device.name,
            "hostApi": 0,
            "maxInputChannels": device.channels,
            "defaultSampleRate": float(device.rate_hz),
        }

    def get_host_api_info_by_index(self, index: int) -> dict[str, Any]:
        return {"index": index, "name": "Fake"}

    def get_default_input_device_info(self) -> dict[str, Any]:
        inputs = [index for index, device in enumerate(self._devices) if device.channels]
        if not inputs:
            raise OSError("No Default Input Device Available")
        return self.get_device_info_by_index(inputs[0])

    def is_format_supported(self, rate: float, **asked: Any) -> bool:
        if rate not in self._devices[asked["input_device"]].rates_hz:
            raise ValueError("Invalid sample rate", -9997)
        return True

    def open(self, **asked: Any) -> FakeStream:
        device = self._devices[asked["input_device_index"]]
        if device not in self._machine.devices or device.refuses:
            raise OSError(-9985, "Device unavailable")
        if asked["rate"] not in device.rates_hz:
            raise OSError(-9997, "Invalid sample rate")
        if asked["channels"] < device.least_channels:
            raise OSError(-9998, "Invalid number of channels")
        stream = FakeStream(
            device, asked["rate"], asked["channels"], asked["frames_per_buffer"], asked["stream_callback"]
        )
        self._machine.streams.append(stream)
        return stream

    def terminate(self) -> None:
        """Nothing is held."""
