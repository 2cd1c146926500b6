from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.packets.batch import Flow
from audio.packets.hep import SIP, read_hep
from models.errors import CaptureError
from tests.audio.packets.wire import CALLEE, CALLEE_6, CALLER, CALLER_6, address

INVITE = b"INVITE sip:b SIP/2.0\r\n\r\n"


def chunk(kind: int, value: bytes, vendor: int = 0) -> bytes:
    return struct.pack("!HHH", vendor, kind, 6 + len(value)) + value


def hep(*chunks: bytes) -> bytes:
    body = b"".join(chunks)
    return b"HEP3" + struct.pack("!H", 6 + len(body)) + body


TIMES = (chunk(9, struct.pack("!I", 1_700_000_000)), chunk(10, struct.pack("!I", 250_000)))
ENDS = (chunk(1, b"\2"), chunk(2, b"\x11"), chunk(3, address(CALLER)), chunk(4, address(CALLEE)))
PORTS = (chunk(7, struct.pack("!H", 5060)), chunk(8, struct.pack("!H", 5070)))
MESSAGE = hep(*ENDS, *PORTS, *TIMES, chunk(11, b"\1"), chunk(12, b"\0\0\0\x2a"), chunk(15, INVITE), chunk(17, b"id@x"))


def test_a_message_has_its_own_time_flow_and_payload() -> None:
    found = read_hep(MESSAGE)

    assert found.at_s == 1_700_000_000.25
    assert found.flow == Flow(CALLER, 5060, CALLEE, 5070)
    assert (found.protocol, found.payload, found.ip_protocol) == (SIP, INVITE, 17)
    assert (found.agent_id, found.correlation_id, found.key) == (42, "id@x", None)


def test_ipv6_a_key_and_a_packed_payload_are_read() -> None:
    ends = (chunk(1, b"\x0a"), chunk(5, address(CALLER_6)), chunk(6, address(CALLEE_6)))
    found = read_hep(hep(*ends, *TIMES, chunk(11, b"\1"), chunk(14, b"secret"), chunk(16, zlib.compress(INVITE))))

    assert found.flow == Flow(CALLER_6, 0, CALLEE_6, 0)
    assert (found.key, found.payload) == (b"secret", INVITE)


def test_chunks_of_vendors_and_unknown_ones_are_passed_over() -> None:
    found = read_hep(hep(chunk(15, b"other", vendor=7), chunk(99, b"?"), MESSAGE[6:]))

    assert found.payload == INVITE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x01\x10\x02\x11" + bytes(20), "hep_version"),
        (b"\x02\x10\x02\x11" + bytes(20), "hep_version"),
        (b"", "not_hep"),
        (b"INVITE sip:b SIP/2.0\r\n", "not_hep"),
        (MESSAGE[:-1], "hep_malformed"),
        (b"HEP3\0\3", "hep_malformed"),
        (hep(), "hep_malformed"),
        (hep(b"\0\0\0\1\0\0"), "hep_malformed"),
        (hep(b"\0\0\0\1\xff\xff"), "hep_malformed"),
        (hep(chunk(9, b"\1")), "hep_malformed"),
        (hep(*[chunk(99, b"")] * 100), "hep_malformed"),
        (hep(*ENDS, *TIMES, chunk(11, b"\1")), "hep_malformed"),
        (hep(*ENDS, *TIMES, chunk(11, b"\1"), chunk(16, b"rubbish")), "hep_malformed"),
        (hep(*ENDS, *TIMES, chunk(11, b"\1"), chunk(16, zlib.compress(bytes(10**7)))), "hep_malformed"),
        (hep(*TIMES, chunk(11, b"\1"), chunk(15, INVITE)), "hep_malformed"),
    ],
)
def test_what_cannot_be_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(CaptureError) as caught:
        read_hep(data)

    assert caught.value.code == code


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_spoilt_message_is_read_or_refused(data: st.DataObject) -> None:
    spoilt = bytearray(MESSAGE)
    for _ in range(data.draw(st.integers(1, 6))):
        spoilt[data.draw(st.integers(4, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert len(read_hep(bytes(spoilt)).payload) <= 262_144
    except CaptureError as error:
        assert error.code in {"hep_malformed", "not_hep"}  # noqa: PT017 # either outcome is right, a third is not


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(CaptureError):
        read_hep(b"HEP3" + data)
