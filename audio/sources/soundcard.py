"""Calls from the sound card of an agent's place of work."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence

from audio.events import LegEnded, SourceCounts, SourceEvent
from audio.soundcard.keeper import DeviceKeeper, Probe
from audio.soundcard.mark import Mark
from audio.soundcard.marks import MarkServer
from audio.soundcard.meter import Level
from audio.soundcard.portaudio import OpenAudio, open_audio
from audio.soundcard.probe import devices_now
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.stream import Wanted
from audio.soundcard.stream_calls import StreamCalls
from audio.soundcard.stretch import Piece
from audio.soundcard.timeline import Hole
from audio.soundcard.track import DeviceTrack, Part
from models.call import Side

logger = logging.getLogger(__name__)

_POLL_S = 0.25
"""Sound is told this often, however long the reader would wait."""
_CLOCK_SET_S = 0.5
_MARKS_WAITING = 100


class SoundCardSource:
    """A `Source`: PortAudio's devices heard without end, the calls in them told as they begin and end."""

    name = "soundcard"

    def __init__(
        self, settings: SoundCardSettings, *, open_audio: OpenAudio = open_audio, probe: Probe = devices_now
    ) -> None:
        """Open the devices, and the address for marks where it is enabled.

        Raises:
            DeviceError: where a device is not there, is named ambiguously or refuses; where PyAudio is missing; where
                marks have no token or their address is taken. Its message lists what there is.
        """
        self.counts = SourceCounts()
        self._settings = settings
        self._offset_s = time.time() - time.monotonic()
        self._tracks = [DeviceTrack(sides, settings) for sides in _sides(settings)]
        self._calls = self._new_calls()
        self._marks: queue.Queue[Mark] = queue.Queue(_MARKS_WAITING)
        self._closed = threading.Event()
        self._last: list[SourceEvent] = []
        self._keeper = DeviceKeeper(_wanted(settings), settings, open_audio, probe, self.clock_s)
        try:
            marks = settings.marks
            self._server = MarkServer(marks, self._marks.put_nowait, self.clock_s) if marks.enabled else None
        except Exception:
            self._keeper.stop()
            raise

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:
        """See `audio.events.Source`. After `close`, one last answer ends what was open."""
        if self._closed.wait(min(timeout_s, _POLL_S)):
            last, self._last = self._last, []
            return last or None
        events = list(self._news())
        self._count()
        if any(isinstance(event, LegEnded) for event in events):
            logger.info("drift of the sound devices in ppm: %s", self.drift_ppm())
        return events

    def clock_s(self) -> float:
        """The time of day by the monotonic clock: it never jumps while a call is open."""
        return time.monotonic() + self._offset_s

    def close(self) -> None:
        if not self._closed.is_set():
            self._last = [*self._news(), *self._calls.close(self.clock_s())]
            self._closed.set()
            if self._server:
                self._server.close()
            self._keeper.stop()

    def levels(self) -> dict[Side, Level]:
        """How loud each side is now; a side that was not heard yet is left out."""
        meters = [(side, meter) for track in self._tracks for side, meter in track.meters.items()]
        return {side: meter.level for side, meter in meters if meter.level is not None}

    def drift_ppm(self) -> dict[Side, float | None]:
        """How much faster than its name each side's device runs, in millionths; `None` before half a minute."""
        return {side: track.timeline.ppm for track in self._tracks for side in track.sides}

    @property
    def up(self) -> bool:
        """Whether every device is there; one that is lost is looked for again and again."""
        return self._keeper.all_open

    @property
    def marks_url(self) -> str | None:
        """Where marks are told; `None` where nothing listens."""
        return self._server.url if self._server else None

    def _news(self) -> Iterator[SourceEvent]:
        """Sound is taken before marks: a mark not seen yet is then later than all the sound, and parts none of it."""
        parts: list[Part] = []
        for index, track in enumerate(self._tracks):
            parts += track.take(self._keeper.news(index))
        for mark in self._new_marks():
            before, parts = _parted(parts, mark.at_s, self._settings.sample_rate_hz)
            yield from self._told(before)
            yield from self._calls.mark(mark)
        yield from self._told(parts)
        yield from self._calls.tick(self.clock_s())
        if self._calls.open_leg is None:
            self._follow_time_of_day()

    def _new_marks(self) -> list[Mark]:
        return [self._marks.get_nowait() for _ in range(self._marks.qsize())]

    def _told(self, parts: Sequence[Part]) -> Iterator[SourceEvent]:
        for side, part in parts:
            if isinstance(part, Hole):
                yield from self._calls.missing(side, part)
            else:
                yield from self._calls.sound(side, part.start_s, part.samples)

    def _holes_until(self, at_s: float) -> list[tuple[Side, Hole]]:
        holes = [(track, track.timeline.hole_until(at_s)) for track in self._tracks]
        return [(side, hole) for track, hole in holes if hole for side in track.sides]

    def _new_calls(self) -> StreamCalls:
        sides = tuple(side for track in self._tracks for side in track.sides)
        return StreamCalls(self.name, sides, self._settings, self._holes_until)

    def _follow_time_of_day(self) -> None:
        offset_s = time.time() - time.monotonic()
        if abs(offset_s - self._offset_s) > _CLOCK_SET_S:
            logger.warning("the time of day was set: %+.1f s", offset_s - self._offset_s)
            self._offset_s = offset_s
            for track in self._tracks:
                track.start_afresh()
            self._calls = self._new_calls()

    def _count(self) -> None:
        kinds = {
            "overrun": sum(track.overruns for track in self._tracks),
            "device_lost": sum(track.losses for track in self._tracks),
        }
        self.counts.packets = sum(track.blocks for track in self._tracks)
        self.counts.dropped = sum(track.dropped for track in self._tracks)
        self.counts.by_kind.update(kinds)


def _sides(settings: SoundCardSettings) -> list[tuple[Side, ...]]:
    """The sides that each device carries, by channel."""
    agent = Side(settings.agent_side)
    if settings.layout == "mixed":
        return [(Side.CALLER,)]
    if settings.layout == "two_devices":
        return [(agent,), (agent.other,)]
    return [(agent, agent.other) if settings.agent_channel == "left" else (agent.other, agent)]


def _wanted(settings: SoundCardSettings) -> list[Wanted]:
    if settings.layout == "two_devices":
        return [Wanted(settings.agent_device, 1), Wanted(settings.customer_device, 1)]
    return [Wanted(settings.device, 2 if settings.layout == "stereo" else 1)]


def _parted(parts: Sequence[Part], at_s: float, rate_hz: int) -> tuple[list[Part], list[Part]]:
    """What lies before a moment and what after; a piece across it is cut."""
    before: list[Part] = []
    after: list[Part] = []
    for side, part in parts:
        if isinstance(part, Hole):
            (before if part.end_s <= at_s else after).append((side, part))
            continue
        cut = min(max(0, round((at_s - part.start_s) * rate_hz)), part.samples.size)
        if cut:
            before.append((side, Piece(part.start_s, part.samples[:cut])))
        if cut < part.samples.size:
            after.append((side, Piece(part.start_s + cut / rate_hz, part.samples[cut:])))
    return before, after
