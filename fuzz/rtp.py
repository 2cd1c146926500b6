# ruff: noqa: INP001  # a script, not a package
"""Random datagrams through the readers of RTP and RTCP and through the figures.

`python fuzz/rtp.py -max_total_time=300`; needs atheris. An input is a string of datagrams, each led by two bytes: what
it is made to look like, and its length.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["audio"]):
    from audio.packets.batch import Datagrams, Flow
    from audio.rtp.figures import StreamFigures
    from audio.rtp.parsing import looks_like_rtcp, looks_like_rtp, rtp_packets
    from audio.rtp.round_trip import RoundTrips
    from audio.rtp.rtcp import read_rtcp
    from models.recording import Party

FLOWS = [Flow("192.0.2.1", 6000 + i, "192.0.2.2", 7000) for i in range(4)]
MOST = 64


def datagrams(data: bytes) -> Datagrams:
    """Mostly near RTP, so that the search is not spent on the first byte."""
    payloads: list[bytes] = []
    flow: list[int] = []
    at = 0
    while at + 2 <= len(data) and len(payloads) < MOST:
        kind, size = data[at], data[at + 1] % 80
        body = data[at + 2 : at + 2 + size]
        lead = b"" if kind & 3 == 0 else b"\x80\xc8" if kind & 3 == 1 else bytes([0x80 | kind >> 2 & 0x3F, 8])
        payloads.append(lead + body)
        flow.append(kind >> 6)
        at += 2 + size
    lengths = np.array([len(payload) for payload in payloads], np.int64)
    return Datagrams(
        data=np.frombuffer(b"".join(payloads), np.uint8),
        starts=np.cumsum(lengths) - lengths,
        lengths=lengths,
        times_s=np.arange(len(payloads)) * 0.02,
        flow=np.array(flow, np.int32),
        flows=FLOWS,
    )


def one(data: bytes) -> None:
    batch = datagrams(data)
    if (looks_like_rtp(batch) & looks_like_rtcp(batch)).any():
        raise AssertionError("both RTP and RTCP")
    parsed = rtp_packets(batch)
    for _, packets in parsed.streams:
        if (packets.lengths < 0).any() or (packets.starts + packets.lengths > len(batch.data)).any():
            raise AssertionError("a payload outside its datagram")
        whole, halves = StreamFigures(), StreamFigures()
        whole.add(packets)
        cut = len(data) % (len(packets) + 1)
        halves.add(packets.part(0, cut))
        halves.add(packets.part(cut, len(packets)))
        found = whole.figures(Party.BOTH)
        if found != halves.figures(Party.BOTH):
            raise AssertionError("figures depend on the batches")
        if found.lost < 0 or found.packets + found.duplicated > len(packets) or not 1 <= (found.mos or 1) <= 4.5:
            raise AssertionError("a figure out of its range")
    trips = RoundTrips()
    for index in range(len(batch.starts)):
        trips.feed(float(batch.times_s[index]), FLOWS[batch.flow[index]], read_rtcp(batch.payload(index)).packets)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
