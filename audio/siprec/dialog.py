"""One recording dialog (RFC 3261, 12): whose requests belong to it, and our own requests in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from audio.sip.headers import read_address, read_parameters
from audio.sip.messages import SipMessage
from audio.siprec.transactions import GIVE_UP_S, TIMER_T1_S, TIMER_T2_S
from audio.siprec.wire import Peer, listed, request_of


class Timer(Protocol):
    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]
"""Calls back once after so many seconds, unless cancelled: `asyncio`'s `call_later`."""


@dataclass(slots=True)
class Dialog:
    """As the called side sees it. `peer` is where its last request came from, which also passes translators."""

    call_id: str
    local_tag: str
    remote_tag: str
    ours: str
    """`To` of its requests, with our tag."""
    theirs: str
    target: str
    route: tuple[str, ...]
    peer: Peer
    remote_cseq: int
    takes_update: bool
    local_cseq: int = 0

    @classmethod
    def begun_by(cls, invite: SipMessage, peer: Peer, tag: str) -> Dialog:
        return cls(
            call_id=invite.call_id,
            local_tag=tag,
            remote_tag=invite.sender.tag or "",
            ours=f"{invite.headers['to'][0]};tag={tag}",
            theirs=invite.headers["from"][0],
            target=_target(invite) or invite.sender.uri,
            route=invite.headers.get("record-route", ()),  # in order: we are the called side (12.1.1)
            peer=peer,
            remote_cseq=invite.cseq,
            takes_update=not listed(invite, "allow") or "update" in listed(invite, "allow"),
        )

    def owns(self, request: SipMessage) -> bool:
        return request.receiver.tag == self.local_tag and (request.sender.tag or "") == self.remote_tag

    def is_next(self, request: SipMessage) -> bool:
        """Whether the request is newer than those before it (12.2.2); if so it is taken note of."""
        if request.cseq <= self.remote_cseq:
            return False
        self.remote_cseq = request.cseq
        return True

    def refresh(self, request: SipMessage, peer: Peer) -> None:
        """A re-INVITE or UPDATE may come from, and point to, another place."""
        self.peer = peer
        self.target = _target(request) or self.target

    def request(self, method: str) -> bytes:
        self.local_cseq += 1
        fields = (
            *(("Route", value) for value in self.route),
            ("From", self.ours),
            ("To", self.theirs),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.local_cseq} {method}"),
        )
        return request_of(method, self.target, fields, self.peer)


def _target(request: SipMessage) -> str | None:
    contact = request.header("contact")
    uri = read_address(contact).uri if contact and contact != "*" else ""
    return uri if uri and len(uri) <= 512 else None


@dataclass(slots=True)
class _Pending:
    data: bytes
    peer: Peer
    on_final: Callable[[int], None]
    timer: Timer | None = None
    waited_s: float = 0.0
    interval_s: float = TIMER_T1_S


@dataclass(slots=True)
class OwnRequests:
    """Our BYE and UPDATE: sent again over UDP until answered, given up after 32 s (RFC 3261, 17.1.2)."""

    later: Later
    _pending: dict[tuple[str, int], _Pending] = field(default_factory=dict)

    def send(self, dialog: Dialog, method: str, on_final: Callable[[int], None] = lambda _: None) -> None:
        """`on_final` is told the final status, 408 where none came."""
        data = dialog.request(method)
        pending = _Pending(data, dialog.peer, on_final)
        key = dialog.call_id, dialog.local_cseq
        self._pending[key] = pending
        dialog.peer.send(data)
        self._wait(key, pending)

    def answered(self, response: SipMessage) -> None:
        key = response.call_id, response.cseq
        pending = self._pending.get(key)
        if pending is None or response.status is None or response.status < 200:
            return
        del self._pending[key]
        if pending.timer is not None:
            pending.timer.cancel()
        pending.on_final(response.status)

    def _wait(self, key: tuple[str, int], pending: _Pending) -> None:
        pending.timer = self.later(pending.interval_s, lambda: self._again(key, pending))

    def _again(self, key: tuple[str, int], pending: _Pending) -> None:
        pending.waited_s += pending.interval_s
        if pending.waited_s >= GIVE_UP_S:
            self._pending.pop(key, None)
            pending.on_final(408)
            return
        if not pending.peer.is_reliable:
            pending.peer.send(pending.data)
        pending.interval_s = min(2 * pending.interval_s, TIMER_T2_S)
        self._wait(key, pending)


@dataclass(frozen=True, slots=True)
class SessionTimer:
    """RFC 4028 as agreed on: who refreshes, and how often."""

    interval_s: int
    we_refresh: bool

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        who = "uas" if self.we_refresh else "uac"
        required = () if self.we_refresh else (("Require", "timer"),)
        return (("Session-Expires", f"{self.interval_s};refresher={who}"), *required)

    @property
    def due_s(self) -> float:
        """When we refresh, or when the peer's refresh is too late (section 10)."""
        return self.interval_s / 2 if self.we_refresh else self.interval_s - min(32.0, self.interval_s / 3)


def session_timer_of(request: SipMessage, default_s: int) -> SessionTimer | None:
    """What we agree to: the client refreshes wherever it can, at its own interval or at ours (section 9)."""
    said = request.header("session-expires") or ""
    interval_s = asked_interval_s(request)
    knows = "timer" in listed(request, "supported") or "timer" in listed(request, "require")
    if interval_s is None:
        return SessionTimer(default_s, we_refresh=False) if knows else None
    wants_us = read_parameters(said.partition(";")[2]).get("refresher", "").lower() == "uas"
    return SessionTimer(interval_s, we_refresh=wants_us or not knows)


def asked_interval_s(request: SipMessage) -> int | None:
    """The client's Session-Expires; `None` where it has none that can be read."""
    number = (request.header("session-expires") or "").partition(";")[0].strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 9 else None
