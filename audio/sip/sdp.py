"""Session descriptions (RFC 8866) of telephony: where each line of sound is to be sent, and how."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from audio.rtp.codec import Codec
from audio.sip.crypto import read_crypto
from audio.sip.errors import SipError
from audio.sip.formats import read_codecs
from audio.sip.media import SrtpKey

LARGEST_SDP = 65_535
_MOST_LINES = 1_024
_MOST_MEDIA = 32
_LONGEST_LABEL = 64


class Direction(StrEnum):
    """What the describing side will do on a line."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        return self in (Direction.SENDRECV, Direction.RECVONLY)


_DIRECTIONS = {direction.value: direction for direction in Direction}


@dataclass(frozen=True, slots=True)
class AudioLine:
    """One `m=audio`: the describing side listens here."""

    place: int
    """Among all media lines of the description: offer and answer have the same media at the same place."""
    address: str | None
    """In its shortest form; `None` where it is a name, or says nowhere (0.0.0.0, ::)."""
    port: int
    """0: the line is off."""
    rtcp_port: int
    profile: str
    codecs: Mapping[int, Codec]
    direction: Direction
    keys: tuple[SrtpKey, ...] = ()
    """With which the describing side encrypts what it sends."""
    encrypted: bool = False
    """An SRTP profile, or a DTLS fingerprint."""
    label: str | None = None

    @property
    def receives(self) -> bool:
        return self.port > 0 and self.address is not None and self.direction.receives

    @property
    def sends(self) -> bool:
        return self.port > 0 and self.direction.sends


@dataclass(frozen=True, slots=True)
class SessionDescription:
    audio: tuple[AudioLine, ...] = ()
    other_media: bool = False
    """Whether a line that is no sound is on, e.g. a fax's image."""

    @property
    def receives(self) -> bool:
        return any(line.receives for line in self.audio)

    @property
    def sends(self) -> bool:
        return any(line.sends for line in self.audio)


@dataclass(slots=True)
class _Section:
    """The lines of the session, or of one media description."""

    media: str = ""
    connection: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]

    def first(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)


def parse_sdp(data: bytes) -> SessionDescription:
    """The audio lines of a session description. A malformed line is left out; the others still hold.

    Raises:
        SipError: `sdp_too_large`, or `sdp_malformed` for what does not begin as a session description.
    """
    if len(data) > LARGEST_SDP:
        raise SipError("an SDP larger than a datagram", "sdp_too_large")
    text = data.decode("utf-8", "replace").lstrip()
    if not text.startswith("v=0"):
        raise SipError("no session description", "sdp_malformed")
    session, media = _sections(text.split("\n", _MOST_LINES)[:_MOST_LINES])
    lines = ((place, section, section.media.split()) for place, section in enumerate(media))
    audio = tuple(
        line
        for place, section, words in lines
        if words[:1] == ["audio"] and (line := _read_audio(place, session, section, words)) is not None
    )
    others = (section.media.split() for section in media)
    return SessionDescription(audio, any(words[:1] != ["audio"] and words[1:2] not in ([], ["0"]) for words in others))


def _sections(lines: Iterable[str]) -> tuple[_Section, list[_Section]]:
    session = section = _Section()
    media: list[_Section] = []
    for line in lines:
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            if len(media) == _MOST_MEDIA:
                break
            section = _Section(media=value)
            media.append(section)
        elif kind == "c":
            section.connection = value
        elif kind == "a":
            name, _, value = value.partition(":")
            section.attributes.append((name.strip().lower(), value.strip()))
    return session, media


def _read_audio(place: int, session: _Section, section: _Section, words: list[str]) -> AudioLine | None:
    port = _read_port(words[1].partition("/")[0]) if len(words) > 3 else None
    if port is None:
        return None
    profile = words[2].upper()
    return AudioLine(
        place=place,
        address=_read_address(section.connection or session.connection),
        port=port,
        rtcp_port=_read_rtcp_port(section, port),
        profile=profile,
        codecs=read_codecs(words[3:], section.values("rtpmap"), section.values("fmtp"), section.first("ptime")),
        direction=_read_direction(section) or _read_direction(session) or Direction.SENDRECV,
        keys=tuple(key for value in section.values("crypto")[:16] for key in read_crypto(value)),
        encrypted="SAVP" in profile or bool(section.values("fingerprint") or session.values("fingerprint")),
        label=(section.first("label") or "")[:_LONGEST_LABEL] or None,
    )


def _read_port(text: str) -> int | None:
    port = int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else -1
    return port if 0 <= port < 65_536 else None


def _read_address(connection: str) -> str | None:
    """Of `IN IP4 192.0.2.1/127`."""
    words = connection.split()
    try:
        address = ipaddress.ip_address(words[2].partition("/")[0])
    except (IndexError, ValueError):
        return None
    return None if address.is_unspecified else address.compressed


def _read_rtcp_port(section: _Section, port: int) -> int:
    if section.first("rtcp-mux") is not None:
        return port
    told = (section.first("rtcp") or "").split()
    found = _read_port(told[0]) if told else None
    return min(port + 1, 65_535) if found is None else found


def _read_direction(section: _Section) -> Direction | None:
    return next((_DIRECTIONS[name] for name, _ in section.attributes if name in _DIRECTIONS), None)
