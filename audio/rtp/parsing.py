"""RTP read out of datagrams (RFC 3550, 5.1), all of a batch at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Datagrams, Indices
from audio.rtp.packets import RtpPackets, StreamKey

Mask = npt.NDArray[np.bool_]
Structured = npt.NDArray[np.void]

_HEADER = np.dtype([("flags", "u1"), ("type", "u1"), ("sequence", ">u2"), ("timestamp", ">u4"), ("ssrc", ">u4")])
_HEADER_BYTES = _HEADER.itemsize
_RTCP_TYPES = (192, 223)
"""Second bytes that RFC 5761 leaves to RTCP; RTP's payload types 64 to 95 are shut out with them, or marked."""
_RTCP_KNOWN = (200, 213)
_UNASSIGNED = (64, 95)


@dataclass(frozen=True, slots=True, eq=False)
class ParsedRtp:
    """What a batch holds: each stream's packets in order of arrival."""

    streams: list[tuple[StreamKey, RtpPackets]]
    malformed: int
    """Datagrams that were wanted and are no RTP: too short, of another version, or with lengths that contradict."""


def looks_like_rtp(datagrams: Datagrams) -> Mask:
    """Which datagrams may be RTP by their first bytes and lengths; one in some hundred random ones may pass."""
    mask, headers = _headers(datagrams, np.arange(len(datagrams.starts)))
    kind = headers["type"] & 0x7F
    mask[mask] = (kind < _UNASSIGNED[0]) | (kind > _UNASSIGNED[1])
    chosen = np.flatnonzero(mask)
    _, lengths = _payloads(datagrams, chosen)
    mask[chosen] = lengths >= 0
    return mask


def looks_like_rtcp(datagrams: Datagrams) -> Mask:
    """Which datagrams begin with an RTCP packet (RFC 3550, 6.4; RFC 5761) that fits its datagram."""
    lengths = datagrams.lengths
    mask: Mask = (lengths >= 8) & (datagrams.starts + 4 <= len(datagrams.data))
    first = datagrams.starts[mask]
    data = datagrams.data
    kind, words = data[first + 1], data[first + 2].astype(np.int64) << 8 | data[first + 3]
    mask[mask] = (
        (data[first] >> 6 == 2)
        & (kind >= _RTCP_KNOWN[0])
        & (kind <= _RTCP_KNOWN[1])
        & (4 * (words + 1) <= lengths[mask])
    )
    return mask


def rtp_packets(datagrams: Datagrams, wanted: Mask | Indices | None = None) -> ParsedRtp:
    """The RTP among the datagrams (those of a mask or of ascending indices, or all), by flow and SSRC.

    RTCP that shares the port (RFC 5761) is passed over; what is neither is counted. Payloads stay in the batch's data.
    """
    asked = _indices(datagrams, wanted)
    mask, headers = _headers(datagrams, asked)
    chosen = asked[mask]
    starts, lengths = _payloads(datagrams, chosen)
    sound = lengths >= 0
    malformed = int(len(asked) - mask.sum() - _rtcp_count(datagrams, asked[~mask]) + (~sound).sum())
    if not sound.all():
        chosen, headers, starts, lengths = chosen[sound], headers[sound], starts[sound], lengths[sound]
    if not len(chosen):
        return ParsedRtp([], malformed)
    order, bounds = _grouped(datagrams.flow[chosen], headers["ssrc"].astype(np.uint32))
    packets = _gathered(datagrams, chosen, order, headers, (starts, lengths))
    first = order[bounds[:-1]]
    ssrcs, flows = headers["ssrc"][first], datagrams.flow[chosen[first]]
    keys = [StreamKey(datagrams.flows[flow], ssrc) for flow, ssrc in zip(flows.tolist(), ssrcs.tolist(), strict=True)]
    ends = zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    return ParsedRtp([(key, packets.part(*span)) for key, span in zip(keys, ends, strict=True)], malformed)


def _indices(datagrams: Datagrams, wanted: Mask | Indices | None) -> Indices:
    if wanted is None:
        return np.arange(len(datagrams.starts), dtype=np.int64)
    return np.flatnonzero(wanted) if wanted.dtype == np.bool_ else wanted.astype(np.int64, copy=False)


