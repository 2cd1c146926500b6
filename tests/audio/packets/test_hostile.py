"""Whatever the bytes are: no crash, no hang, and the packets that are whole are there."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.packets.batch import PacketBatch
from audio.packets.capture_file import CaptureLimits, captured
from audio.packets.frames import FrameDecoder
from audio.packets.parsing import MAX_PACKET_BYTES
from audio.packets.sip_framing import SipFraming
from audio.packets.tar_members import members
from audio.packets.unpacking import PlainReader, unpacked
from models.errors import CaptureError
from tests.audio.packets.test_capture_files import ONE, tar
from tests.audio.packets.test_frames import ARP, INVITE, PACKET, PACKET_6
from tests.audio.packets.wire import (
    batch,
    enhanced,
    ethernet,
    fragments_v4,
    fragments_v6,
    gre,
    interface,
    ipv4,
    pcap,
    section,
    sll,
    tcp,
    udp,
    vxlan,
)

FRAMES = [
    *(
        ethernet(PACKET),
        ethernet(PACKET, 0x8100),
        ethernet(PACKET, 0x88A8, 0x8100),
        ethernet(PACKET_6),
        sll(PACKET),
        ARP,
    ),
    *(ethernet(vxlan(ethernet(PACKET))), ethernet(gre(ethernet(PACKET), 0x88BE, sequence=True, header=bytes(8)))),
    *map(ethernet, fragments_v4(udp(bytes(100)), 56)),
    *map(ethernet, fragments_v6(udp(bytes(100)), 56)),
    *(ethernet(ipv4(tcp(INVITE), 6)), ethernet(ipv4(tcp(INVITE, sport=9, dport=8), 6))),
]
NG = section() + interface() + interface(113) + b"".join(enhanced(i, frame, i % 2) for i, frame in enumerate(FRAMES))
CAPTURES = [pcap([(float(i), frame) for i, frame in enumerate(FRAMES)], order=order) for order in "<>"] + [NG]


def spoilt(data: st.DataObject, content: bytes) -> bytes:
    """Some bytes changed, and perhaps cut."""
    found = bytearray(content)
    for _ in range(data.draw(st.integers(0, 8))):
        found[data.draw(st.integers(0, len(found) - 1))] = data.draw(st.integers(0, 255))
    return bytes(found[: data.draw(st.integers(0, len(found)))])


class Memory:
    """A file that is never on a disk."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def readinto(self, buffer: memoryview) -> int:
        found = self.rest[: len(buffer)]
        buffer[: len(found)] = found
        self.rest = self.rest[len(found) :]
        return len(found)


def read(content: bytes) -> tuple[list[PacketBatch], list[str]]:
    reader = PlainReader(Memory(content))  # type: ignore[arg-type]  # as much of a file as is asked for
    try:
        stream = captured(reader, CaptureLimits(chunk_bytes=1000))
    except CaptureError as error:
        return [], [error.code]
    return list(stream.batches), stream.notes


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_spoilt_captures_give_packets_within_bounds(data: st.DataObject) -> None:
    batches, notes = read(spoilt(data, data.draw(st.sampled_from(CAPTURES))))
    decoder = FrameDecoder()

    assert set(notes) <= {"truncated", "damaged", "not_capture", "empty"}
    for one in batches:
        assert (one.starts >= 0).all()
        assert (one.lengths <= MAX_PACKET_BYTES).all()
        assert (one.starts + one.lengths <= len(one.data)).all()
        assert np.isfinite(one.times_s).all()
        decoder.decode(one)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a"]), st.binary(max_size=300))
