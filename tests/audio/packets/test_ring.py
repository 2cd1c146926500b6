from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.packets.ring import RingFollower, RingPosition
from audio.packets.ring_names import ring_name
from models.errors import CaptureError
from tests.audio.packets.test_capture_file import packets
from tests.audio.packets.wire import enhanced, interface, section

PORT = 21050
HEAD = section() + interface()


def name(number: int, time: int = 20261122120000) -> str:
    return f"ring_{number:05d}_{time + number}.pcapng"


def record(number: int) -> bytes:
    return enhanced(number * 10**6, b"packet %d" % number)


def new(follower: RingFollower) -> list[int]:
    """The numbers of the packets that came since the last time."""
    found = []
    while batches := follower.read():
        found += [int(frame.split()[1]) for batch in batches for _, frame in packets(batch)]
    return found


def numbers(follower: RingFollower) -> list[int]:
    """As `new`, of real frames: 14 + 20 + 8 bytes of heads."""
    found = []
    while batches := follower.read():
        found += [int(frame[42:].split()[1]) for batch in batches for _, frame in packets(batch)]
    return found


class Dumpcap:
    """Writes a ring; every file is newer than the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock_ns = 10**18

    def write(self, file: int, content: bytes) -> None:
        path = self.folder / name(file)
        with path.open("ab") as stream:
            stream.write(content)
        self.clock_ns += 10**6
        os.utime(path, ns=(self.clock_ns, self.clock_ns))


@pytest.fixture
def dumpcap(tmp_path: Path) -> Dumpcap:
    return Dumpcap(tmp_path)


@pytest.fixture
def follower(tmp_path: Path) -> RingFollower:
    return RingFollower(tmp_path / "ring.pcapng")


def test_files_are_read_as_they_grow_and_roll_over(dumpcap: Dumpcap, follower: RingFollower) -> None:
    assert new(follower) == []
    dumpcap.write(1, HEAD)
    assert new(follower) == []
    dumpcap.write(1, record(1) + record(2))
    assert new(follower) == [1, 2]
    dumpcap.write(1, record(3))
    dumpcap.write(2, HEAD + record(4))
    assert new(follower) == [3, 4]
    assert new(follower) == []
    assert follower.notes == {}


def test_half_a_packet_waits_for_its_other_half(dumpcap: Dumpcap, follower: RingFollower) -> None:
    dumpcap.write(1, (HEAD + record(1))[:-5])
    assert new(follower) == []
    dumpcap.write(1, record(1)[-5:])
    assert new(follower) == [1]


def test_a_follower_that_starts_late_reads_the_whole_ring_in_order(dumpcap: Dumpcap, follower: RingFollower) -> None:
    for file in (1, 2, 3):
        dumpcap.write(file, HEAD + record(file))

    assert new(follower) == [1, 2, 3]


def test_a_follower_goes_on_where_its_former_self_stood(dumpcap: Dumpcap, follower: RingFollower) -> None:
    dumpcap.write(1, HEAD + record(1))
    dumpcap.write(2, HEAD + record(2) + record(3))
    new(follower)
    position = follower.position
    dumpcap.write(2, record(4))
    dumpcap.write(3, HEAD + record(5))

    assert position == RingPosition(name(2), 2)
    assert new(RingFollower(dumpcap.folder / "ring.pcapng", position)) == [4, 5]


def test_files_overwritten_before_they_were_read_are_told(dumpcap: Dumpcap, follower: RingFollower) -> None:
    dumpcap.write(1, HEAD + record(1))
    new(follower)
    dumpcap.write(4, HEAD + record(4))

    assert new(follower) == [4]
    assert follower.notes == {"ring_overrun": 2}


def test_a_position_whose_file_is_gone_is_told(dumpcap: Dumpcap) -> None:
    dumpcap.write(5, HEAD + record(5))
    follower = RingFollower(dumpcap.folder / "ring.pcapng", RingPosition(name(1), 7))

    assert new(follower) == [5]
    assert follower.notes == {"ring_overrun": 1}


def test_a_file_deleted_while_it_is_read_is_read_to_its_end(dumpcap: Dumpcap, follower: RingFollower) -> None:
    dumpcap.write(1, HEAD + record(1))
    new(follower)
    dumpcap.write(1, record(2))
    (dumpcap.folder / name(1)).unlink()
    dumpcap.write(2, HEAD + record(3))

    assert new(follower) == [2, 3]


def test_the_night_when_summer_time_ends_loses_nothing(dumpcap: Dumpcap, follower: RingFollower) -> None:
    dumpcap.write(1, HEAD + record(1))
    new(follower)
    earlier = dumpcap.folder / "ring_00002_20261122110000.pcapng"
    earlier.write_bytes(HEAD + record(2))
    os.utime(earlier, ns=(2 * 10**18, 2 * 10**18))

    assert new(follower) == [2]


def test_a_damaged_file_is_told_and_the_next_one_read(dumpcap: Dumpcap, follower: RingFollower) -> None:
    dumpcap.write(1, HEAD + record(1) + b"\6\0\0\0\1\0\0\0" * 9)
    dumpcap.write(2, b"no capture")
    dumpcap.write(3, HEAD + record(3)[:-1])
    dumpcap.write(4, HEAD + record(4))

    assert new(follower) == [1, 4]
    assert follower.notes == {"damaged": 1, "not_capture": 1, "truncated": 1}


def test_files_of_other_rings_are_left_alone(dumpcap: Dumpcap, follower: RingFollower) -> None:
    (dumpcap.folder / "other_00001_20261122120000.pcapng").write_bytes(HEAD + record(9))
    (dumpcap.folder / "ring.pcapng").write_bytes(HEAD + record(9))

    assert new(follower) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as caught:
        RingFollower(tmp_path / "gone" / "ring.pcapng")

    assert caught.value.code == "vanished"


@pytest.mark.parametrize("name", ["a_b_00012_20261122120000.pcapng", "a_b_20261122120000_00012.pcapng"])
def test_both_orders_of_number_and_time_are_names_of_a_ring(name: str) -> None:
    ring = ring_name(name)

    assert ring is not None
    assert (ring.stem, ring.number, ring.suffix) == ("a_b", 12, ".pcapng")
    assert ring_name("a_b.pcapng") is None


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_however_it_is_written_each_packet_comes_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    dumpcap = Dumpcap(tmp_path_factory.mktemp("ring"))
    follower = RingFollower(dumpcap.folder / "ring.pcapng")
    found, number = [], 0
    for file in range(data.draw(st.integers(1, 4))):
        content = HEAD
        for _ in range(data.draw(st.integers(0, 4))):
            number += 1
            content += record(number)
        while content:
            size = data.draw(st.integers(1, len(content)))
            dumpcap.write(file + 1, content[:size])
            content = content[size:]
            if data.draw(st.booleans()):
                found += new(follower)

    assert found + new(follower) == list(range(1, number + 1))


def test_dumpcaps_own_ring_is_followed_live_and_each_packet_comes_once(tmp_path: Path) -> None:
    if shutil.which("dumpcap") is None:
        pytest.skip("dumpcap is not installed")
    # dumpcap may not write where others cannot; rings of many small files, so that it rolls over
    command = [
        "dumpcap",
        "-q",
        "-i",
        "lo",
        "-f",
        f"udp port {PORT}",
        "-b",
        "packets:40",
        "-w",
        tmp_path / "ring.pcapng",
    ]
    follower, found = RingFollower(tmp_path / "ring.pcapng"), []
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                if process.poll() is not None:
                    pytest.skip("dumpcap may not capture here")
                if any(path.stat().st_size for path in tmp_path.iterdir()):
                    break
                time.sleep(0.1)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for number in range(210):
                    sender.sendto(b"packet %d" % number, ("127.0.0.1", PORT))
                    if number % 30 == 0:
                        time.sleep(0.05)
                        found += numbers(follower)
            for _ in range(100):
                found += numbers(follower)
                if len(found) >= 210:
                    break
                time.sleep(0.1)
        finally:
            process.terminate()

    assert found == list(range(210))
    assert len(list(tmp_path.iterdir())) >= 5
    assert follower.notes == {}
