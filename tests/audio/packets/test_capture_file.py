from __future__ import annotations

import gzip
import os
import shutil
import struct
import subprocess
import tracemalloc
from pathlib import Path

import pytest

from audio.packets.batch import PacketBatch
from audio.packets.capture_file import CaptureLimits, read_capture
from models.errors import CaptureError
from tests.audio.packets.wire import block, enhanced, ethernet, interface, ipv4, pcap, section, udp

FRAMES = [ethernet(ipv4(udp(bytes([i]) * (20 + i)))) for i in range(5)]
PACKETS = [(1_700_000_000.25 + i, frame) for i, frame in enumerate(FRAMES)]
CAPTURES = Path(__file__).parents[4] / "shared" / "sip" / "captures"
SMALL = CaptureLimits(chunk_bytes=4096)


def packets(batch: PacketBatch) -> list[tuple[float, bytes]]:
    ends = zip(batch.times_s.tolist(), batch.starts.tolist(), batch.lengths.tolist(), strict=True)
    return [(at_s, batch.data[start : start + length].tobytes()) for at_s, start, length in ends]


def read(
    content: bytes, tmp_path: Path, limits: CaptureLimits = SMALL
) -> tuple[list[tuple[int, float, bytes]], list[str]]:
    """Every packet with its link type, and the notes."""
    path = tmp_path / "capture"
    path.write_bytes(content)
    stream = read_capture(path, limits)
    return [(batch.link_type, *packet) for batch in stream.batches for packet in packets(batch)], stream.notes


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_a_pcap_is_read_in_either_byte_order_and_precision(order: str, nanoseconds: bool, tmp_path: Path) -> None:
    content = pcap(PACKETS, 113, order=order, nanoseconds=nanoseconds)

    assert read(content, tmp_path) == ([(113, *packet) for packet in PACKETS], [])


