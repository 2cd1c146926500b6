from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from audio.packets.capture_file import CaptureLimits
from audio.packets.capture_files import FoundCapture, Grouping, NotCapture, find_captures, read_found
from audio.packets.voipmonitor import spooled_calls
from models.errors import CaptureError
from tests.audio.packets.test_capture_file import packets
from tests.audio.packets.wire import enhanced, interface, pcap, section

ONE = pcap([(1.0, b"one")])
TWO = pcap([(2.0, b"two"), (4.0, b"four")])
THREE = pcap([(1.5, b"x"), (3.0, b"three")])


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def tar(*members: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.GNU_FORMAT) as file:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return whole.getvalue()


def read(found: FoundCapture, scratch: Path) -> dict[str, tuple[list[bytes], list[str]]]:
    """By name: the frames, and the notes."""
    streams = {}
    for name, stream in read_found(found, scratch):
        streams[name] = ([frame for batch in stream.batches for _, frame in packets(batch)], stream.notes)
    return streams


def test_captures_are_found_by_their_bytes_in_folders_of_folders(tmp_path: Path) -> None:
    first = put(tmp_path / "a" / "one.pcap", ONE)
    second = put(tmp_path / "a" / "b" / "two.cap", section() + interface() + enhanced(1, b"x"))
    third = put(tmp_path / "c.gz", gzip.compress(TWO))
    fourth = put(tmp_path / "no-suffix", ONE)
    put(tmp_path / "notes.txt", b"nothing")
    put(tmp_path / ".hidden.pcap", ONE)
    wrong = put(tmp_path / "wrong.pcap", b"RIFF")
    empty = put(tmp_path / "z-empty.pcap", b"")
    found = find_captures([tmp_path])

    assert {capture.files for capture in found.captures} == {(first,), (second,), (third,), (fourth,)}
    assert found.skipped == (NotCapture(wrong, "not_capture"), NotCapture(empty, "empty"))


def test_a_file_given_by_name_is_taken_or_told(tmp_path: Path) -> None:
    paper, gone = put(tmp_path / "notes.txt", b"nothing"), tmp_path / "gone.pcap"

    assert find_captures([paper, gone]).skipped == (NotCapture(paper, "not_capture"), NotCapture(gone, "vanished"))


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = put(tmp_path / "one.pcap", ONE)
    found = find_captures([path, tmp_path])

    assert [read(capture, tmp_path) for capture in found.captures] == [{"one": ([b"one"], [])}]


def test_a_loop_of_links_is_walked_once(tmp_path: Path) -> None:
    put(tmp_path / "a" / "one.pcap", ONE)
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a", target_is_directory=True)

    assert len(find_captures([tmp_path]).captures) == 1


def test_files_of_a_ring_are_one_capture_in_order(tmp_path: Path) -> None:
    put(tmp_path / "ring_00002_20261122120500.pcap", TWO)
    put(tmp_path / "ring_00001_20261122120000.pcap", ONE)
    put(tmp_path / "other_00001_20261122120000.pcap", THREE)
    found = find_captures([tmp_path])

    assert [read(capture, tmp_path) for capture in found.captures] == [
        {"other_00001_20261122120000": ([b"x", b"three"], [])},
        {"ring_00001_20261122120000": ([b"one", b"two", b"four"], [])},
    ]


def test_signalling_and_media_of_a_call_are_read_in_order_of_time(tmp_path: Path) -> None:
    put(tmp_path / "2026-11-22" / "10" / "05" / "SIP" / "id@host.pcap", TWO)
    put(tmp_path / "2026-11-22" / "10" / "05" / "RTP" / "id@host.pcap", THREE)
    (capture,) = find_captures([tmp_path]).captures

    assert capture.grouping is Grouping.HALVES
    assert read(capture, tmp_path) == {"id@host": ([b"x", b"two", b"three", b"four"], [])}


