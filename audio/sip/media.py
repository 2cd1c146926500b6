"""Where the sound of a dialog will arrive, as its SDP says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audio.rtp.codec import Codec
from models.call import Side


@dataclass(frozen=True, slots=True)
class SrtpKey:
    """RFC 4568 (SDES) in clear SIP."""

    tag: int
    suite: str
    key_and_salt: bytes
    mki: bytes = b""
    """Stands in each packet before the authentication tag, and chooses among keys; empty where none is used."""


@dataclass(frozen=True, slots=True)
class MediaExpected:
    """From `at_s` on, RTP sent to this address carries the voice of the other side of `leg`.

    The port in an INVITE's SDP is the caller's, so what arrives there is the callee's voice. Only destinations are
    known: what an SDP says is where to send to, and the source may be behind a translator.
    """

    at_s: float
    leg: str
    listener: Side
    address: str
    port: int
    rtcp_port: int
    codecs: Mapping[int, Codec]
    keys: tuple[SrtpKey, ...] = ()
    """With which the *speaker* encrypts, where both sides' SDP tell; more than one to be tried."""
    encrypted: bool = False
    """RTP/SAVP or a DTLS fingerprint."""
    label: str | None = None
    """`a=label`, for session recording."""