def _headers(datagrams: Datagrams, asked: Indices) -> tuple[Mask, Structured]:
    """Which of the datagrams have a header of version 2 that is not RTCP's, and those headers."""
    starts, data = datagrams.starts[asked], datagrams.data
    mask: Mask = (datagrams.lengths[asked] >= _HEADER_BYTES) & (starts + _HEADER_BYTES <= len(data))
    if not mask.any():
        return mask, np.zeros(0, _HEADER)
    # Twelve bytes at once are three times as fast as twelve times one (45 against 135 ns a packet).
    everywhere = np.ndarray((len(data) - _HEADER_BYTES + 1,), "V12", np.ascontiguousarray(data), 0, (1,))
    headers: Structured = everywhere[starts[mask]].view(_HEADER)
    rtcp = (headers["type"] >= _RTCP_TYPES[0]) & (headers["type"] <= _RTCP_TYPES[1])
    fitting = (headers["flags"] >> 6 == 2) & ~rtcp
    mask[mask] = fitting
    return mask, headers if fitting.all() else headers[fitting]


def _payloads(datagrams: Datagrams, chosen: Indices) -> tuple[Indices, Indices]:
    """Where payloads begin, and how long they are without padding; -1 where the header's lengths contradict."""
    data, begins = datagrams.data, datagrams.starts[chosen]
    ends = np.minimum(begins + datagrams.lengths[chosen], len(data))
    flags = data[begins]
    if not (flags & 0x3F).any():  # neither padding nor extension nor contributing sources: nearly always
        return begins + _HEADER_BYTES, ends - begins - _HEADER_BYTES
    starts = begins + _HEADER_BYTES + 4 * (flags & 0x0F).astype(np.int64)
    starts[flags & 0x10 != 0] += 4
    extended = np.flatnonzero((flags & 0x10 != 0) & (starts <= ends))
    at = starts[extended]
    starts[extended] += 4 * (data[at - 2].astype(np.int64) << 8 | data[at - 1])
    padded = np.flatnonzero((flags & 0x20 != 0) & (starts < ends))
    padding = data[ends[padded] - 1].astype(np.int64)
    ends[padded] -= np.where(padding == 0, np.iinfo(np.int32).max, padding)
    return starts, np.maximum(ends - starts, -1)


def _rtcp_count(datagrams: Datagrams, asked: Indices) -> int:
    if not len(asked):
        return 0
    part = Datagrams(
        datagrams.data,
        datagrams.starts[asked],
        datagrams.lengths[asked],
        datagrams.times_s[asked],
        datagrams.flow[asked],
        datagrams.flows,
    )
    return int(looks_like_rtcp(part).sum())


def _grouped(flow: npt.NDArray[np.int32], ssrc: npt.NDArray[np.uint32]) -> tuple[Indices, Indices]:
    """An order that brings flow and SSRC together without upsetting arrival, and where each group begins and ends."""
    # numpy sorts 16-bit numbers by radix, ten times as fast as wider ones.
    order = np.argsort(flow.astype(np.uint16) if flow.max() < 1 << 16 else flow, kind="stable")
    by_flow, by_ssrc = flow[order], ssrc[order]
    change = (np.diff(by_flow) != 0) | (np.diff(by_ssrc.astype(np.int64)) != 0)
    if np.count_nonzero(change) >= len(np.unique(by_flow)):  # some flow has more than one SSRC
        order = np.lexsort((ssrc, flow))
        change = (np.diff(flow[order]) != 0) | (np.diff(ssrc[order].astype(np.int64)) != 0)
    return order, np.concatenate(([0], np.flatnonzero(change) + 1, [len(flow)]))


def _gathered(
    datagrams: Datagrams, chosen: Indices, order: Indices, headers: Structured, spans: tuple[Indices, Indices]
) -> RtpPackets:
    """Fields are taken apart before they are put in order: whole headers take five times as long to move."""
    kinds, ordered = headers["type"].astype(np.uint8)[order], chosen[order]
    return RtpPackets(
        times_s=datagrams.times_s[ordered],
        sequence=headers["sequence"].astype(np.uint16)[order],
        timestamps=headers["timestamp"].astype(np.uint32)[order],
        payload_types=kinds & np.uint8(0x7F),
        markers=kinds >= 0x80,
        data=datagrams.data,
        starts=spans[0][order],
        lengths=spans[1][order],
        header_starts=datagrams.starts[ordered],
        packet_lengths=datagrams.lengths[ordered],
    )
