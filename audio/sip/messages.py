"""SIP messages as captured (RFC 3261): read once, strictly where a call is followed by it, bounded everywhere.

What peers may write loosely and nobody here reads (Date, Contact of a REGISTER, display names) refuses no message:
a call must not be lost for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from audio.sip.bodies import SDP, BodyPart, read_parts, split_head
from audio.sip.errors import SipError
from audio.sip.headers import COMPACT, Address, read_address, read_parameters, split_list

LARGEST_MESSAGE = 65_535
"""Bytes: what fits in a datagram."""
_MOST_HEADERS = 256
_LONGEST_LINE = 8_192
_LONGEST_URI = 2_048
_LONGEST_CALL_ID = 512
_LONGEST_TAG = 512
_LONGEST_BRANCH = 512
_MOST_VIAS = 128
_LARGEST_CSEQ = 2**31  # RFC 3261, 8.1.1.5

_TOKEN = r"[A-Za-z0-9.!%*_+`'~-]++"  # noqa: S105 - a grammar's token, no secret
_FOLD = re.compile(r"\r?\n[ \t]++")
_REQUEST = re.compile(rf"({_TOKEN}) (\S++) SIP/2\.0", re.IGNORECASE)
_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: .*)?", re.IGNORECASE | re.ASCII)
_CSEQ = re.compile(rf"(\d{{1,10}})\s++({_TOKEN})", re.ASCII)
_VIA = re.compile(
    rf"SIP\s*+/\s*+2\.0\s*+/\s*+{_TOKEN}\s++[^\s;,]++\s*+(?::\s*+\d++\s*+)?+(;.*)?", re.IGNORECASE | re.DOTALL
)
_SINGLE = ("call-id", "cseq", "from", "to", "content-length", "content-type", "max-forwards")


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A request, or the response to one."""

    method: str
    """The request's method; of a response, that of the request it answers."""
    status: int | None
    """`None` for a request."""
    uri: str
    """The Request-URI; empty in a response."""
    headers: Mapping[str, tuple[str, ...]]
    """By full name in lower case, a value for each header line as written (unfolded)."""
    body: bytes
    call_id: str
    cseq: int
    sender: Address
    """`From`: who sent the request, also in its responses."""
    receiver: Address
    """`To`."""
    hops: int
    """`Via` values: how many elements the request had passed when it was captured, the caller being the first."""
    branch: str
    """Of the topmost `Via`: the transaction at this hop. Empty where it is not told (RFC 2543)."""

    def header(self, name: str) -> str | None:
        """The first value of a header, its name in lower case and long form."""
        values = self.headers.get(name)
        return values[0] if values else None

    def parts(self) -> tuple[BodyPart, ...]:
        return read_parts(self.header("content-type") or "", self.body, self.header("content-disposition") or "")

    def sdp(self) -> bytes | None:
        """The first session description among the parts."""
        return next((part.content for part in self.parts() if part.content_type == SDP), None)


def parse(data: bytes) -> SipMessage:
    """One whole message, as a datagram or cut from a stream.

    Octets after Content-Length are another's and are left out (RFC 3261, 18.3).

    Raises:
        SipError: with the reason as its code: `sip_too_large`, `sip_start_line`, `sip_request_uri`, `sip_header`,
            `sip_header_missing`, `sip_header_repeated`, `sip_address`, `sip_list`, `sip_cseq`, `sip_via`,
            `sip_call_id`, `sip_content_length`, `sip_truncated`.
    """
    if len(data) > LARGEST_MESSAGE:
        raise SipError("larger than a datagram", "sip_too_large")
    start_line, lines, body = _cut(data)
    method, uri, status = _read_start_line(start_line)
    headers = _read_headers(lines)
    number, cseq_method = _read_cseq(headers["cseq"][0])
    if status is None and method != cseq_method:
        raise SipError("the method of CSeq is another", "sip_cseq")
    hops, branch = _read_vias(headers["via"])
    return SipMessage(
        method=cseq_method,
        status=status,
        uri=uri,
        headers=headers,
        body=_read_body(headers, body),
        call_id=_read_call_id(headers["call-id"][0]),
        cseq=number,
        sender=_read_party(headers["from"][0]),
        receiver=_read_party(headers["to"][0]),
        hops=hops,
        branch=branch,
    )


