"""What a recording server writes: responses, and its own few requests inside a dialog (RFC 3261, 8.2.6 and 12.2.1)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audio.sip.headers import read_parameters, split_list
from audio.sip.messages import SipMessage

Fields = Sequence[tuple[str, str]]

ALLOW = ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO")
SUPPORTED = ("Supported", "siprec, timer")
ACCEPT = ("Accept", "application/sdp, application/rs-metadata+xml, multipart/mixed")
EXTENSIONS = frozenset({"siprec", "timer", "replaces", "record-aware"})
"""Option tags that a request may require of us."""
_SENT_BY = re.compile(r"\s(\[[^\]]+\]|[^\s:;,]+)\s*(?::\s*(\d{1,5}))?")
_REASONS = {
    100: "Trying",
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    481: "Call/Transaction Does Not Exist",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """Who sent a message and how to answer: over the same socket or connection."""

    address: tuple[str, int]
    transport: str
    """`UDP`, `TCP` or `TLS`."""
    local: tuple[str, int]
    """Our address as this peer reaches it."""
    write: Callable[[bytes, tuple[str, int]], None]

    @property
    def is_reliable(self) -> bool:
        return self.transport != "UDP"

    def reply(self, request: SipMessage, data: bytes) -> None:
        """To the port that the Via names, or to where the request came from if it asks so (RFC 3581)."""
        via = _top_via(request)
        found = _SENT_BY.search(via)
        wants_source = self.is_reliable or "rport" in read_parameters(via.partition(";")[2])
        port = int(found[2] or 5060) if found and not wants_source else self.address[1]
        self.write(data, (self.address[0], port if 0 < port < 65536 else self.address[1]))

    def send(self, data: bytes) -> None:
        self.write(data, self.address)

    def contact(self) -> tuple[str, str]:
        """Our Contact: a session recording server (RFC 7866, 6.1.2)."""
        scheme, suffix = ("sips", "") if self.transport == "TLS" else ("sip", f";transport={self.transport.lower()}")
        host, port = self.local
        return "Contact", f"<{scheme}:timbre@{_in_uri(host)}:{port}{suffix}>;+sip.srs"


def response(
    request: SipMessage, status: int, peer: Peer, *, tag: str | None = None, fields: Fields = (), body: bytes = b""
) -> bytes:
    """A response to a request. `tag` is ours, for `To`, where the request has none yet."""
    receiver = request.headers["to"][0]
    if tag is not None and request.receiver.tag is None:
        receiver += f";tag={tag}"
    lines = [
        f"SIP/2.0 {status} {_REASONS.get(status, 'Refused')}",
        *(f"Via: {via}" for via in _stamped_vias(request, peer)),
        *(f"Record-Route: {value}" for value in request.headers.get("record-route", ())),
        f"From: {request.headers['from'][0]}",
        f"To: {receiver}",
        f"Call-ID: {request.call_id}",
        f"CSeq: {request.cseq} {request.method}",
    ]
    return _message(lines, fields, body)


def request_of(method: str, target: str, fields: Fields, peer: Peer) -> bytes:
    """A request of ours inside a dialog, without a body; `fields` are those that the dialog gives."""
    via = (
        f"SIP/2.0/{peer.transport} {_in_uri(peer.local[0])}:{peer.local[1]};branch=z9hG4bK{secrets.token_hex(12)};rport"
    )
    lines = [f"{method} {target} SIP/2.0", f"Via: {via}", "Max-Forwards: 70"]
    return _message(lines, (*fields, peer.contact()), b"")


def new_tag() -> str:
    return secrets.token_hex(8)


def listed(message: SipMessage, name: str) -> tuple[str, ...]:
    """The values of a header of option tags or methods, in lower case."""
    return tuple(item.lower() for value in message.headers.get(name, ()) for item in split_list(value) if item)


def _message(lines: Sequence[str], fields: Fields, body: bytes) -> bytes:
    own = [f"{name}: {value}" for name, value in fields]
    head = "\r\n".join((*lines, *own, f"Content-Length: {len(body)}", "", ""))
    return head.encode("utf-8") + body


def _top_via(request: SipMessage) -> str:
    return split_list(request.headers["via"][0])[0]


def _stamped_vias(request: SipMessage, peer: Peer) -> tuple[str, ...]:
    """The request's Vias, the topmost with the address that it really came from (RFC 3261, 18.2.1; RFC 3581)."""
    top, *others = split_list(request.headers["via"][0])
    host, port = peer.address
    found = _SENT_BY.search(top)
    wants_port = read_parameters(top.partition(";")[2]).get("rport") == ""
    if wants_port:
        top = re.sub(r";\s*rport\s*(=\s*)?(?=;|$)", f";rport={port}", top, count=1, flags=re.IGNORECASE)
    if wants_port or (found is not None and found[1].strip("[]") != host):
        top += f";received={host}"
    return (", ".join((top, *others)), *request.headers["via"][1:])


def _in_uri(host: str) -> str:
    return f"[{host}]" if ":" in host else host