def test_any_bytes_behind_a_magic_are_read_or_told(magic: bytes, rest: bytes) -> None:
    batches, notes = read(magic + rest)

    assert batches or notes or not rest[24:]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_spoilt_frames_never_break_the_decoder_and_payloads_lie_within_the_data(data: st.DataObject) -> None:
    frames = [spoilt(data, frame) for frame in data.draw(st.lists(st.sampled_from(FRAMES), max_size=8))]
    link_type = data.draw(st.sampled_from([0, 1, 12, 101, 108, 113, 228, 229, 276, 999]))
    found = FrameDecoder().decode(batch(frames, link_type))
    datagrams = found.datagrams

    assert (datagrams.starts + datagrams.lengths <= len(datagrams.data)).all()
    assert (datagrams.lengths >= 0).all()
    assert len(datagrams.starts) + len(found.segments) + found.unreadable <= len(frames)
    assert all(datagrams.flows[index].source for index in datagrams.flow.tolist())


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_usual_frames_are_read_the_same_one_by_one_and_all_at_once(data: st.DataObject) -> None:
    """The fast path and the careful one are two readers of the same bytes, and must agree."""
    usual = st.sampled_from([*FRAMES[:3], FRAMES[6]])
    frames = [spoilt(data, frame) for frame in data.draw(st.lists(usual, max_size=8))]
    fast = FrameDecoder().decode(batch(frames))
    careful = FrameDecoder()
    careful_found, unreadable = [], 0
    for frame in frames:
        try:
            view = memoryview(frame)
            carried = careful._odd.read(view, (0, len(frame)), 1, 1.0)
        except CaptureError:
            unreadable += 1
            continue
        if carried is not None and carried.tcp is None:
            careful_found.append((carried.key, bytes(carried.buffer[carried.start : carried.start + carried.length])))

    assert fast.unreadable == unreadable
    assert [fast.datagrams.payload(row) for row in range(len(fast.datagrams.starts))] == [
        what for _, what in careful_found
    ]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.binary(max_size=200), st.sampled_from([INVITE, INVITE[:30], b"\r\n", b"l: 9\r\n\r\n"]))))
def test_any_stream_of_bytes_is_framed_or_passed_over(parts: list[bytes]) -> None:
    framing = SipFraming()
    found = [message for part in parts for message in framing.feed(part)]

    assert sum(map(len, found)) + framing.skipped_bytes <= sum(map(len, parts))
    assert all(b" SIP/2.0" in message or message.startswith(b"SIP/2.0 ") for message in found)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_spoilt_tars_have_members_within_their_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = spoilt(data, tar(("a.pcap", ONE), ("b" * 150 + ".pcap", ONE))[:6000])
    path = tmp_path_factory.getbasetemp() / "spoilt.tar"
    path.write_bytes(content)
    with path.open("rb") as file:
        index = members(file)

    assert all(one.at >= 0 and one.at + max(one.size, 0) <= max(len(content), one.at) for one in index.members)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=100))
def test_any_gzip_comes_to_an_end(tmp_path_factory: pytest.TempPathFactory, rest: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt.gz"
    path.write_bytes(b"\x1f\x8b" + rest)
    with path.open("rb", buffering=0) as file:
        reader = unpacked(file, 10_000)
        buffer = memoryview(bytearray(1000))
        for _ in range(200):
            if not reader.readinto(buffer):
                break
        else:
            pytest.fail("it never ends")

    assert reader.damage


def test_a_flood_of_everything_keeps_memory_bounded(tmp_path: Path) -> None:
    decoder = FrameDecoder(max_flows=500)
    tracemalloc.start()
    try:
        peaks = []
        for round_number in range(4):
            frames = [ethernet(ipv4(udp(bytes(20), round_number, port))) for port in range(800)]
            frames += [ethernet(ipv4(bytes(800), flags=0x2000, ident=ident)) for ident in range(1100)]
            frames += [ethernet(ipv4(tcp(INVITE, sport=port, dport=round_number), 6)) for port in range(800)]
            flood = batch(frames, times_s=[float(round_number)] * len(frames))
            del frames
            decoder.decode(flood)
            del flood
            peaks.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    assert peaks[-1] < 1.5 * peaks[1]
