"""What tshark, which has read every protocol for decades, sees in the same bytes."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from audio.packets.capture_file import read_capture
from audio.packets.frames import FrameDecoder
from audio.packets.tcp_streams import TcpStreams
from tests.audio.packets.test_interface import WANTED
from tests.audio.packets.test_tcp_streams import BYE, INVITE, OK
from tests.audio.packets.wire import CALLEE, CALLER, ethernet, fragments_v4, fragments_v6, ipv4, pcap, tcp, told, udp

CAPTURES = Path(__file__).parents[4] / "shared" / "sip" / "captures"
Datagram = tuple[str, str, str, str, int]


def tshark(path: Path, *options: str) -> list[list[str]]:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    said = subprocess.run(
        ["tshark", "-r", path, *options], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    return [line.split("\t") for line in said.splitlines()]


def udp_of_tshark(path: Path) -> Counter[Datagram]:
    """Innermost addresses, ports and payload length of every whole datagram."""
    names = ("ip.src", "ipv6.src", "udp.srcport", "ip.dst", "ipv6.dst", "udp.dstport", "udp.length")
    fields = [option for name in names for option in ("-e", name)]
    rows = tshark(path, "-Y", "udp", "-T", "fields", "-E", "occurrence=l", *fields)
    # of a packet inside another kind of packet both address fields are filled: none of those is in these captures
    return Counter((a or a6, sport, b or b6, dport, int(size) - 8) for a, a6, sport, b, b6, dport, size in rows)


def udp_of_ours(path: Path) -> Counter[Datagram]:
    decoder = FrameDecoder()
    found = [one for batch in read_capture(path).batches for one in told(decoder.decode(batch))]
    return Counter((a, str(sport), b, str(dport), len(payload)) for a, sport, b, dport, payload in found)


@pytest.mark.parametrize("name", ["dev-03-lossy", "dev-13"])
def test_every_datagram_of_real_captures_is_found(name: str) -> None:
    path = CAPTURES / f"{name}.pcap"
    if not path.exists():
        pytest.skip("../shared is not here: no real captures")

    assert udp_of_ours(path) == udp_of_tshark(path)


def test_every_wrapping_and_all_fragments_are_seen_alike(tmp_path: Path) -> None:
    ends_6 = ("2001:db8::1", "2001:db8::2")
    frames = [frame for name, frame in WANTED.items() if "fragment" not in name]
    frames += map(ethernet, fragments_v4(udp(bytes(range(250)) * 12, 5060, 5060, (CALLER, CALLEE)), 1024)[::-1])
    frames += map(ethernet, fragments_v6(udp(bytes(range(250)) * 12, 5060, 5060, ends_6), 1024))
    path = tmp_path / "all.pcap"
    path.write_bytes(pcap([(1.0 + i / 100, frame) for i, frame in enumerate(frames)]))

    assert udp_of_ours(path) == udp_of_tshark(path)


def test_sip_over_tcp_is_framed_alike(tmp_path: Path) -> None:
    whole = INVITE + OK + BYE  # without keep-alives, which tshark 4.0 takes for the rest of a message
    cuts = [(at, whole[at : at + 70]) for at in range(0, len(whole), 70)]
    cuts[1], cuts[2] = cuts[2], cuts[1]
    segments = [tcp(b"", 0, flags=2), *(tcp(part, 1 + at) for at, part in cuts), tcp(cuts[0][1], 1)]
    path = tmp_path / "tcp.pcap"
    path.write_bytes(pcap([(1.0 + i / 100, ethernet(ipv4(segment, 6))) for i, segment in enumerate(segments)]))
    rows = tshark(
        path, "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "sip", "-T", "fields",
        *("-e", "frame.time_epoch", "-e", "sip.Method", "-e", "sip.Status-Code"),
    )  # fmt: skip
    expected = [what for _, methods, codes in rows for what in (methods + "," + codes).split(",") if what]
    decoder, streams = FrameDecoder(), TcpStreams()
    found = [
        message
        for batch in read_capture(path).batches
        for segment in decoder.decode(batch).segments
        for message in streams.feed(segment)
    ]

    assert [message.data for message in found] == [INVITE, OK, BYE]
    assert sorted(expected) == sorted(["INVITE", "200", "BYE"])
    assert {f"{message.at_s:.2f}" for message in found} == {f"{float(row[0]):.2f}" for row in rows}
