"""From frames to calls' events: what `audio.sources` of packets have in common. No sockets, no clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from audio.events import (
    LegBegun,
    LegCancelled,
    LegEnded,
    LegFailed,
    LegHeld,
    LegResumed,
    Signal,
    Sound,
    SoundMissing,
    SourceCounts,
    SourceEvent,
    StreamMeasured,
)
from audio.packets.batch import Datagrams, PacketBatch, heads_of
from audio.packets.frames import FrameDecoder
from audio.rtp.codec import STATIC
from audio.rtp.packets import StreamKey
from audio.rtp.parsing import looks_like_rtcp, looks_like_rtp, rtp_packets
from audio.rtp.rtcp import read_rtcp
from audio.sip.dialogs import DialogTracker
from audio.sip.media import MediaExpected
from audio.sniffing.direction import Direction
from audio.sniffing.settings import SnifferSettings
from audio.sniffing.signalling import Signalling, Told
from audio.sniffing.streams import Streams
from models.call import Side

_LOOK_ROUND_S = 1.0
"""How often, by the capture clock, legs that fell silent are looked for."""

_Timed = tuple[float, SourceEvent]

_TERMINATED = 487
"""How a request ends that was cancelled (RFC 3261, 9.2); dialogs tell of the CANCEL once that is certain."""


@dataclass(slots=True)
class _Leg:
    begun_s: float
    held: bool = False


class Sniffer:
    """Turns batches of frames, in order of capture, into events. The clock is that of the frames.

    Of one batch, which of a file may hold an hour, all events come in order of time. A leg's figures follow its end,
    by as long as its last packets are waited for.
    """

    def __init__(
        self,
        dialogs: DialogTracker,
        made: Callable[[MediaExpected, Side], Direction],
        settings: SnifferSettings = SnifferSettings(),  # noqa: B008 # a frozen value
    ) -> None:
        self.counts = SourceCounts()
        self.clock_s = 0.0
        self._settings = settings
        self._frames = FrameDecoder()
        self._signalling = Signalling(dialogs, self.counts)
        self._streams = Streams(settings, made)
        self._legs: dict[str, _Leg] = {}
        self._ending: dict[str, float] = {}
        self._looked_s = 0.0

    def prime(self, told: list[Told]) -> list[SourceEvent]:
        """What is known of calls from elsewhere, before the packets of their sound."""
        return _in_order(self._told(told))

    def feed(self, batch: PacketBatch) -> list[SourceEvent]:
        """What the frames of a batch say."""
        if not len(batch.times_s):
            return []
        frames = self._frames.decode(batch)
        frames = replace(frames, datagrams=replace(frames.datagrams, heads=heads_of(frames.datagrams)))
        self.counts.packets += len(batch.times_s)
        self.counts.unreadable += frames.unreadable
        events = self._told(self._signalling.told(frames))
        self._report(frames.datagrams)
        for key, packets in rtp_packets(frames.datagrams, looks_like_rtp(frames.datagrams)).streams:
            self._streams.add(key, packets)
        return _in_order([*events, *self._ticked(float(batch.times_s[-1]))])

    def tick(self, now_s: float) -> list[SourceEvent]:
        """What follows when the clock stands at `now_s`, with or without packets."""
        return _in_order(self._ticked(now_s))

    def finish(self) -> list[SourceEvent]:
        """There are no more frames: the rest of all sound, and the end of every leg."""
        events = self._orphans(after_s=1.0) if self._settings.orphans else []
        self._streams.settle()
        open_legs = [leg for leg in self._legs if leg not in self._ending]
        events += self._told([LegEnded(self.clock_s, leg, reason="source_ended") for leg in open_legs])
        return _in_order([*events, *self._ended(math.inf)])  # also of a leg that is told to end after its last packet

    def _ticked(self, now_s: float) -> list[_Timed]:
        self.clock_s = max(self.clock_s, now_s)
        self._streams.settle()
        events: list[_Timed] = [(_at_s(event), event) for event in self._streams.take(self.clock_s)]
        if self.clock_s - self._looked_s >= _LOOK_ROUND_S:
            self._looked_s = self.clock_s
            events += self._looked_round()
        return [*events, *self._ended(self.clock_s - self._settings.tail_s)]

    def _report(self, datagrams: Datagrams) -> None:
        for index in np.flatnonzero(looks_like_rtcp(datagrams)).tolist():
            flow = datagrams.flows[datagrams.flow[index]]
            found = read_rtcp(datagrams.payload(index))
            self._streams.report(float(datagrams.times_s[index]), flow, found.packets)

    def _told(self, told: Iterable[Told]) -> list[_Timed]:
        events: list[_Timed] = []
        for event in told:
            if isinstance(event, MediaExpected):
                self._streams.expect(event)
                continue
            if isinstance(event, LegEnded | LegFailed | LegCancelled) and not self._ends(event):
                continue
            self._follow(event)
            events.append((event.at_s, event))
            if isinstance(event, LegCancelled):
                events.append((event.at_s, LegFailed(event.at_s, event.leg, _TERMINATED)))
        return events

    def _ends(self, event: LegEnded | LegFailed | LegCancelled) -> bool:
        """Whether the leg was open until now."""
        if event.leg not in self._legs or event.leg in self._ending:
            return False
        self._ending[event.leg] = event.at_s
        self._streams.map.end(event.leg, event.at_s + self._settings.tail_s)
        return True

    def _follow(self, event: Signal) -> None:
        if isinstance(event, LegBegun):
            self._legs.setdefault(event.leg, _Leg(event.at_s))
        elif isinstance(event, LegHeld | LegResumed) and event.leg in self._legs:
            self._legs[event.leg].held = isinstance(event, LegHeld)

    def _ended(self, until_s: float) -> list[_Timed]:
        """Of the legs that ended up to then: their last sound and their figures."""
        events: list[_Timed] = []
        for leg, end_s in [(leg, end_s) for leg, end_s in self._ending.items() if end_s <= until_s]:
            for event in self._streams.finish(leg):
                last = isinstance(event, StreamMeasured)
                events.append((end_s + self._settings.tail_s if last else _at_s(event), event))
            del self._ending[leg], self._legs[leg]
        return events

    def _looked_round(self) -> list[_Timed]:
        now_s, settings = self.clock_s, self._settings
        events = self._told(self._signalling.expire(now_s))
        for leg, known in self._legs.items():
            last_s = self._streams.last_heard_s(leg)
            patience_s = settings.held_silence_s if known.held else settings.silence_s
            if leg not in self._ending and last_s is not None and now_s - last_s > patience_s:
                events += self._told([LegEnded(last_s, leg, reason="silence")])
                self._signalling.forget(leg)
        if settings.orphans:
            events += self._orphans(settings.orphan_after_s)
        self._streams.drop_stale(now_s - 2 * settings.orphan_after_s)
        return events

    def _orphans(self, after_s: float) -> list[_Timed]:
        """Streams that nothing explained, as calls of their own: the first that spoke is the caller."""
        found = sorted(self._streams.unexplained(self.clock_s, after_s), key=lambda one: one[1])
        events: list[_Timed] = []
        for key, first_s in found:
            if not self._streams.map.heard_on(key.flow):
                events.append((first_s, self._orphan(key, first_s)))
        return events

    def _orphan(self, key: StreamKey, first_s: float) -> LegBegun:
        flow = key.flow
        leg = f"rtp:{flow.source}:{flow.source_port}-{flow.destination}:{flow.destination_port}@{first_s:.3f}"
        callees = MediaExpected(
            first_s, leg, Side.CALLEE, flow.destination, flow.destination_port, flow.destination_port + 1, STATIC
        )
        callers = replace(callees, listener=Side.CALLER, address=flow.source, port=flow.source_port)
        self._streams.expect(callees)
        self._streams.expect(callers)
        self._legs[leg] = _Leg(first_s)
        return LegBegun(first_s, leg, "", addresses=(flow.source, flow.destination))


def _at_s(event: SourceEvent) -> float:
    return event.start_s if isinstance(event, Sound | SoundMissing) else getattr(event, "at_s", 0.0)


def _in_order(events: list[_Timed]) -> list[SourceEvent]:
    return [event for _, event in sorted(events, key=itemgetter(0))]
