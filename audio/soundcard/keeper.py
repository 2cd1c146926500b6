"""Devices are opened, watched, and opened again when they come back.

In a thread of its own: PortAudio may take seconds over any of it, and the sound of a healthy device must not wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audio.soundcard.devices import InputDevice, chosen, input_devices
from audio.soundcard.portaudio import OpenAudio
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.stream import Clock, DeviceStream, Wanted, opened
from models.errors import DeviceError

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.1
_STOP_WITHIN_S = 10.0

Probe = Callable[[], Sequence[InputDevice]]
"""Lists the inputs that there are now; see `audio.soundcard.probe`."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A device gives nothing any more: `device_lost`, or `no_callbacks` where it is only being opened anew."""

    reason: str


@dataclass(slots=True)
class _Slot:
    wanted: Wanted
    stream: DeviceStream | None = None
    news: deque[DeviceStream | Lost] = field(default_factory=deque)
    try_at_s: float = 0.0
    wait_s: float = 0.0


class DeviceKeeper:
    """Keeps every device wanted open."""

    def __init__(
        self, wanted: Sequence[Wanted], settings: SoundCardSettings, open_audio: OpenAudio, probe: Probe, clock: Clock
    ) -> None:
        """Open all devices.

        Raises:
            DeviceError: where a device is not there, is named ambiguously or refuses, or the library is missing.
        """
        self._settings = settings
        self._open_audio = open_audio
        self._probe = probe
        self._clock = clock
        self._slots = [_Slot(item) for item in wanted]
        self._stopping = threading.Event()
        self._audio: Any = open_audio()
        try:
            for slot in self._slots:
                self._open(slot)
        except DeviceError:
            self._close_all()
            raise
        self._thread = threading.Thread(target=self._keep, name="soundcard-keeper", daemon=True)
        self._thread.start()

    def news(self, index: int) -> list[DeviceStream | Lost]:
        """What became of that device since the last time: opened, lost, in order."""
        news = self._slots[index].news
        return [news.popleft() for _ in range(len(news))]

    @property
    def all_open(self) -> bool:
        """Whether no device is lost."""
        return all(slot.stream is not None for slot in self._slots)

    def stop(self) -> None:
        """Close all devices and end."""
        self._stopping.set()
        self._thread.join(_STOP_WITHIN_S)
        if self._thread.is_alive():
            logger.error("a sound device does not close; it is left to the end of the process")

    def _keep(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY_S):
            for slot in self._slots:
                self._look_after(slot, time.monotonic())
        self._close_all()

    def _look_after(self, slot: _Slot, now_s: float) -> None:
        stream = slot.stream
        if stream is None:
            if now_s >= slot.try_at_s:
                self._try(slot)
        elif not stream.is_active():
            logger.warning("sound device %r is lost", slot.wanted.name)
            self._let_go(slot, "device_lost")
        elif stream.last_call_s is not None and now_s - stream.last_call_s > self._settings.reopen_after_s:
            logger.info("sound device %r gives nothing: it is opened anew", slot.wanted.name)
            self._let_go(slot, "no_callbacks")
            self._open_in_place(slot)

    def _let_go(self, slot: _Slot, reason: str) -> None:
        if slot.stream is not None:
            slot.stream.close()
            slot.stream = None
            slot.news.append(Lost(reason))
            self._retry_in(slot, self._settings.retry_first_s)

    def _retry_in(self, slot: _Slot, wait_s: float) -> None:
        slot.wait_s = min(wait_s, self._settings.retry_longest_s)
        slot.try_at_s = time.monotonic() + slot.wait_s

    def _open_in_place(self, slot: _Slot) -> None:
        try:
            self._open(slot)
        except (DeviceError, OSError) as error:
            logger.warning("sound device %r does not open again: %s", slot.wanted.name, error)

    def _try(self, slot: _Slot) -> None:
        """Start PortAudio anew, which alone makes it look for devices; healthy ones pause for it if it will help."""
        try:
            if any(other.stream for other in self._slots):
                chosen(self._probe(), slot.wanted.name)
            self._restart()
            self._open(slot)
            logger.warning("sound device %r is back", slot.wanted.name)
        except (DeviceError, OSError) as error:
            logger.info("sound device %r is not back: %s", slot.wanted.name, error)
            self._retry_in(slot, 2 * slot.wait_s)
        for other in self._slots:
            if other.stream is None and other is not slot and self._audio is not None:
                self._open_in_place(other)

    def _restart(self) -> None:
        self._close_all()
        self._audio = self._open_audio()

    def _open(self, slot: _Slot) -> None:
        device = chosen(input_devices(self._audio), slot.wanted.name)
        slot.stream = opened(self._audio, device, slot.wanted, self._settings, self._clock)
        slot.news.append(slot.stream)

    def _close_all(self) -> None:
        for slot in self._slots:
            self._let_go(slot, "device_lost")
        audio, self._audio = self._audio, None
        if audio is not None:
            audio.terminate()
