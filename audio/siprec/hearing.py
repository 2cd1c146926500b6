"""What the reader of the source makes of the recording server's items: sound and figures of each side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from audio.events import LegEnded, SourceCounts, SourceEvent
from audio.packets.batch import Datagrams
from audio.rtp.parsing import rtp_packets
from audio.rtp.sound import StreamSound
from audio.sip.media import MediaExpected
from audio.siprec.outbox import Item, LineClosed, LineSet, Swept
from audio.sniffing.direction import Direction
from models.call import Side

Made = Callable[[MediaExpected, Side], Direction]
"""Makes what turns the packets of one side into sound and figures."""


def direction_of(media: MediaExpected, side: Side) -> Direction:
    """A direction with the defaults of decoding."""
    sound = StreamSound(media.leg, side, media.codecs, media.keys, encrypted=media.encrypted)
    return Direction(media, side, sound)


@dataclass(slots=True)
class Hearing:
    """Follows which line is at which port. All lines of one leg and side are one direction."""

    made: Made
    counts: SourceCounts
    _lines: dict[int, LineSet] = field(default_factory=dict)
    """By our port."""
    _directions: dict[tuple[str, Side], Direction] = field(default_factory=dict)

    def take(self, items: Iterable[Item]) -> Iterator[SourceEvent]:
        """The events of some items, in order."""
        for item in items:
            match item:
                case LineSet():
                    yield from self._set(item)
                case LineClosed():
                    self._lines = {port: line for port, line in self._lines.items() if line.line != item.line}
                case Swept():
                    self._add(item.datagrams)
                    yield from self._settled(item.until_s)
                case LegEnded():
                    for side in Side:
                        yield from self._finished(item.leg, side)
                    yield item
                case _:
                    yield item

    def _set(self, line: LineSet) -> Iterator[SourceEvent]:
        self._lines[line.port] = line
        if line.active:
            self._expect(line)
        else:
            yield from self._paused(line)

    def _expect(self, line: LineSet) -> None:
        media = MediaExpected(
            line.at_s, line.leg, line.side.other, "", line.port, line.port, line.codecs, line.keys, line.encrypted
        )
        known = self._directions.get((line.leg, line.side))
        if known is None:
            self._directions[line.leg, line.side] = self.made(media, line.side)
        else:
            known.learn(media)

    def _paused(self, line: LineSet) -> Iterator[SourceEvent]:
        """What comes after a pause is measured anew: packets that were not sent are not lost."""
        others = (one for one in self._lines.values() if (one.leg, one.side) == (line.leg, line.side))
        if not any(one.active for one in others):
            yield from self._finished(line.leg, line.side)

    def _add(self, datagrams: Datagrams) -> None:
        if not len(datagrams.starts):
            return
        parsed = rtp_packets(datagrams)
        self._count(parsed.malformed)
        for key, packets in parsed.streams:
            line = self._lines.get(key.flow.destination_port)
            direction = self._directions.get((line.leg, line.side)) if line is not None else None
            if direction is not None:
                direction.add(key, packets)

    def _count(self, malformed: int) -> None:
        """Apart from what the other thread counts."""
        if malformed:
            self.counts.by_kind["rtp_malformed"] = self.counts.by_kind.get("rtp_malformed", 0) + malformed

    def _settled(self, until_s: float) -> Iterator[SourceEvent]:
        """Only what arrived before the last whole sweep is settled: a packet may still wait at its socket."""
        if until_s > 0.0:
            for direction in self._directions.values():
                yield from direction.take(until_s)

    def _finished(self, leg: str, side: Side) -> Iterator[SourceEvent]:
        direction = self._directions.pop((leg, side), None)
        if direction is not None:
            yield from direction.finish()
