# ruff: noqa: INP001  # a script, not a package
"""Random bytes through the readers of captures, frames, streams, HEP, tars and rtpengine's metadata.

`python fuzz/packets.py -max_total_time=300`; needs atheris. The first byte of an input chooses the reader.
"""

from __future__ import annotations

import io
import struct
import sys
import tempfile
from pathlib import Path

import atheris
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["audio"]):
    from audio.packets.batch import Flow, PacketBatch, TcpSegment
    from audio.packets.capture_file import CaptureLimits, captured
    from audio.packets.frames import FrameDecoder
    from audio.packets.hep import read_hep
    from audio.packets.rtpengine import parse_metadata
    from audio.packets.sip_framing import FramingLimits, SipFraming
    from audio.packets.tar_members import members
    from audio.packets.tcp_streams import TcpLimits, TcpStreams
    from audio.packets.unpacking import unpacked
    from audio.packets.voipmonitor import spooled_calls
    from models.errors import CaptureError

FLOW = Flow("192.0.2.1", 5060, "192.0.2.2", 5060)
LINK_TYPES = (1, 113, 276, 0, 108, 101, 228, 229)
LIMITS = CaptureLimits(chunk_bytes=512, max_unpacked_bytes=1 << 20)
MOST_FRAMES = 32


def check(holds: bool, what: str) -> None:  # noqa: FBT001 # reads as a sentence
    if not holds:
        raise AssertionError(what)


def cut(data: bytes) -> list[bytes]:
    """Pieces, each led by its length."""
    pieces, at = [], 0
    while at < len(data) and len(pieces) < MOST_FRAMES:
        pieces.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return pieces


def decode(decoder: FrameDecoder, batch: PacketBatch) -> None:
    found = decoder.decode(batch)
    datagrams = found.datagrams
    check(bool((datagrams.starts + datagrams.lengths <= len(datagrams.data)).all()), "a payload outside the data")
    check(len(datagrams.starts) + len(found.segments) + found.unreadable <= len(batch.starts), "more than came")
    streams = TcpStreams(TcpLimits(max_waiting_bytes=2000))
    for segment in found.segments:
        streams.feed(segment)


def capture(data: bytes, magic: bytes) -> None:
    decoder = FrameDecoder()
    try:
        stream = captured(unpacked(io.BytesIO(magic + data), LIMITS.max_unpacked_bytes), LIMITS)
    except CaptureError:
        return
    for batch in stream.batches:
        check(bool((batch.starts + batch.lengths <= len(batch.data)).all()), "a frame outside the data")
        check(bool(np.isfinite(batch.times_s).all()), "no time")
        decode(decoder, batch)


def frames(data: bytes, kind: int) -> None:
    pieces = cut(data)
    lengths = np.array([len(piece) for piece in pieces], np.int64)
    content = np.frombuffer(b"".join(pieces), np.uint8)
    times_s = np.arange(len(pieces), dtype=np.float64)
    decode(
        FrameDecoder(max_flows=8),
        PacketBatch(LINK_TYPES[kind % len(LINK_TYPES)], content, np.cumsum(lengths) - lengths, lengths, times_s),
    )


def stream(data: bytes) -> None:
    streams = TcpStreams(TcpLimits(max_waiting_bytes=500, framing=FramingLimits(200, 400)))
    for at, piece in enumerate(cut(data)):
        flags, sequence = (piece[0], piece[1]) if len(piece) > 1 else (0, at)
        segment = TcpSegment(at / 4, FLOW, sequence, flags & 7 == 7, flags & 15 == 14, flags & 31 == 29, piece[2:])
        for message in streams.feed(segment):
            check(len(message.data) <= 400, "a message over its limit")
    streams.tick(1e6)


def framing(data: bytes) -> None:
    framer = SipFraming(FramingLimits(500, 900))
    given = sum(len(message) for piece in cut(data) for message in framer.feed(piece))
    check(given + framer.skipped_bytes <= len(data), "more bytes than came")
    check(len(framer._held) < 10_000, "too much kept")  # noqa: SLF001 # memory is what is checked


def hep(data: bytes) -> None:
    try:
        read_hep(b"HEP3" + struct.pack("!H", 6 + len(data)) + data)
    except CaptureError:
        return


def tar(data: bytes) -> None:
    for member in members(io.BytesIO(data)).members:
        check(member.at + member.size <= max(len(data), member.at), "a member outside the tar")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.tar")
        path.write_bytes(data)
        for _, found in spooled_calls([path], Path(folder), LIMITS):
            list(found.batches)


def metadata(data: bytes) -> None:
    try:
        parse_metadata("rtpengine-meta-x-0123456789abcdef.txt", "x.pcap\n" + data.decode("utf-8", "replace"))
    except CaptureError:
        return


def one(data: bytes) -> None:
    if not data:
        return
    kind, rest = data[0], data[1:]
    magics = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a", b"\x1f\x8b")
    readers = (stream, framing, hep, metadata)
    if kind < 96:
        frames(rest, kind)
    elif kind < 160:
        capture(rest, magics[kind % 4])
    elif kind < 250:
        readers[kind % 4](rest)
    else:
        tar(rest)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
