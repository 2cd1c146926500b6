"""SIP as it is captured, built as text; and what a tracker tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audio.sip.dialogs import DialogTracker
from audio.sip.leg import DialogEvent
from audio.sip.media import MediaExpected
from audio.sip.messages import parse
from audio.sip.rules import DialogRules

CUSTOMER = "192.0.2.10"
PROXY = "192.0.2.50"
AGENT = "192.0.2.20"


@dataclass(frozen=True, slots=True)
class Seen:
    """One captured message."""

    at_s: float
    data: bytes
    source: str
    destination: str


def sdp(
    address: str = CUSTOMER, port: int = 6000, *lines: str, formats: str = "8 101", profile: str = "RTP/AVP"
) -> str:
    """A session description with one line of sound; `lines` are added to it."""
    head = [
        "v=0",
        f"o=- 1 1 IN IP4 {address}",
        "s=-",
        f"c=IN IP4 {address}",
        "t=0 0",
        f"m=audio {port} {profile} {formats}",
    ]
    return "\r\n".join([*head, "a=rtpmap:101 telephone-event/8000", *lines, ""])


def message(start: str, headers: Iterable[tuple[str, str]], body: str = "") -> bytes:
    content = body.encode()
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if content:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content


@dataclass(frozen=True, slots=True)
class Dialog:
    """The messages of one dialog, as either side sends them, at a hop (1: next to who sent the request)."""

    call_id: str = "call-1@192.0.2.10"
    caller_tag: str = "from-1"
    callee_tag: str = "to-1"
    caller: str = "<sip:+34600111222@192.0.2.10>"
    callee: str = "<sip:900123456@192.0.2.20>"

    def request(
        self,
        at_s: float,
        method: str,
        cseq: int = 1,
        *,
        body: str = "",
        by_callee: bool = False,
        inside: bool = True,
        hop: int = 1,
        branch: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Seen:
        ends = self._ends(by_callee=by_callee, tagged=inside)
        via = self._vias(method, cseq, hop, branch, by_callee=by_callee)
        fields = [*via, *ends, ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}"), *(headers or {}).items()]
        way = (AGENT, CUSTOMER) if by_callee else (CUSTOMER, AGENT)
        return Seen(at_s, message(f"{method} sip:900123456@192.0.2.20 SIP/2.0", fields, body), *way)

    def response(
        self,
        at_s: float,
        status: int,
        method: str = "INVITE",
        cseq: int = 1,
        *,
        body: str = "",
        by_callee: bool = True,
        hop: int = 1,
        branch: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Seen:
        """`by_callee`: the response is the callee's, to a request of the caller."""
        ends = self._ends(by_callee=not by_callee, tagged=status > 100)
        via = self._vias(method, cseq, hop, branch, by_callee=not by_callee)
        fields = [*via, *ends, ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}"), *(headers or {}).items()]
        way = (AGENT, CUSTOMER) if by_callee else (CUSTOMER, AGENT)
        return Seen(at_s, message(f"SIP/2.0 {status} Said", fields, body), *way)

    def invite(self, at_s: float, cseq: int = 1, *, body: str | None = None, **how: object) -> Seen:
        return self.request(at_s, "INVITE", cseq, body=sdp() if body is None else body, inside=False, **how)  # type: ignore[arg-type] # as in request

    def ack(self, at_s: float, cseq: int = 1, *, body: str = "") -> Seen:
        """Of a success: a transaction of its own."""
        return self.request(at_s, "ACK", cseq, body=body, branch=f"z9hG4bK-ack-{cseq}")

    def _ends(self, *, by_callee: bool, tagged: bool) -> list[tuple[str, str]]:
        caller = f"{self.caller};tag={self.caller_tag}"
        callee = f"{self.callee};tag={self.callee_tag}" if tagged else self.callee
        return [("From", callee), ("To", caller)] if by_callee else [("From", caller), ("To", callee)]

    def _vias(self, method: str, cseq: int, hop: int, branch: str | None, *, by_callee: bool) -> list[tuple[str, str]]:
        transaction = "INVITE" if method in ("ACK", "CANCEL") else method
        own = [f"z9hG4bK-{transaction}-{cseq}-{by_callee:d}-{place}" for place in range(hop, 0, -1)]
        if branch is not None:
            own[0] = branch
        return [("Via", f"SIP/2.0/UDP 192.0.2.99;branch={name}") for name in own]


def answered_call(dialog: Dialog | None = None, start_s: float = 100.0) -> list[Seen]:
    """INVITE, 180 after 0.2 s, 200 after 4.4 s, BYE of the caller after 60 s."""
    dialog = dialog or Dialog()
    return [
        dialog.invite(start_s),
        dialog.response(start_s + 0.01, 100),
        dialog.response(start_s + 0.2, 180),
        dialog.response(start_s + 4.4, 200, body=sdp(AGENT, 7000)),
        dialog.ack(start_s + 4.45),
        dialog.request(start_s + 60.0, "BYE", 2),
        dialog.response(start_s + 60.01, 200, "BYE", 2),
    ]


def told(flow: Iterable[Seen], rules: DialogRules | None = None, until_s: float | None = None) -> list[DialogEvent]:
    """All that a tracker tells of captured messages, and of time passing until `until_s`."""
    tracker = DialogTracker(rules or DialogRules())
    events = [event for seen in flow for event in feed(tracker, seen)]
    return events + list(tracker.expire(until_s)) if until_s is not None else events


def feed(tracker: DialogTracker, seen: Seen) -> tuple[DialogEvent, ...]:
    return tracker.feed(seen.at_s, parse(seen.data), seen.source, seen.destination)


def signals(events: Iterable[DialogEvent]) -> list[DialogEvent]:
    return [event for event in events if not isinstance(event, MediaExpected)]


def kinds(events: Iterable[DialogEvent]) -> list[str]:
    return [type(event).__name__ for event in signals(events)]


def media(events: Iterable[DialogEvent]) -> list[MediaExpected]:
    return [event for event in events if isinstance(event, MediaExpected)]
