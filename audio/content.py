"""What a file holds, judged by its bytes and not by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from models.errors import RecordingError

HEAD_BYTES = 1 << 16

_SEALED: tuple[tuple[bytes, str], ...] = (
    (b"Salted__", "OpenSSL"),
    (b"U2FsdGVkX1", "OpenSSL (base64)"),
    (b"age-encryption.org/", "age"),
    (b"-----BEGIN AGE ENCRYPTED", "age"),
    (b"-----BEGIN PGP MESSAGE", "OpenPGP"),
    (b"-----BEGIN CMS", "CMS"),
    (b"\x8c\x0d\x04", "OpenPGP"),  # RFC 4880, 5.3: symmetric key packet, version 4
    (b"\x8c\x0e\x04", "OpenPGP"),
    (b"\x8c\x0f\x04", "OpenPGP"),
    (b"\xc3\x0d\x04", "OpenPGP"),
    (b"\xc3\x1c\x05", "OpenPGP"),  # RFC 9580: version 5 and 6 of the same
    (b"\xc3\x1e\x06", "OpenPGP"),
    (b"\x84\x5e\x03", "OpenPGP"),  # 5.1: public key packets, version 3
    (b"\x85\x01\x0c\x03", "OpenPGP"),
    (b"\x85\x01\x8c\x03", "OpenPGP"),
    (b"\x85\x02\x0c\x03", "OpenPGP"),
    (b"\xc1\xc0\x4c\x03", "OpenPGP"),
    (b"LUKS\xba\xbe", "LUKS"),
)
_ZIP = b"PK\x03\x04"
_ID3_HEADER_BYTES = 10

_CONTAINERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"#!AMR", "amr"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
    (0, b".snd", "au"),
    (0, b"caff", "caf"),
    (0, b"riff\x2e\x91\xcf\x11", "w64"),
)
_RIFF = (b"RIFF", b"RF64", b"BW64")

_BITRATES_KBPS = {
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_CHAIN = 4
"""Frames in a row that are no accident in bytes that are not MPEG audio."""


def container(file: BinaryIO) -> str | None:
    """The container's name, as the decoder spells it; `None` where the bytes are of no known one.

    `riff` stands for little-endian WAV. A leading ID3 tag is passed over.

    Raises:
        RecordingError: `empty` for no bytes at all, `encrypted` for what says that it is.
    """
    head = _head(file, 0)
    if not head:
        raise RecordingError("the file has no bytes", "empty")
    sealed = next((by for magic, by in _SEALED if head.startswith(magic)), None)
    if sealed or _sealed_zip(head):
        raise RecordingError(f"the file is encrypted with {sealed or 'ZIP'}: decrypt it first", "encrypted")
    if head.startswith(b"ID3") and len(head) >= _ID3_HEADER_BYTES:
        return _known(_head(file, _ID3_HEADER_BYTES + _id3_bytes(head))) or _known(head)
    return _known(head)


def looks_like_text(head: bytes) -> bool:
    """True for printable ASCII with white space in it: no telephone sound is that."""
    sample = head[:4096]
    spaces = sum(sample.count(mark) for mark in (b" ", b"\n", b"\t"))
    return bool(sample) and spaces * 50 > len(sample) and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in sample)


def _head(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.read(HEAD_BYTES)


def _sealed_zip(head: bytes) -> bool:
    """Bit 0 of a ZIP member's general purpose flag (APPNOTE 4.4.4) says encrypted."""
    return head.startswith(_ZIP) and len(head) > 6 and bool(head[6] & 1)


def _id3_bytes(head: bytes) -> int:
    """ID3v2.4, 3.1: four bytes of seven bits."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


def _known(head: bytes) -> str | None:
    if head[:4] in _RIFF and head[8:12] == b"WAVE":
        return "riff"
    if head[:4] == b"RIFX" and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    named = next((name for at, magic, name in _CONTAINERS if head[at : at + len(magic)] == magic), None)
    return named or _mpeg(head)


def _mpeg(head: bytes) -> str | None:
    """`mp3` or `aac` where frames follow each other; a broken start of the file is passed over."""
    at = head.find(b"\xff")
    while 0 <= at < len(head) - 8:
        for name, length_of in (("mp3", _mp3_frame_bytes), ("aac", _adts_frame_bytes)):
            if _chained(head, at, length_of):
                return name
        at = head.find(b"\xff", at + 1)
    return None


def _chained(head: bytes, at: int, length_of: Callable[[bytes], int]) -> bool:
    found, first = 0, at
    while found < _CHAIN and at + 8 <= len(head):
        length = length_of(head[at : at + 8])
        if not length:
            return False
        found, at = found + 1, at + length
    return found == _CHAIN or (first == 0 and found >= 1 and at >= len(head))


def _mp3_frame_bytes(header: bytes) -> int:
    """ISO/IEC 11172-3, 2.4.3.1: the length of a layer II or III frame; 0 where it is none."""
    version, layer = (header[1] >> 3) & 3, 4 - ((header[1] >> 1) & 3)
    bitrate, rate = header[2] >> 4, (header[2] >> 2) & 3
    if header[0] != 0xFF or header[1] & 0xE0 != 0xE0 or version == 1 or layer not in (2, 3):
        return 0
    if bitrate in (0, 15) or rate == 3:
        return 0
    kbps = _BITRATES_KBPS[(1 if version == 3 else 2), layer][bitrate - 1]
    per_frame = 72 if layer == 3 and version != 3 else 144
    return per_frame * 1000 * kbps // _RATES_HZ[version][rate] + ((header[2] >> 1) & 1)


def _adts_frame_bytes(header: bytes) -> int:
    """ISO/IEC 14496-3, 1.A.2.2: the length of an ADTS frame; 0 where it is none."""
    if header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or (header[2] >> 2) & 15 > 12:
        return 0
    length = ((header[3] & 3) << 11) | (header[4] << 3) | (header[5] >> 5)
    return length if length > 7 else 0
