"""What frames carry: UDP datagrams, and TCP segments that may be SIP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Datagrams, Frames, Indices, PacketBatch, TcpSegment
from audio.packets.flow_table import FlowTable, flow_of
from audio.packets.fragments import DEFAULT_LIMITS, FragmentLimits, Fragments
from audio.packets.odd_frames import Carried, OddFrames
from audio.packets.tcp_choice import TcpChoice
from audio.packets.usual_frames import usual_frames
from models.errors import CaptureError

SIP_TCP_PORTS = (5060,)


@dataclass(slots=True)
class _Found:
    """Datagrams by frame, in blocks; those put together from fragments lie outside the batch."""

    frames: list[Indices] = field(default_factory=list)
    starts: list[Indices] = field(default_factory=list)
    lengths: list[Indices] = field(default_factory=list)
    flow: list[npt.NDArray[np.int32]] = field(default_factory=list)
    extra: list[bytes] = field(default_factory=list)

    def add(self, frames: Indices, starts: Indices, lengths: Indices, flow: npt.NDArray[np.int32]) -> None:
        self.frames.append(frames)
        self.starts.append(starts)
        self.lengths.append(lengths)
        self.flow.append(flow)

    def add_all(self, odd: list[tuple[int, int, int, int]]) -> None:
        if odd:
            table = np.array(odd, np.int64)
            self.add(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.int32))


class FrameDecoder:
    """Of one capture: it remembers flows, fragments, and the TCP flows that are SIP. All of it is bounded."""

    def __init__(
        self,
        sip_tcp_ports: Iterable[int] = SIP_TCP_PORTS,
        fragment_limits: FragmentLimits = DEFAULT_LIMITS,
        max_flows: int = 65_536,
    ) -> None:
        self.flows = FlowTable(max_flows)
        self.fragments = Fragments(fragment_limits)
        self._tcp = TcpChoice(sip_tcp_ports)
        self._odd = OddFrames(self.fragments)

    def decode(self, batch: PacketBatch) -> Frames:
        """All that the frames of a batch carry, in their order. Never raises for what they hold.

        TCP that is no SIP and fragments that wait for others are neither given nor counted as unreadable. A UDP
        datagram of which not all was captured is unreadable.
        """
        self.flows.forget()
        found = _Found()
        left = np.ones(len(batch.starts), bool)
        self._all_at_once(batch, np.arange(len(batch.starts)), found, left)
        segments, unreadable = self._look_closer(batch, np.flatnonzero(left), found)
        return Frames(_datagrams(batch, found, self.flows), tuple(segments), unreadable)

    def _all_at_once(
        self, batch: PacketBatch, frames: Indices, found: _Found, left: npt.NDArray[np.bool_], *, inside: bool = False
    ) -> None:
        """The usual frames, and the usual ones within VXLAN; `frames` are their numbers, `left` the ones left over."""
        for usual in usual_frames(batch):
            flow = self.flows.numbers(usual.addresses, usual.ports)
            found.add(frames[usual.frames], usual.starts, usual.lengths, flow)
            left[frames[usual.frames]] = False
            maybe = self._tcp.candidates(batch.data, usual.tcp_payloads, usual.tcp_addresses, usual.tcp_ports)
            left[frames[usual.tcp_frames[~maybe]]] = False
            if usual.inner.lengths.any() and not inside:
                self._all_at_once(usual.inner, frames[usual.outer_frames], found, left, inside=True)

    def _look_closer(self, batch: PacketBatch, rows: Indices, found: _Found) -> tuple[list[TcpSegment], int]:
        view = batch.data.data
        segments: list[TcpSegment] = []
        odd: list[tuple[int, int, int, int]] = []
        outside, unreadable = len(batch.data), 0
        columns = (batch.starts[rows], batch.lengths[rows], batch.times_s[rows])
        for row, start, length, at_s in zip(rows.tolist(), *(column.tolist() for column in columns), strict=True):
            try:
                carried = self._odd.read(view, (start, start + length), batch.link_type, at_s)
                if carried is None:
                    continue
                if carried.tcp is None:
                    at = carried.start
                    if carried.buffer is not view:
                        found.extra.append(bytes(carried.buffer[at : at + carried.length]))
                        at, outside = outside, outside + carried.length
                    odd.append((row, at, carried.length, self.flows.number(carried.key)))
                elif (segment := self._segment(carried, at_s)) is not None:
                    segments.append(segment)
            except CaptureError:
                unreadable += 1
        found.add_all(odd)
        return segments, unreadable

    def _segment(self, carried: Carried, at_s: float) -> TcpSegment | None:
        payload = carried.buffer[carried.start : carried.start + carried.length]
        if carried.tcp is None or not self._tcp.admits(carried.key, payload):
            return None
        flags = carried.tcp.flags
        return TcpSegment(
            at_s,
            flow_of(carried.key),
            carried.tcp.sequence,
            syn=bool(flags & 2),
            fin=bool(flags & 1),
            rst=bool(flags & 4),
            payload=bytes(payload),
        )


def _datagrams(batch: PacketBatch, found: _Found, flows: FlowTable) -> Datagrams:
    if not found.frames:
        none = np.empty(0, np.int64)
        return Datagrams(batch.data, none, none, np.empty(0), np.empty(0, np.int32), flows)
    frames = np.concatenate(found.frames)
    starts, lengths = np.concatenate(found.starts), np.concatenate(found.lengths)
    flow = np.concatenate(found.flow)
    if (np.diff(frames) < 0).any():
        order = np.argsort(frames, kind="stable")
        frames, starts, lengths, flow = frames[order], starts[order], lengths[order], flow[order]
    data = _with(batch.data, found.extra)
    return Datagrams(data, starts, lengths, batch.times_s[frames], flow.astype(np.int32, copy=False), flows)


def _with(data: Bytes, extra: list[bytes]) -> Bytes:
    return np.concatenate((data, np.frombuffer(b"".join(extra), np.uint8))) if extra else data
