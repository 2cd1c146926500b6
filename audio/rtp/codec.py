"""What an RTP payload type stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Codec:
    """One line of an SDP's `a=rtpmap`, or of RFC 3551's static table."""

    name: str
    """As registered, upper case: PCMA, PCMU, G722, G729, OPUS, GSM, L16, TELEPHONE-EVENT, CN."""
    clock_rate_hz: int
    """Of the timestamps: 8000 for G.722 although its sound has 16 kHz, 48000 for Opus always."""
    channels: int = 1
    parameters: str = ""
    """`a=fmtp`, as written."""
    packet_ms: float = 20.0
    """`a=ptime`."""


STATIC = {
    0: Codec("PCMU", 8000),
    3: Codec("GSM", 8000),
    8: Codec("PCMA", 8000),
    9: Codec("G722", 8000),
    10: Codec("L16", 44100, 2),
    11: Codec("L16", 44100),
    13: Codec("CN", 8000),
    18: Codec("G729", 8000),
}
"""RFC 3551's payload types of telephony; they hold where an SDP names no other."""
