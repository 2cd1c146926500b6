from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.packets.rtpengine import RtpengineDescription, parse_metadata, read_metadata
from models.errors import CaptureError

NAME = "rtpengine-meta-a%20b%2Fc%40host-73559b1b66a4b43d.txt"
SDP = "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {} RTP/AVP 8\r\na=rtcp:21301\r\n"
# as rtpengine 10.5.3.5 of Debian 12 wrote it
CONTENT = (
    "/var/spool/rtpengine/pcaps/a%20b%2Fc%40host-73559b1b66a4b43d.pcap\n\n\n"
    "Timestamp started ms: 1795381227683.342\nSDP mode: offer\nSDP before RTP packet: 1\n\n" + SDP.format(21300) + "\n"
    "Label: agente\nTimestamp started ms: 1795381227683.348\nSDP mode: answer\nSDP before RTP packet: 1\n\n"
    + SDP.format(21312)
    + "\nTimestamp terminated ms(first monologue): 1795381228090.074\n\n"
    "call start time: 2026-11-22T21:00:27\ncall end time: 2026-11-22T21:00:28\n\n\nqueue:ventas|agent:17\n"
)


def test_metadata_tells_call_descriptions_times_and_the_proxys_line() -> None:
    call = parse_metadata(NAME, CONTENT)

    assert call.call_id == "a b/c@host"
    assert call.pcap == "/var/spool/rtpengine/pcaps/a%20b%2Fc%40host-73559b1b66a4b43d.pcap"
    assert call.descriptions == (
        RtpengineDescription("offer", 1795381227.683342, SDP.format(21300)),
        RtpengineDescription("answer", 1795381227.683348, SDP.format(21312), "agente"),
    )
    assert (call.started_s, call.ended_s) == (1795381227.683342, 1795381228.090074)
    assert call.metadata == "queue:ventas|agent:17"


def test_metadata_of_a_call_that_goes_on_has_no_end() -> None:
    call = parse_metadata(NAME.replace(".txt", ".tmp"), CONTENT[: CONTENT.index("\nTimestamp terminated")])

    assert (len(call.descriptions), call.ended_s, call.metadata) == (2, None, None)


def test_metadata_without_a_proxys_line_has_none() -> None:
    assert parse_metadata(NAME, CONTENT[: CONTENT.index("\n\n\nqueue")] + "\n").metadata is None


@pytest.mark.parametrize(("name", "content"), [("other.txt", CONTENT), (NAME, ""), (NAME, "rubbish\n")])
def test_other_papers_are_refused_by_name(name: str, content: str) -> None:
    with pytest.raises(CaptureError) as caught:
        parse_metadata(name, content)

    assert caught.value.code == "metadata_unreadable"


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as caught:
        read_metadata(tmp_path / NAME)

    assert caught.value.code == "vanished"


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(CONTENT.encode())

    assert read_metadata(path) == parse_metadata(NAME, CONTENT)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([*CONTENT.splitlines(keepends=True), "x=1\n", "SDP mode: \n", "\r\n"]), max_size=60))
def test_lines_in_any_order_are_read_without_a_fault(lines: list[str]) -> None:
    call = parse_metadata(NAME, "x.pcap\n" + "".join(lines))

    assert all(one.sdp for one in call.descriptions)
