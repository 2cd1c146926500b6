"""One device as the source sees it: what it brought, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from audio.soundcard.keeper import Lost
from audio.soundcard.meter import Meter
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.stream import DeviceStream
from audio.soundcard.stretch import Piece
from audio.soundcard.timeline import DeviceTimeline, Hole
from models.call import Side

Part = tuple[Side, Piece | Hole]
"""Of one side; a piece's samples have the shape (frames,)."""


class DeviceTrack:
    """Turns a device's news and blocks into the parts of its sides."""

    def __init__(self, sides: Sequence[Side], settings: SoundCardSettings) -> None:
        """`sides` by channel; a single side takes all channels mixed."""
        self.sides = tuple(sides)
        self.timeline = DeviceTimeline(settings)
        self.meters: dict[Side, Meter] = {}
        self.blocks = self.overruns = self.losses = self.dropped = 0
        self._settings = settings
        self._stream: DeviceStream | None = None

    def take(self, news: Sequence[DeviceStream | Lost]) -> list[Part]:
        """All that came since the last time; `news` is what became of the device meanwhile."""
        parts: list[Piece | Hole] = []
        for item in news:
            parts += self._drained()
            if isinstance(item, Lost):
                parts += self.timeline.lost(item.reason)
                self._stream = None
                self.losses += item.reason == "device_lost"
            else:
                self._stream = item
                self.meters = {side: Meter(item.rate_hz) for side in self.sides}
                self.timeline.opened(item.rate_hz)
        return self.by_side([*parts, *self._drained()])

    def by_side(self, parts: Sequence[Piece | Hole]) -> list[Part]:
        return [(side, _of_channel(part, channel)) for part in parts for channel, side in enumerate(self.sides)]

    def start_afresh(self) -> None:
        """Forget the times that were: the clock was set."""
        self.timeline = DeviceTimeline(self._settings)
        if self._stream:
            self.timeline.opened(self._stream.rate_hz)

    def _drained(self) -> list[Piece | Hole]:
        if self._stream is None:
            return []
        blocks = [replace(block, samples=self._mixed(block.samples)) for block in self._stream.ring.take()]
        self.dropped += self._stream.ring.newly_dropped()
        self.blocks += len(blocks)
        self.overruns += sum(block.overrun for block in blocks)
        if blocks:
            heard = np.concatenate([block.samples for block in blocks])
            for channel, side in enumerate(self.sides):
                self.meters[side].hear(heard[:, channel])
        return self.timeline.add(blocks)

    def _mixed(self, samples: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        if samples.shape[1] == len(self.sides):
            return samples
        return np.asarray(np.rint(samples.mean(axis=1, keepdims=True)), np.int16)


def _of_channel(part: Piece | Hole, channel: int) -> Piece | Hole:
    return part if isinstance(part, Hole) else Piece(part.start_s, part.samples[:, channel])