def test_kuznetzovs_old_pcap_has_longer_headers(tmp_path: Path) -> None:
    head = struct.pack("<IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1)
    record = struct.pack("<IIIIIHBB", 7, 500_000, len(FRAMES[0]), len(FRAMES[0]), 1, 0, 0, 0) + FRAMES[0]

    assert read(head + record * 2, tmp_path) == ([(1, 7.5, FRAMES[0])] * 2, [])


def test_a_frame_check_sequence_in_the_link_type_is_not_of_the_link_type(tmp_path: Path) -> None:
    content = pcap(PACKETS[:1], 0x1400_0001)

    assert read(content, tmp_path)[0][0][0] == 1


@pytest.mark.parametrize("chunk_bytes", [1, 7, 100, 1 << 20])
def test_chunks_of_any_size_give_the_same_packets(chunk_bytes: int, tmp_path: Path) -> None:
    content = pcap(PACKETS * 3)

    assert read(content, tmp_path, CaptureLimits(chunk_bytes))[0] == [(1, *packet) for packet in PACKETS * 3]


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_capture_cut_short_gives_what_is_whole_and_says_so(cut: int, tmp_path: Path) -> None:
    found, notes = read(pcap(PACKETS)[:-cut], tmp_path)

    assert found == [(1, *packet) for packet in PACKETS[:4]]
    assert notes == ["truncated"]


def test_a_length_that_cannot_be_ends_the_capture_there(tmp_path: Path) -> None:
    content = pcap(PACKETS) + struct.pack("<IIII", 0, 0, 0x7FFF_FFFF, 0) + bytes(100)

    assert read(content, tmp_path) == ([(1, *packet) for packet in PACKETS], ["damaged"])


@pytest.mark.parametrize("order", "<>")
def test_a_pcapng_has_interfaces_of_several_link_types_and_clocks(order: str, tmp_path: Path) -> None:
    content = section(order)
    content += interface(1, order=order)
    content += interface(113, [(2, b"eth1"), (9, b"\x09"), (0, b"")], order)
    content += interface(101, [(9, b"\x8a"), (14, struct.pack(f"{order}q", 1000))], order)
    content += enhanced(2_500_000, FRAMES[0], 0, order)
    content += enhanced(1_700_000_000_123_456_789, FRAMES[1], 1, order)
    content += enhanced(1536, FRAMES[2], 2, order)
    found, notes = read(content, tmp_path)

    assert found[0] == (1, 2.5, FRAMES[0])
    assert found[1][0] == 113
    assert found[1][1] == pytest.approx(1_700_000_000.123456789, abs=3e-7)
    assert (101, 1001.5, FRAMES[2]) in found
    assert notes == []


def test_packets_of_two_link_types_keep_their_order_to_a_quarter_second(tmp_path: Path) -> None:
    content = section() + interface(1) + interface(113)
    content += b"".join(enhanced(i * 10_000, FRAMES[0], i % 2) for i in range(1000))
    found, _ = read(content, tmp_path, CaptureLimits())

    assert len(found) == 1000
    latest_s = 0.0
    for _, at_s, _ in found:
        assert at_s > latest_s - 0.25
        latest_s = max(latest_s, at_s)


def test_a_second_section_begins_anew_with_its_own_byte_order_and_interfaces(tmp_path: Path) -> None:
    first = section("<") + interface(1) + enhanced(10**6, FRAMES[0])
    second = section(">") + interface(113, order=">") + enhanced(2 * 10**6, FRAMES[1], 0, ">")

    assert read(first + second, tmp_path)[0] == [(1, 1.0, FRAMES[0]), (113, 2.0, FRAMES[1])]


def test_simple_and_old_packets_and_blocks_of_other_kinds_are_understood(tmp_path: Path) -> None:
    frame = FRAMES[0]
    old = struct.pack("<HHIIII", 0, 3, 0, 1_500_000, len(frame), len(frame)) + frame
    simple = struct.pack("<I", len(frame) + 1000) + frame
    content = section() + interface(1, snap=len(frame)) + block(2, old) + block(0x0BAD, bytes(30)) + block(3, simple)

    assert read(content, tmp_path) == ([(1, 1.5, frame), (1, 1.5, frame)], [])


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(enhanced(1, FRAMES[1], 5), id="an interface that was never named"),
        pytest.param(enhanced(1, FRAMES[1])[:-4] + struct.pack("<I", 99), id="lengths that do not agree"),
        pytest.param(struct.pack("<III", 6, 8, 8), id="a block shorter than itself"),
        pytest.param(struct.pack("<II", 6, 0xFFFF_FFFC) + bytes(50), id="a block of four gigabytes"),
        pytest.param(block(6, struct.pack("<IIIII", 0, 0, 1, 5000, 5000) + bytes(8)), id="more bytes than the block"),
        pytest.param(block(6, bytes(4)), id="a packet without a head"),
        pytest.param(block(1, bytes(2)), id="an interface without a head"),
        pytest.param(block(1, struct.pack("<HHIHH", 1, 0, 0, 9, 1) + b"\x7f\0\0\0"), id="a clock beyond belief"),
        pytest.param(block(0x0A0D0D0A, b"\1\2\3\4" + bytes(12)), id="a section of no byte order"),
    ],
)
def test_damage_in_a_pcapng_ends_it_there(wrong: bytes, tmp_path: Path) -> None:
    content = section() + interface(1) + enhanced(10**6, FRAMES[0])
    found, notes = read(content + wrong + enhanced(1, FRAMES[2]), tmp_path)

    assert found == [(1, 1.0, FRAMES[0])]
    assert notes == ["damaged"]


@pytest.mark.parametrize("cut", [1, 4, 11, 12, 40, 80])
def test_a_pcapng_cut_short_says_so(cut: int, tmp_path: Path) -> None:
    content = section() + interface(1) + enhanced(10**6, FRAMES[0]) + enhanced(10**6, FRAMES[1])

    assert read(content[:-cut], tmp_path) == ([(1, 1.0, FRAMES[0])], ["truncated"])


def test_gzip_of_several_members_and_padding_is_unpacked(tmp_path: Path) -> None:
    content = pcap(PACKETS)
    packed = gzip.compress(content[:100]) + gzip.compress(b"") + gzip.compress(content[100:]) + bytes(1000)

    assert read(packed, tmp_path) == ([(1, *packet) for packet in PACKETS], [])


