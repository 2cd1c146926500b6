"""A device's blocks as sound on the capture clock: at the recording's rate, its drift corrected, its gaps named."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audio.soundcard.clock import DeviceClock
from audio.soundcard.ring import Block
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.stretch import Piece, Stretch

logger = logging.getLogger(__name__)

_SAME_S = 0.005
"""A stretch that seems to start so shortly before the last one's end goes on from there."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A time of which the device gave no sound."""

    start_s: float
    end_s: float
    reason: str
    """`overrun`, `device_lost`, `no_callbacks`."""


class DeviceTimeline:
    """Turns the blocks of one device into pieces and holes, in order and never overlapping."""

    def __init__(self, settings: SoundCardSettings) -> None:
        self.end_s: float | None = None
        """Up to where sound was given; `None` before the first."""
        self._settings = settings
        self._clock: DeviceClock | None = None
        self._stretch: Stretch | None = None
        self._settling: list[Block] = []
        self._frames = 0
        self._arrived_s = 0.0
        self._why = "no_callbacks"
        self._device_rate_hz = 0

    @property
    def ppm(self) -> float | None:
        """How much faster than its name the device runs, in millionths; `None` while not known."""
        return self._clock.ppm if self._clock else None

    def opened(self, device_rate_hz: int) -> None:
        """A device was opened; its blocks follow."""
        if device_rate_hz != self._device_rate_hz:
            self._clock = None
        self._device_rate_hz = device_rate_hz

    def lost(self, reason: str) -> list[Piece | Hole]:
        """The device was closed: what it had given is finished."""
        return self._broken(reason)

    def add(self, blocks: Sequence[Block]) -> list[Piece | Hole]:
        """What the blocks bring. After a gap the first `settle_s` of sound are held back to learn when it began."""
        found: list[Piece | Hole] = []
        ready: list[Block] = []
        for block in blocks:
            reason = self._break_before(block)
            if reason:
                found += [*self._given(ready), *self._broken(reason)]
                ready = []
            self._arrived_s = block.arrived_s
            if self._stretch is None:
                found += self._settled(block)
            else:
                self._follow(self._stretch, block)
                ready.append(block)
        return [*found, *self._given(ready)]

    def hole_until(self, at_s: float) -> Hole | None:
        """What is missing up to `at_s` if nothing comes any more; what comes later starts after it."""
        if self.end_s is None or at_s - self.end_s < self._settings.no_callbacks_s:
            return None
        hole = Hole(self.end_s, at_s, self._why if self._stretch is None else "no_callbacks")
        self._broken(hole.reason)
        self.end_s = at_s
        return hole

    def _break_before(self, block: Block) -> str | None:
        """Why sound is missing before a block; `None` where it follows on."""
        if self._stretch is None and not self._settling:
            return None
        if block.overrun:
            return "overrun"
        block_s = block.samples.shape[0] / self._device_rate_hz
        if block.arrived_s - block_s - self._arrived_s > self._settings.no_callbacks_s:
            return "no_callbacks"
        late_s = self._clock.lateness_s() if self._stretch and self._clock else None
        return "overrun" if late_s is not None and late_s > self._settings.drift.resync_s else None

    def _follow(self, stretch: Stretch, block: Block) -> None:
        if self._seen(stretch.clock, block):
            stretch.steer()

    def _seen(self, clock: DeviceClock, block: Block) -> bool:
        frames = block.samples.shape[0]
        self._frames += frames
        heard_s = None if block.heard_s is None else block.heard_s + frames / self._device_rate_hz
        return clock.saw(self._frames, block.arrived_s, heard_s)

    def _given(self, blocks: list[Block]) -> list[Piece | Hole]:
        if not blocks or not self._stretch:
            return []
        piece = self._stretch.resampled(np.concatenate([block.samples for block in blocks]))
        self.end_s = self._stretch.end_s
        return [piece] if piece else []

    def _settled(self, block: Block) -> list[Piece | Hole]:
        """A stretch starts with what was held back, as early as the promptest of its blocks says."""
        self._settling.append(block)
        samples = np.concatenate([held.samples for held in self._settling])
        if samples.shape[0] < self._settings.drift.settle_s * self._device_rate_hz:
            return []
        clock = self._clock_of_settling()
        start_s, told = self._start(clock.time_of(0), samples.shape[0])
        self._stretch = Stretch(
            clock, self._device_rate_hz, samples.shape[1], self._settings, start_s=start_s, frame=told
        )
        hole = self._hole(start_s)
        piece = self._stretch.resampled(samples[told:])
        self.end_s = self._stretch.end_s
        return [part for part in (hole, piece) if part]

    def _clock_of_settling(self) -> DeviceClock:
        slowness, latency_s = (self._clock.slowness, self._clock.latency_s) if self._clock else (0.0, 0.0)
        self._clock = DeviceClock(self._device_rate_hz, self._settings.drift, slowness, latency_s)
        self._frames = 0
        for block in self._settling:
            self._seen(self._clock, block)
        self._settling = []
        return self._clock

    def _start(self, seeming_s: float, frames: int) -> tuple[float, int]:
        """When a stretch starts, and how many of its frames were told already as part of the last one."""
        early_s = self.end_s - seeming_s if self.end_s is not None else 0.0
        if self.end_s is None or early_s <= 0:
            return seeming_s, 0
        if early_s <= _SAME_S:
            return self.end_s, 0
        return self.end_s, min(frames, round(early_s * self._device_rate_hz))

    def _hole(self, start_s: float) -> Hole | None:
        if self.end_s is None or start_s <= self.end_s:
            return None
        logger.warning("%.3f s of sound are missing: %s", start_s - self.end_s, self._why)
        return Hole(self.end_s, start_s, self._why)

    def _broken(self, reason: str) -> list[Piece | Hole]:
        """End the stretch, for a reason that the hole after it will bear."""
        self._settling = []
        self._why = reason
        stretch, self._stretch = self._stretch, None
        if stretch is None:
            return []
        piece = stretch.finished()
        self.end_s = stretch.end_s
        return [piece] if piece else []