@pytest.mark.parametrize("packed", [False, True])
def test_a_minutes_spool_gives_its_calls_one_by_one(packed: bool, tmp_path: Path) -> None:
    pack = gzip.compress if packed else bytes
    suffix = "tar.gz" if packed else "tar"
    minute = tmp_path / "2026-11-22" / "10" / "05"
    sip = tar(("a@x.pcap_1", TWO[:50]), ("b@x.pcap_1", ONE), ("a@x.pcap_2", TWO[50:]))
    put(minute / "SIP" / f"sip_2026-11-22-10-05.{suffix}", pack(sip))
    put(minute / "RTP" / "rtp_2026-11-22-10-05.tar", tar(("a@x.pcap#1", gzip.compress(THREE)), ("c@x.pcap", ONE)))
    put(minute / "GRAPH" / "graph_2026-11-22-10-05.tar", b"")
    spool = next(one for one in find_captures([tmp_path]).captures if one.grouping is Grouping.TARS)

    assert len(spool.files) == 2
    assert read(spool, tmp_path) == {
        "a@x": ([b"x", b"two", b"three", b"four"], []),
        "b@x": ([b"one"], []),
        "c@x": ([b"one"], []),
    }
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_names_in_a_tar_are_names_only(tmp_path: Path) -> None:
    path = put(tmp_path / "in" / "evil.tar", tar(("../../../evil.pcap", ONE), ("/etc/passwd.pcap", TWO)))
    calls = {name: list(stream.batches) for name, stream in spooled_calls([path], tmp_path)}

    assert set(calls) == {"evil", "passwd"}
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "in", path]


def test_what_is_no_capture_in_a_tar_is_told_with_the_rest_of_its_call(tmp_path: Path) -> None:
    sip, rtp = put(tmp_path / "sip.tar", tar(("a.pcap", ONE))), put(tmp_path / "rtp.tar", tar(("a.pcap", b"LZO\0....")))
    ((name, stream),) = [(name, stream) for name, stream in spooled_calls([sip, rtp], tmp_path)]

    assert (name, stream.notes) == ("a", ["not_capture"])


@pytest.mark.parametrize("cut", [1500, 1024, 700, 600])
def test_a_tar_cut_short_gives_what_is_there(cut: int, tmp_path: Path) -> None:
    whole = tar(("a.pcap", ONE), ("b.pcap", ONE + bytes(16) * 60))[:-7000]
    path = put(tmp_path / "cut.tar", whole[:cut])
    calls = [
        (name, sum(len(batch.starts) for batch in stream.batches), stream.notes)
        for name, stream in spooled_calls([path], tmp_path)
    ]

    assert ("a", 1) in [call[:2] for call in calls] or calls[0][0] == "a"
    assert all("truncated" in notes for *_, notes in calls) or cut == 1024


def test_a_tar_of_rubbish_headers_ends_with_a_note(tmp_path: Path) -> None:
    path = put(tmp_path / "bad.tar", tar(("a.pcap", ONE))[:1024] + os.urandom(5000))
    ((_, stream),) = [(name, stream) for name, stream in spooled_calls([path], tmp_path)]

    assert stream.notes == ["damaged"]


def test_a_packed_tar_that_is_a_bomb_fills_no_disk(tmp_path: Path) -> None:
    path = put(tmp_path / "bomb.tar.gz", gzip.compress(tar(("a.pcap", ONE), ("b.pcap", bytes(10**6)))))
    limits = CaptureLimits(max_unpacked_bytes=10_000)
    ((_, stream),) = [(name, stream) for name, stream in spooled_calls([path], tmp_path, limits) if name == "a"]

    assert "too_big" in stream.notes or "truncated" in stream.notes


def test_a_scratch_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    path = put(tmp_path / "a.tar.gz", gzip.compress(tar(("a.pcap", ONE))))
    with pytest.raises(CaptureError) as caught:
        list(spooled_calls([path], tmp_path / "gone"))

    assert caught.value.code == "no_space"


def test_the_metadata_of_rtpengine_goes_with_its_pcap(tmp_path: Path) -> None:
    put(tmp_path / "pcaps" / "id-0123456789abcdef.pcap", ONE)
    put(tmp_path / "pcaps" / "live-0123456789abcdef.pcap", ONE)
    metadata = put(tmp_path / "metadata" / "rtpengine-meta-id-0123456789abcdef.txt", b"...")
    ended, live = find_captures([tmp_path]).captures

    assert (ended.metadata, live.metadata) == (metadata, None)
