"""Bodies of SIP messages: one part, or several in multipart (RFC 5621, RFC 2046)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from audio.sip.headers import read_parameters

SDP = "application/sdp"
_MOST_PARTS = 16
_DEEPEST = 3
_LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1


@dataclass(frozen=True, slots=True)
class BodyPart:
    content_type: str
    """Type and subtype in lower case, without parameters."""
    disposition: str
    """E.g. `session`, `recording-session`; empty where it is not told."""
    content: bytes


def read_parts(content_type: str, body: bytes, disposition: str = "") -> tuple[BodyPart, ...]:
    """The parts of a body, those of a multipart within a multipart in their place; 16 at most, 3 deep.

    A multipart without a usable boundary has no parts. A body that names no type is taken for SDP where it looks so.
    """
    if not body.strip():
        return ()
    return tuple(islice(_parts(content_type, body, disposition, _DEEPEST), _MOST_PARTS))


def split_head(data: bytes) -> tuple[bytes, bytes] | None:
    """Header lines and body, parted by the first empty line, however its writer ends lines; `None` without one."""
    ends = [(at, at + len(empty)) for empty in (b"\n\r\n", b"\n\n") if (at := data.find(empty)) >= 0]
    if not ends:
        return None
    start, end = min(ends)
    return data[:start].removesuffix(b"\r"), data[end:]


def _parts(content_type: str, body: bytes, disposition: str, depth: int) -> Iterator[BodyPart]:
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower() or (SDP if body.lstrip().startswith(b"v=0") else "")
    if not kind.startswith("multipart/"):
        yield BodyPart(kind, disposition.partition(";")[0].strip().lower(), body)
        return
    boundary = read_parameters(parameters).get("boundary", "")
    if depth and 0 < len(boundary) <= _LONGEST_BOUNDARY:
        for head, content in _sections(body, boundary.encode("utf-8", "replace")):
            yield from _parts(head.get("content-type", ""), content, head.get("content-disposition", ""), depth - 1)


def _sections(body: bytes, boundary: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    # A boundary stands at the beginning of a line; the line end before it belongs to it (RFC 2046, 5.1.1).
    pieces = (b"\n" + body).split(b"\n--" + boundary, _MOST_PARTS + 1)
    for piece in pieces[1 : _MOST_PARTS + 1]:
        if piece.startswith(b"--"):
            return
        _, _, section = piece.partition(b"\n")
        yield _section(section.removesuffix(b"\r"))


def _section(section: bytes) -> tuple[dict[str, str], bytes]:
    if section.startswith((b"\r\n", b"\n")):  # no headers of its own
        return {}, section.partition(b"\n")[2]
    head, content = split_head(section) or (section, b"")
    lines = (line.partition(":") for line in head.decode("utf-8", "replace").splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in lines}, content
