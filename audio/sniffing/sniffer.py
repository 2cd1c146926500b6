"""From frames to calls' events: what `audio.sources` of packets have in common. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from audio.events import LegBegun, LegEnded, LegFailed, LegHeld, LegResumed, Signal, SourceCounts, SourceEvent
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


@dataclass(slots=True)
class _Leg:
    begun_s: float
    held: bool = False


class Sniffer:
    """Turns batches of frames, in order of capture, into events. The clock is that of the frames."""

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
        self._ending: dict[str, LegEnded | LegFailed] = {}
        self._looked_s = 0.0

    def prime(self, told: list[Told]) -> list[SourceEvent]:
        """What is known of calls from elsewhere, before the packets of their sound."""
        return list(self._told(told))

    def feed(self, batch: PacketBatch) -> list[SourceEvent]:
        """What the frames of a batch say."""
        if not len(batch.times_s):
            return []
        frames = self._frames.decode(batch)
        frames = replace(frames, datagrams=replace(frames.datagrams, heads=heads_of(frames.datagrams)))
        self.counts.packets += len(batch.times_s)
        self.counts.unreadable += frames.unreadable
        events: list[SourceEvent] = list(self._told(self._signalling.told(frames)))
        self._report(frames.datagrams)
        for key, packets in rtp_packets(frames.datagrams, looks_like_rtp(frames.datagrams)).streams:
            self._streams.add(key, packets)
        return [*events, *self.tick(float(batch.times_s[-1]))]

    def tick(self, now_s: float) -> list[SourceEvent]:
        """What follows when the clock stands at `now_s`, with or without packets."""
        self.clock_s = max(self.clock_s, now_s)
        self._streams.settle()
        events: list[SourceEvent] = list(self._streams.take(self.clock_s))
        events += self._ended(self.clock_s - self._settings.tail_s)
        if self.clock_s - self._looked_s >= _LOOK_ROUND_S:
            self._looked_s = self.clock_s
            events += self._looked_round()
        return events

    def finish(self) -> list[SourceEvent]:
        """There are no more frames: the rest of all sound, and the end of every leg."""
        events = self._orphans(after_s=1.0) if self._settings.orphans else []
        self._streams.settle()
        for leg in [leg for leg in self._legs if leg not in self._ending]:
            self._ending[leg] = LegEnded(self.clock_s, leg, reason="source_ended")
        return [*events, *self._ended(self.clock_s)]

    def _report(self, datagrams: Datagrams) -> None:
        for index in np.flatnonzero(looks_like_rtcp(datagrams)).tolist():
            flow = datagrams.flows[datagrams.flow[index]]
            found = read_rtcp(datagrams.payload(index))
            self._streams.report(float(datagrams.times_s[index]), flow, found.packets)

    def _told(self, told: list[Told]) -> Iterator[Signal]:
        for event in told:
            if isinstance(event, MediaExpected):
                self._streams.expect(event)
            elif isinstance(event, LegEnded | LegFailed):
                if event.leg in self._legs and event.leg not in self._ending:
                    self._ending[event.leg] = event
                    self._streams.map.end(event.leg, event.at_s + self._settings.tail_s)
            else:
                self._follow(event)
                yield event

    def _follow(self, event: Signal) -> None:
        if isinstance(event, LegBegun):
            self._legs.setdefault(event.leg, _Leg(event.at_s))
        elif isinstance(event, LegHeld | LegResumed) and event.leg in self._legs:
            self._legs[event.leg].held = isinstance(event, LegHeld)

    def _ended(self, until_s: float) -> list[SourceEvent]:
        """The legs that ended up to then: their last sound, their figures, their end."""
        events: list[SourceEvent] = []
        for leg, end in [(leg, end) for leg, end in self._ending.items() if end.at_s <= until_s]:
            events += self._streams.finish(leg)
            events.append(end)
            del self._ending[leg], self._legs[leg]
        return events

    def _looked_round(self) -> list[SourceEvent]:
        now_s, settings = self.clock_s, self._settings
        events: list[SourceEvent] = list(self._told(self._signalling.expire(now_s)))
        for leg, known in self._legs.items():
            last_s = self._streams.last_heard_s(leg)
            patience_s = settings.held_silence_s if known.held else settings.silence_s
            if leg not in self._ending and last_s is not None and now_s - last_s > patience_s:
                self._ending[leg] = LegEnded(last_s, leg, reason="silence")
        if settings.orphans:
            events += self._orphans(settings.orphan_after_s)
        self._streams.drop_stale(now_s - 2 * settings.orphan_after_s)
        return events

    def _orphans(self, after_s: float) -> list[SourceEvent]:
        """Streams that nothing explained, as calls of their own: the first that spoke is the caller."""
        found = sorted(self._streams.unexplained(self.clock_s, after_s), key=lambda one: one[1])
        events: list[SourceEvent] = []
        for key, first_s in found:
            if not self._streams.map.heard_on(key.flow):
                events.append(self._orphan(key, first_s))
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