def test_gzip_cut_short_gives_what_was_whole(tmp_path: Path) -> None:
    content = pcap([(at_s, os.urandom(500)) for at_s, _ in PACKETS * 20])
    found, notes = read(gzip.compress(content)[: len(content) // 2], tmp_path)

    assert 40 <= len(found) <= 60  # of 100
    assert notes == ["truncated"]


@pytest.mark.parametrize("tail", [b"rubbish", b"\x1f\x8b\x08rubbish"])
def test_rubbish_after_gzip_is_told(tail: bytes, tmp_path: Path) -> None:
    found, notes = read(gzip.compress(pcap(PACKETS)) + tail, tmp_path)

    assert len(found) == 5
    assert notes in (["damaged"], ["truncated"])


def test_a_bomb_is_defused(tmp_path: Path) -> None:
    limits = CaptureLimits(chunk_bytes=4096, max_unpacked_bytes=100_000)
    bomb = gzip.compress(pcap([(1.0, bytes(1000))] * 10_000))
    found, notes = read(bomb, tmp_path, limits)

    assert len(found) < 100
    assert notes == ["too_big"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"RIFF....WAVE", "not_capture"), (b"\xd4", "not_capture"), (gzip.compress(b"x"), "not_capture")],
)
def test_what_is_no_capture_is_refused_by_name(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as caught:
        read(content, tmp_path)

    assert caught.value.code == code


def test_a_file_that_is_gone_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as caught:
        read_capture(tmp_path / "nothing.pcap")

    assert caught.value.code == "vanished"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as caught:
        read_capture(tmp_path)

    assert caught.value.code == "unreadable"


def test_memory_does_not_grow_with_the_capture(tmp_path: Path) -> None:
    path = tmp_path / "big.pcap"
    record = pcap([(1.0, bytes(1000))])[24:]
    path.write_bytes(pcap([]) + record * 40_000)
    tracemalloc.start()
    try:
        total = sum(len(batch.starts) for batch in read_capture(path, CaptureLimits(chunk_bytes=1 << 20)).batches)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert total == 40_000
    assert peak < 6 << 20


def tshark(path: Path) -> list[tuple[float, int]]:
    """Time and captured length of every packet."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    fields = ["-e", "frame.time_epoch", "-e", "frame.cap_len"]
    said = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", *fields], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    return [(float(line.split("\t")[0]), int(line.split("\t")[1])) for line in said.splitlines()]


def assert_same(found: list[tuple[float, int]], expected: list[tuple[float, int]]) -> None:
    assert [length for _, length in found] == [length for _, length in expected]
    assert max(abs(a - b) for (a, _), (b, _) in zip(found, expected, strict=True)) < 1e-6


@pytest.mark.parametrize("form", ["pcap", "nsecpcap", "pcapng", "modpcap", "pcapng.gz"])
def test_tshark_reads_the_same_from_every_form(form: str, tmp_path: Path) -> None:
    if shutil.which("editcap") is None:
        pytest.skip("editcap is not installed")
    source = tmp_path / "source.pcap"
    source.write_bytes(pcap(PACKETS * 40))
    path = tmp_path / "converted"
    subprocess.run(["editcap", "-F", form.removesuffix(".gz"), source, path], check=True, timeout=60)
    if form.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    stream = read_capture(path)
    found = [(at_s, len(frame)) for batch in stream.batches for at_s, frame in packets(batch)]

    assert stream.notes == []
    assert_same(found, tshark(path))


@pytest.mark.parametrize("name", ["dev-03", "dev-15"])
def test_tshark_sees_the_same_packets_in_real_captures(name: str) -> None:
    path = CAPTURES / f"{name}.pcap"
    if not path.exists():
        pytest.skip("../shared is not here: no real captures")
    found = [(at_s, len(frame)) for batch in read_capture(path).batches for at_s, frame in packets(batch)]

    assert_same(found, tshark(path))
