"""The session description with which a recording server answers: it receives, and never sends (RFC 7866, 7.2)."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audio.rtp.codec import Codec
from audio.sip.crypto import KEY_AND_SALT_LENGTHS
from audio.sip.media import SrtpKey
from audio.sip.sdp import AudioLine

_ALWAYS_TAKEN = ("TELEPHONE-EVENT", "CN")
_SUITES = (
    "AEAD_AES_256_GCM",
    "AEAD_AES_128_GCM",
    "AES_256_CM_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_32",
)
"""The SRTP suites that libsrtp decrypts for us, the strongest first."""
_PROFILES = frozenset({"RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"})


@dataclass(frozen=True, slots=True)
class Taken:
    """What is answered to one line of sound: the codecs by payload type in our order, and the sender's key."""

    codecs: Mapping[int, Codec]
    key: SrtpKey | None
    encrypted: bool


def taken_of(line: AudioLine, codecs: Sequence[str]) -> Taken | None:
    """How a line is taken; `None` where nothing on it can be: no codec of ours, or encryption without a usable key."""
    order = (*codecs, *_ALWAYS_TAKEN)
    found = {kind: codec for name in order for kind, codec in line.codecs.items() if codec.name == name}
    if line.profile not in _PROFILES or not any(codec.name not in _ALWAYS_TAKEN for codec in found.values()):
        return None
    encrypted = "SAVP" in line.profile or bool(line.keys)
    usable = (key for suite in _SUITES for key in line.keys if key.suite == suite and not key.mki)
    key = next(usable, None) if encrypted else None
    return None if encrypted and key is None else Taken(found, key, encrypted)


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line that is received at a port of ours."""

    offered: AudioLine
    taken: Taken
    port: int

    @property
    def is_active(self) -> bool:
        return self.offered.direction.sends


def media_lines(offer: bytes) -> tuple[str, ...]:
    """The values of the offer's `m=` lines, in order: an answer has as many, in the same places (RFC 3264, 6)."""
    lines = (line.strip() for line in offer.decode("utf-8", "replace").split("\n"))
    return tuple(line[2:] for line in lines if line.startswith("m="))


def answer_to(
    media: Sequence[str], lines: Mapping[int, AnsweredLine], address: str, session_id: int, version: int
) -> bytes:
    """The answer to an offer with these `m=` lines, of which those in `lines` (by place) are taken."""
    kind = "IP6" if ":" in address else "IP4"
    text = ["v=0", f"o=timbre {session_id} {version} IN {kind} {address}", "s=-", f"c=IN {kind} {address}", "t=0 0"]
    for place, value in enumerate(media):
        text += _taken(lines[place]) if place in lines else [_refused(value)]
    return "\r\n".join((*text, "")).encode("utf-8")


def _refused(media: str) -> str:
    kind, _, profile, *formats = media.split() if len(media.split()) > 3 else ("audio", "0", "RTP/AVP", "0")
    return f"m={kind} 0 {profile} {' '.join(formats)}"


def _taken(line: AnsweredLine) -> list[str]:
    offered, taken = line.offered, line.taken
    kinds = " ".join(str(kind) for kind in taken.codecs)
    text = [f"m=audio {line.port} {offered.profile} {kinds}"]
    for kind, codec in taken.codecs.items():
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        text.append(f"a=rtpmap:{kind} {_written(codec.name)}/{codec.clock_rate_hz}{channels}")
        if codec.parameters:
            text.append(f"a=fmtp:{kind} {codec.parameters}")
    if taken.key is not None:
        text.append(f"a=crypto:{taken.key.tag} {taken.key.suite} inline:{_own_key(taken.key.suite)}")
    if offered.rtcp_port == offered.port and offered.port:
        text.append("a=rtcp-mux")
    if offered.label is not None:
        text.append(f"a=label:{offered.label}")
    return [*text, "a=recvonly" if line.is_active else "a=inactive"]


def _written(name: str) -> str:
    """Names are compared without regard to case, and yet some clients look for the usual writing."""
    return name.lower() if name in {"TELEPHONE-EVENT", "OPUS"} else name


def _own_key(suite: str) -> str:
    """A key for what we would send, which is nothing: RFC 4568 wants one in the answer."""
    return b64encode(secrets.token_bytes(KEY_AND_SALT_LENGTHS[suite])).decode()