def _cut(data: bytes) -> tuple[str, list[str], bytes]:
    """Start line, unfolded header lines and what follows them."""
    data = data.lstrip(b"\r\n")  # RFC 3261, 7.5
    # What is no SIP at all is told by its first line, before the rest costs anything.
    if b"SIP/" not in data[:_LONGEST_LINE].partition(b"\n")[0].upper():
        raise SipError("the first line is none of SIP 2.0", "sip_start_line")
    parted = split_head(data)
    if parted is None:
        raise SipError("the end of the headers is missing", "sip_truncated")
    text = _FOLD.sub(" ", parted[0].decode("utf-8", "replace"))
    lines = [line.removesuffix("\r") for line in text.split("\n", _MOST_HEADERS + 2)]
    if len(lines) > _MOST_HEADERS + 1 or any(len(line) > _LONGEST_LINE for line in lines):
        raise SipError("too many header lines, or one too long", "sip_too_large")
    return lines[0], lines[1:], parted[1]


def _read_start_line(line: str) -> tuple[str, str, int | None]:
    found = _STATUS.fullmatch(line)
    if found is not None:
        return "", "", int(found[1])
    found = _REQUEST.fullmatch(line)
    if found is None:
        raise SipError("the first line is none of SIP 2.0", "sip_start_line")
    uri = found[2]
    # Brackets and header fields are forbidden in a Request-URI (RFC 3261, 25.1 and 19.1.1's table).
    if len(uri) > _LONGEST_URI or "<" in uri or ">" in uri or _has_headers(uri):
        raise SipError("the Request-URI is malformed", "sip_request_uri")
    return found[1].upper() if found[1].isalpha() else found[1], uri, None


def _has_headers(uri: str) -> bool:
    return uri[:4].lower() in ("sip:", "sips") and "?" in uri.rpartition("@")[2]


def _read_headers(lines: list[str]) -> dict[str, tuple[str, ...]]:
    read: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.rstrip().lower()
        if not colon or not name or " " in name:
            raise SipError("a line is no header", "sip_header")
        read.setdefault(COMPACT.get(name, name), []).append(value.strip())
    for name in ("call-id", "cseq", "from", "to", "via"):
        if name not in read:
            raise SipError(f"{name} is missing", "sip_header_missing")
    for name in _SINGLE:
        if len(read.get(name, ())) > 1:
            raise SipError(f"{name} is there more than once", "sip_header_repeated")
    return {name: tuple(values) for name, values in read.items()}


def _read_party(value: str) -> Address:
    address = read_address(value)
    if len(address.tag or "") > _LONGEST_TAG:
        raise SipError("a tag is too long", "sip_address")
    return address


def _read_cseq(value: str) -> tuple[int, str]:
    found = _CSEQ.fullmatch(value)
    if found is None or int(found[1]) >= _LARGEST_CSEQ:
        raise SipError("CSeq is malformed", "sip_cseq")
    return int(found[1]), found[2].upper() if found[2].isalpha() else found[2]


def _read_vias(values: tuple[str, ...]) -> tuple[int, str]:
    vias = [_VIA.fullmatch(item) for value in values for item in split_list(value)]
    if len(vias) > _MOST_VIAS or not vias or None in vias:
        raise SipError("Via is malformed", "sip_via")
    top = vias[0]
    return len(vias), read_parameters(top[1] or "").get("branch", "")[:_LONGEST_BRANCH] if top else ""


def _read_call_id(value: str) -> str:
    if not value or len(value) > _LONGEST_CALL_ID or " " in value or "\t" in value:
        raise SipError("Call-ID is malformed", "sip_call_id")
    return value


def _read_body(headers: Mapping[str, tuple[str, ...]], body: bytes) -> bytes:
    if "content-length" not in headers:
        return body
    value = headers["content-length"][0]
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise SipError("Content-Length is no number", "sip_content_length")
    if int(value) > len(body):
        raise SipError("the body is shorter than Content-Length", "sip_truncated")
    return body[: int(value)]
