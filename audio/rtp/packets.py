"""RTP (RFC 3550) of one stream as arrays, in order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Flow, Indices, Times


@dataclass(frozen=True, slots=True)
class StreamKey:
    """SSRC alone is no key: sipp uses the same in both directions of a call."""

    flow: Flow
    ssrc: int


@dataclass(frozen=True, slots=True, eq=False)
class RtpPackets:
    """Packets of one stream. Payload i, without padding, is `data[starts[i] : starts[i] + lengths[i]]`."""

    times_s: Times
    sequence: npt.NDArray[np.uint16]
    timestamps: npt.NDArray[np.uint32]
    payload_types: npt.NDArray[np.uint8]
    markers: npt.NDArray[np.bool_]
    data: Bytes
    starts: Indices
    lengths: Indices
    header_starts: Indices
    """Where each packet's RTP header begins in `data`: SRTP needs the whole packet, `header_starts` to its end."""
    packet_lengths: Indices

    def __len__(self) -> int:
        return len(self.times_s)

    def part(self, start: int, stop: int) -> RtpPackets:
        """Packets `start` up to `stop` of these."""
        piece = slice(start, stop)
        return RtpPackets(
            self.times_s[piece],
            self.sequence[piece],
            self.timestamps[piece],
            self.payload_types[piece],
            self.markers[piece],
            self.data,
            self.starts[piece],
            self.lengths[piece],
            self.header_starts[piece],
            self.packet_lengths[piece],
        )
