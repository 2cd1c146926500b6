"""How a page reaches its recording: inside it, or in a file beside it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from models.errors import TimbreError

EMBED_MAX_BYTES = 24 * 1024 * 1024
"""Above this, browsers open the page noticeably late; three hours of Opus at 24 kbit/s are 32 MB."""

_MIME_TYPE = re.compile(r"audio/[a-z0-9.+-]+(; ?codecs=[a-z0-9.]+)?")
_SUFFIXES = {"audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/mp4": ".m4a", "audio/webm": ".webm"}


class SoundError(TimbreError):
    """Audio for a page is not what a browser plays."""

    code = "unreadable"


@dataclass(frozen=True, slots=True)
class EmbeddedAudio:
    """Encoded audio that travels inside the page.

    Raises:
        SoundError: where `mime_type` is not one of audio.
    """

    data: bytes
    mime_type: str

    def __post_init__(self) -> None:
        _check(self.mime_type)

    @property
    def url(self) -> str:
        return f"data:{self.mime_type};base64,{base64.b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class LinkedAudio:
    """Encoded audio in a file, named relative to the page."""

    name: str

    @property
    def url(self) -> str:
        return address(self.name)


Sound = EmbeddedAudio | LinkedAudio


def address(path: str) -> str:
    """The relative address of a file; what is special in addresses, colons too, is escaped byte by byte."""
    return quote(path, safe="/", errors="surrogateescape")


def place_sound(data: bytes, mime_type: str, page: Path, embed_max_bytes: int = EMBED_MAX_BYTES) -> Sound:
    """The audio for `page`: embedded, or written beside it where it is larger than `embed_max_bytes`.

    Raises:
        SoundError: where `mime_type` is not one of audio.
        OSError: where the file cannot be written.
    """
    if len(data) <= embed_max_bytes:
        return EmbeddedAudio(data, mime_type)
    _check(mime_type)
    name = page.stem + _SUFFIXES.get(mime_type.partition(";")[0], ".audio")
    page.with_name(name).write_bytes(data)
    return LinkedAudio(name)


def _check(mime_type: str) -> None:
    if not _MIME_TYPE.fullmatch(mime_type):
        raise SoundError(f"{mime_type!r} is not an audio type such as 'audio/ogg'")
