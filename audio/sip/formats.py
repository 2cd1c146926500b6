"""`a=rtpmap`, `a=fmtp` and `a=ptime`: what the payload types of a media line stand for (RFC 8866, 6.6 and 6.15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from audio.rtp.codec import STATIC, Codec

_MOST_FORMATS = 64
_LONGEST_NAME = 32
_LONGEST_PARAMETERS = 512
_LONGEST_PACKET_MS = 200.0


def read_codecs(
    formats: Sequence[str], rtpmaps: Sequence[str], fmtps: Sequence[str], ptime: str | None
) -> Mapping[int, Codec]:
    """The codecs that the line lists, in its order. A type that neither it nor RFC 3551 explains is left out."""
    named = dict(filter(None, map(_read_rtpmap, rtpmaps[:_MOST_FORMATS])))
    parameters = dict(filter(None, map(_read_fmtp, fmtps[:_MOST_FORMATS])))
    packet_ms = _read_packet_ms(ptime)
    listed = (payload_type for word in formats[:_MOST_FORMATS] if (payload_type := _payload_type(word)) is not None)
    return {
        payload_type: replace(codec, parameters=parameters.get(payload_type, ""), packet_ms=packet_ms)
        for payload_type in listed
        if (codec := named.get(payload_type) or STATIC.get(payload_type)) is not None
    }


def _payload_type(word: str) -> int | None:
    number = int(word) if word.isascii() and word.isdecimal() and len(word) <= 3 else 128
    return number if number < 128 else None


def _read_rtpmap(value: str) -> tuple[int, Codec] | None:
    """Of `8 PCMA/8000` or `96 L16/44100/2`."""
    number, _, encoding = value.partition(" ")
    payload_type = _payload_type(number)
    name, *rest = encoding.strip().split("/")
    if payload_type is None or not 0 < len(name) <= _LONGEST_NAME or not 1 <= len(rest) <= 2:
        return None
    if not all(word.isascii() and word.isdecimal() and len(word) <= 6 for word in rest):
        return None
    clock_rate_hz, channels = int(rest[0]), int(rest[1]) if len(rest) == 2 else 1
    if not (1_000 <= clock_rate_hz <= 384_000 and 1 <= channels <= 8):
        return None
    return payload_type, Codec(name.upper(), clock_rate_hz, channels)


def _read_fmtp(value: str) -> tuple[int, str] | None:
    number, _, parameters = value.partition(" ")
    payload_type = _payload_type(number)
    return None if payload_type is None else (payload_type, parameters.strip()[:_LONGEST_PARAMETERS])


def _read_packet_ms(ptime: str | None) -> float:
    try:
        packet_ms = float((ptime or "20")[:8])
    except ValueError:
        return 20.0
    return packet_ms if 0.0 < packet_ms <= _LONGEST_PACKET_MS else 20.0
