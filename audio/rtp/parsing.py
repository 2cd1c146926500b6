"""RTP read out of datagrams (RFC 3550, 5.1), all of a batch at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import HEAD, Datagrams, Heads, Indices, heads_of
from audio.rtp.packets import RtpPackets, StreamKey

Mask = npt.NDArray[np.bool_]

_HEADER_BYTES = HEAD.itemsize
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
    mask, headers = _headers(datagrams, None)
    kind = headers["type"] & 0x7F
    fitting = (kind < _UNASSIGNED[0]) | (kind > _UNASSIGNED[1])
    mask[mask] = fitting
    chosen = np.flatnonzero(mask)
    _, lengths = _payloads(datagrams, chosen, headers["flags"][fitting])
    mask[chosen] = lengths >= 0
    return mask


def looks_like_rtcp(datagrams: Datagrams) -> Mask:
    """Which datagrams begin with an RTCP packet (RFC 3550, 6.4; RFC 5761) that fits its datagram."""
    return _rtcp(heads_of(datagrams), datagrams.lengths)


def _rtcp(heads: Heads, lengths: Indices) -> Mask:
    kind = heads["type"]
    mask: Mask = (kind >= _RTCP_KNOWN[0]) & (kind <= _RTCP_KNOWN[1]) & (lengths >= 8)
    if mask.any():
        words = heads["sequence"][mask].astype(np.int64)  # where RTP has its sequence number
        mask[mask] = (heads["flags"][mask] >> 6 == 2) & (4 * (words + 1) <= lengths[mask])
    return mask


def rtp_packets(datagrams: Datagrams, wanted: Mask | Indices | None = None) -> ParsedRtp:
    """The RTP among the datagrams (those of a mask or of ascending indices, or all), by flow and SSRC.

    RTCP that shares the port (RFC 5761) is passed over; what is neither is counted. Payloads stay in the batch's data.
    """
    asked = _indices(datagrams, wanted)
    mask, headers = _headers(datagrams, asked)
    chosen = asked[mask]
    starts, lengths = _payloads(datagrams, chosen, headers["flags"])
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


def _headers(datagrams: Datagrams, asked: Indices | None) -> tuple[Mask, Heads]:
    """Which of the datagrams (`None`: of all) have a header of version 2 that is not RTCP's, and those headers."""
    heads, lengths = heads_of(datagrams), datagrams.lengths
    if asked is not None and len(asked) < len(heads):
        heads, lengths = heads[asked], lengths[asked]
    kind = heads["type"]
    rtcp = (kind >= _RTCP_TYPES[0]) & (kind <= _RTCP_TYPES[1])
    mask: Mask = (lengths >= _HEADER_BYTES) & (heads["flags"] >> 6 == 2) & ~rtcp
    return mask, heads if mask.all() else heads[mask]


def _payloads(datagrams: Datagrams, chosen: Indices, flags: npt.NDArray[np.uint8]) -> tuple[Indices, Indices]:
    """Where payloads begin, and how long they are without padding; -1 where the header's lengths contradict."""
    data, begins = datagrams.data, datagrams.starts[chosen]
    ends = np.minimum(begins + datagrams.lengths[chosen], len(data))
    if not (flags & 0x3F).any():  # neither padding nor extension nor contributing sources: nearly always
        return begins + _HEADER_BYTES, np.maximum(ends - begins - _HEADER_BYTES, -1)
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
    return int(_rtcp(heads_of(datagrams)[asked], datagrams.lengths[asked]).sum()) if len(asked) else 0


def _grouped(flow: npt.NDArray[np.int32], ssrc: npt.NDArray[np.uint32]) -> tuple[Indices, Indices]:
    """An order that brings flow and SSRC together without upsetting arrival, and where each group begins and ends."""
    # numpy sorts 16-bit numbers by radix, ten times as fast as wider ones.
    order = np.argsort(flow.astype(np.uint16) if flow.max() < 1 << 16 else flow, kind="stable")
    by_flow, by_ssrc = flow[order], ssrc[order]
    other_flow = by_flow[1:] != by_flow[:-1]
    change = other_flow | (by_ssrc[1:] != by_ssrc[:-1])
    if np.count_nonzero(change) > np.count_nonzero(other_flow):  # some flow has more than one SSRC
        order = np.lexsort((ssrc, flow))
        change = (np.diff(flow[order]) != 0) | (np.diff(ssrc[order].astype(np.int64)) != 0)
    return order, np.concatenate(([0], np.flatnonzero(change) + 1, [len(flow)]))


def _gathered(
    datagrams: Datagrams, chosen: Indices, order: Indices, headers: Heads, spans: tuple[Indices, Indices]
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
