"""The sound inputs of this machine, and finding one by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audio.soundcard.portaudio import INT16
from models.errors import DeviceError

_USUAL_RATES_HZ = (8000, 16000, 44100, 48000)


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One sound input, as PortAudio numbers it until it is started anew."""

    index: int
    name: str
    host_api: str
    channels: int
    """The most that it can give."""
    rate_hz: int
    """Its own."""
    is_default: bool = False


def input_devices(audio: Any) -> tuple[InputDevice, ...]:
    """All inputs that a started PortAudio knows, in its order."""
    default = _default_index(audio)
    infos = [audio.get_device_info_by_index(index) for index in range(audio.get_device_count())]
    return tuple(
        InputDevice(
            index=int(info["index"]),
            name=str(info["name"]),
            host_api=str(audio.get_host_api_info_by_index(info["hostApi"])["name"]),
            channels=int(info["maxInputChannels"]),
            rate_hz=round(info["defaultSampleRate"]),
            is_default=int(info["index"]) == default,
        )
        for info in infos
        if info["maxInputChannels"] > 0
    )


def _default_index(audio: Any) -> int | None:
    try:
        return int(audio.get_default_input_device_info()["index"])
    except OSError:  # there is none
        return None


def chosen(devices: Sequence[InputDevice], name: str) -> InputDevice:
    """The device of exactly that name, else the only one whose name holds it; for an empty name the default.

    Case does not count where no name is exactly the same.

    Raises:
        DeviceError: where there is none, or more than one; its message lists what there is.
    """
    if not name:
        found = [device for device in devices if device.is_default]
    else:
        found = [device for device in devices if device.name == name]
        part = name.casefold()
        found = found or [device for device in devices if device.name.casefold() == part]
        found = found or [device for device in devices if part in device.name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise DeviceError(f"{name!r} is the name of several inputs:\n{_listed(found)}", "device_ambiguous")
    wanted = f"no sound input is called {name!r}" if name else "the system has no default sound input"
    raise DeviceError(f"{wanted}; there are:\n{_listed(devices)}", "device_absent")


def _listed(devices: Sequence[InputDevice]) -> str:
    lines = [f"  {device.name} ({device.host_api}, channels: {device.channels})" for device in devices]
    return "\n".join(lines) or "  (none)"


def rates_hz(audio: Any, device: InputDevice) -> tuple[int, ...]:
    """Which of the usual rates the device can be opened at."""
    return tuple(rate_hz for rate_hz in _USUAL_RATES_HZ if _supports(audio, device, rate_hz))


def _supports(audio: Any, device: InputDevice, rate_hz: int) -> bool:
    try:
        return bool(
            audio.is_format_supported(
                rate_hz, input_device=device.index, input_channels=min(device.channels, 2), input_format=INT16
            )
        )
    except ValueError:  # PyAudio's way to say no
        return False
