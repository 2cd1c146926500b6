"""HEP version 3 (HOMER's encapsulation, "EEP"): signalling that a PBX sends by itself, with its own times."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from audio.packets.batch import Flow
from models.errors import CaptureError

SIP = 1
"""The protocol type of SIP."""
_MAGIC = b"HEP3"
_HEADER_BYTES = 6
_MAX_CHUNKS = 64
_MAX_PAYLOAD_BYTES = 262_144
_ANY_ZLIB = 47
"""zlib's word for either frame."""
_FAMILY, _IP_PROTOCOL, _SOURCE_4, _DESTINATION_4, _SOURCE_6, _DESTINATION_6 = 1, 2, 3, 4, 5, 6
_SOURCE_PORT, _DESTINATION_PORT, _SECONDS, _MICROSECONDS, _PROTOCOL = 7, 8, 9, 10, 11
_AGENT, _KEY, _PAYLOAD, _PACKED_PAYLOAD, _CORRELATION = 12, 14, 15, 16, 17


@dataclass(frozen=True, slots=True)
class HepMessage:
    """What a PBX saw; `at_s` is its own clock."""

    at_s: float
    flow: Flow
    protocol: int
    """1 SIP, 5 RTCP as JSON, 100 log, ..."""
    payload: bytes
    ip_protocol: int | None = None
    agent_id: int | None = None
    correlation_id: str | None = None
    """Of the call, where the sender ties other reports to it: usually the Call-ID."""
    key: bytes | None = None
    """A password, to be compared in constant time."""


def read_hep(data: bytes) -> HepMessage:
    """One datagram.

    Raises:
        CaptureError: `hep_version` (1 or 2), `not_hep`, `hep_malformed`.
    """
    if data[:1] in (b"\x01", b"\x02"):
        raise CaptureError("HEP version 1 or 2: set the sender to version 3", "hep_version")
    if data[:4] != _MAGIC:
        raise CaptureError("not HEP", "not_hep")
    size = int.from_bytes(data[4:_HEADER_BYTES], "big")
    if not _HEADER_BYTES <= size <= len(data):
        raise CaptureError("a HEP message cut short", "hep_malformed")
    return _message(_chunks(data[:size]))


def _chunks(data: bytes) -> dict[int, bytes]:
    """By type, those of no vendor; the first of each counts."""
    found: dict[int, bytes] = {}
    at = _HEADER_BYTES
    for _ in range(_MAX_CHUNKS):
        if at == len(data):
            return found
        size = int.from_bytes(data[at + 4 : at + 6], "big")
        if size < 6 or at + size > len(data):
            raise CaptureError("a HEP chunk cut short", "hep_malformed")
        vendor, kind = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if vendor == 0:
            found.setdefault(kind, data[at + 6 : at + size])
        at += size
    raise CaptureError(f"more than {_MAX_CHUNKS} HEP chunks", "hep_malformed")


def _message(chunks: Mapping[int, bytes]) -> HepMessage:
    correlation = chunks.get(_CORRELATION)
    return HepMessage(
        at_s=_needed(chunks, _SECONDS, 4) + (_number(chunks, _MICROSECONDS, 4) or 0) * 1e-6,
        flow=_flow(chunks),
        protocol=_needed(chunks, _PROTOCOL, 1),
        payload=_payload(chunks),
        ip_protocol=_number(chunks, _IP_PROTOCOL, 1),
        agent_id=_number(chunks, _AGENT, 4),
        correlation_id=None if correlation is None else correlation.decode("utf-8", "replace"),
        key=chunks.get(_KEY),
    )


def _flow(chunks: Mapping[int, bytes]) -> Flow:
    return Flow(
        _address(chunks.get(_SOURCE_4), chunks.get(_SOURCE_6)),
        _number(chunks, _SOURCE_PORT, 2) or 0,
        _address(chunks.get(_DESTINATION_4), chunks.get(_DESTINATION_6)),
        _number(chunks, _DESTINATION_PORT, 2) or 0,
    )


def _address(four: bytes | None, six: bytes | None) -> str:
    if four is not None and len(four) == 4:
        return socket.inet_ntop(socket.AF_INET, four)
    if six is not None and len(six) == 16:
        return socket.inet_ntop(socket.AF_INET6, six)
    raise CaptureError("a HEP message without addresses", "hep_malformed")


def _number(chunks: Mapping[int, bytes], kind: int, size: int) -> int | None:
    value = chunks.get(kind)
    if value is not None and len(value) != size:
        raise CaptureError(f"HEP chunk {kind} is not of {size} bytes", "hep_malformed")
    return None if value is None else int.from_bytes(value, "big")


def _needed(chunks: Mapping[int, bytes], kind: int, size: int) -> int:
    value = _number(chunks, kind, size)
    if value is None:
        raise CaptureError(f"a HEP message without chunk {kind}", "hep_malformed")
    return value


def _payload(chunks: Mapping[int, bytes]) -> bytes:
    """As sent, or unpacked (zlib, gzip)."""
    if _PAYLOAD in chunks:
        return chunks[_PAYLOAD]
    if _PACKED_PAYLOAD not in chunks:
        raise CaptureError("a HEP message without a payload", "hep_malformed")
    unpacker = zlib.decompressobj(_ANY_ZLIB)
    try:
        payload = unpacker.decompress(chunks[_PACKED_PAYLOAD], _MAX_PAYLOAD_BYTES)
    except zlib.error as error:
        raise CaptureError("a packed HEP payload that cannot be unpacked", "hep_malformed") from error
    if not unpacker.eof:
        raise CaptureError("a packed HEP payload cut short or too big", "hep_malformed")
    return payload
