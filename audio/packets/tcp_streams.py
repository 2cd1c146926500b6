"""SIP over TCP as a bystander sees it: segments out of order, repeated, overlapping, and some never seen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from audio.packets.batch import Flow, TcpSegment
from audio.packets.sip_framing import DEFAULT_LIMITS, FramingLimits, SipFraming

_WRAP = 1 << 32
_WINDOW = 1 << 20
"""Bytes; a segment further off belongs to another connection, or its sender cannot be followed."""


@dataclass(frozen=True, slots=True)
class TcpLimits:
    max_streams: int = 4096
    """Directions of connections; beyond it the one that was silent longest is forgotten."""
    max_waiting_bytes: int = 131_072
    """Of one stream, behind a gap."""
    max_waiting_segments: int = 256
    gap_s: float = 2.0
    """On the capture clock: a segment that has not come by then was not captured."""
    framing: FramingLimits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """A whole message, at the time of the segment that completed it."""

    at_s: float
    flow: Flow
    data: bytes


@dataclass(slots=True)
class _Stream:
    framing: SipFraming
    first: int
    next: int
    """Sequence number awaited."""
    waiting: dict[int, bytes] = field(default_factory=dict)
    waiting_bytes: int = 0
    gap_since_s: float = 0.0


class TcpStreams:
    """Segments of both directions in, whole SIP messages out, in order within each direction. Memory is bounded."""

    def __init__(self, limits: TcpLimits = TcpLimits()) -> None:  # a frozen value
        self._limits = limits
        self._streams: OrderedDict[Flow, _Stream] = OrderedDict()
        self.gaps = 0
        """Places where something was never captured."""

    def feed(self, segment: TcpSegment) -> list[StreamMessage]:
        stream = self._stream(segment)
        data, at = segment.payload, (segment.sequence + segment.syn) % _WRAP
        found = self._add(stream, at, data, segment.at_s) if data else []
        if segment.rst or (segment.fin and not stream.waiting):
            del self._streams[segment.flow]
        return [StreamMessage(segment.at_s, segment.flow, message) for message in found]

    def tick(self, now_s: float) -> list[StreamMessage]:
        """What waited behind a gap for too long. To be called now and then: no other segment may ever come."""
        late = [
            (flow, stream)
            for flow, stream in self._streams.items()
            if stream.waiting and now_s - stream.gap_since_s > self._limits.gap_s
        ]
        return [StreamMessage(now_s, flow, message) for flow, stream in late for message in self._pass_gap(stream)]

    def _stream(self, segment: TcpSegment) -> _Stream:
        stream = self._streams.get(segment.flow)
        begin = (segment.sequence + segment.syn) % _WRAP
        anew = segment.syn and stream is not None and begin != stream.first  # and not the same SYN come twice
        if stream is None or anew or abs(_ahead(stream.next, begin)) > _WINDOW:
            stream = self._streams[segment.flow] = _Stream(SipFraming(self._limits.framing), begin, begin)
        self._streams.move_to_end(segment.flow)
        while len(self._streams) > self._limits.max_streams:
            self._streams.popitem(last=False)
        return stream

    def _add(self, stream: _Stream, at: int, data: bytes, at_s: float) -> list[bytes]:
        found = self._pass_gap(stream) if self._waited(stream, at_s) else []
        ahead = _ahead(stream.next, at)
        if ahead > 0:
            self._wait(stream, at, data, at_s)
            return found + (self._pass_gap(stream) if self._overfull(stream) else [])
        if -ahead < len(data):
            found += self._take(stream, data[-ahead:])
        return found + self._take_waiting(stream)

    def _take(self, stream: _Stream, data: bytes) -> list[bytes]:
        stream.next = (stream.next + len(data)) % _WRAP
        return stream.framing.feed(data)

    def _take_waiting(self, stream: _Stream) -> list[bytes]:
        """What the awaited number has reached; of overlapping segments the first one's bytes count."""
        found: list[bytes] = []
        for at in sorted(stream.waiting, key=lambda at: _ahead(stream.next, at)):
            ahead = _ahead(stream.next, at)
            if ahead > 0:
                break
            data = stream.waiting.pop(at)
            stream.waiting_bytes -= len(data)
            if -ahead < len(data):
                found += self._take(stream, data[-ahead:])
        return found

    def _wait(self, stream: _Stream, at: int, data: bytes, at_s: float) -> None:
        if not stream.waiting:
            stream.gap_since_s = at_s
        before = stream.waiting.get(at, b"")
        if len(data) > len(before):
            stream.waiting[at] = data
            stream.waiting_bytes += len(data) - len(before)

    def _waited(self, stream: _Stream, at_s: float) -> bool:
        return bool(stream.waiting) and at_s - stream.gap_since_s > self._limits.gap_s

    def _overfull(self, stream: _Stream) -> bool:
        limits = self._limits
        return stream.waiting_bytes > limits.max_waiting_bytes or len(stream.waiting) > limits.max_waiting_segments

    def _pass_gap(self, stream: _Stream) -> list[bytes]:
        """Goes on behind the gap, at the next start line."""
        self.gaps += 1
        stream.framing.lost()
        stream.next = min(stream.waiting, key=lambda at: _ahead(stream.next, at))
        return self._take_waiting(stream)


def _ahead(here: int, there: int) -> int:
    """Signed distance between two sequence numbers, which wrap."""
    return (there - here + _WRAP // 2) % _WRAP - _WRAP // 2
