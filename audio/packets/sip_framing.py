"""SIP messages in one direction of a stream (RFC 3261, 18.3): as long as their Content-Length says."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START_LINE = re.compile(rb"SIP/2\.0 [1-6]\d\d[ \r\n]|[A-Za-z0-9.!%*_+`'~-]{1,32} [^\r\n]{1,8000} SIP/2\.0\r?\n")
_LINE = re.compile(rb"^(?=[A-Za-z0-9.!%*_+`'~-]{1,32} |SIP/2\.0 )", re.MULTILINE)
_MAX_START_LINE_BYTES = 8192
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\n\r\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_CONTENT_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FramingLimits:
    max_head_bytes: int = 65_536
    max_message_bytes: int = 262_144


DEFAULT_LIMITS = FramingLimits()


class SipFraming:
    """Bytes in, whole messages out. Between messages, CRLFs that keep a connection alive (RFC 5626) are dropped.

    What does not begin with a start line, after a loss or because it is no SIP, is passed over up to the next one.
    Holds less than `max_message_bytes` between calls, and looks at no byte more than a few times.
    """

    def __init__(self, limits: FramingLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._held = bytearray()
        self._wanted = 0
        self._searched = 0
        self.skipped_bytes = 0
        """Passed over in search of a start line."""

    def feed(self, data: bytes) -> list[bytes]:
        self._held += data
        found: list[bytes] = []
        while self._held and (self._wanted or self._at_start_line()):
            size = self._wanted or self._size()
            if size is None or size > len(self._held):
                self._wanted = size or 0
                break
            if size:
                found.append(bytes(self._held[:size]))
                self._drop(size)
        return found

    def lost(self) -> None:
        """Bytes are missing here: what was held can never be whole."""
        self._skip(len(self._held))

    def _size(self) -> int | None:
        """Of the message that begins here, `None` while its head is not whole; 0 where it was passed over."""
        most = self._limits.max_head_bytes
        end = _HEAD_END.search(self._held, max(self._searched - 3, 0), most)
        self._searched = len(self._held)
        if end is None and len(self._held) < most:
            return None
        if end is None:
            self._skip(most)
            return 0
        size = end.end() + content_length(bytes(self._held[: end.start() + 1]))
        if size > self._limits.max_message_bytes:
            self._skip(end.end())
            return 0
        return size

    def _at_start_line(self) -> bool:
        """Whether a message begins here, after passing over what is none; otherwise more must come."""
        while self._held:
            if self._held[0] in b"\r\n":
                self._drop(len(self._held) - len(self._held.lstrip(b"\r\n")))
            elif self._searched or _START_LINE.match(self._held):
                return True
            elif len(self._held) < _MAX_START_LINE_BYTES and b"\n" not in self._held:
                return False
            else:
                self._skip(1)
        return False

    def _skip(self, least: int) -> None:
        """At least so many bytes, up to a line that may be a start line or, not being whole, may become one."""
        found = _LINE.search(self._held, least)
        last_line = self._held.rfind(b"\n") + 1
        end = found.start() if found else last_line if last_line >= least else len(self._held)
        self.skipped_bytes += end
        self._drop(end)

    def _drop(self, size: int) -> None:
        del self._held[:size]
        self._wanted = self._searched = 0


def content_length(head: bytes) -> int:
    """Of a message's head, in any spelling (also `l`, folded, with spaces); 0 where there is none. The first counts."""
    said = _CONTENT_LENGTH.search(_FOLDED.sub(b" ", head))
    return int(said[1]) if said else 0
