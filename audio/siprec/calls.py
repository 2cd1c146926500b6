"""The recording dialogs that are open, and their timers: the 200 until its ACK, the session's refresh, our own BYE."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from audio.sip.messages import SipMessage
from audio.siprec.dialog import Dialog, Later, OwnRequests, SessionTimer, Timer
from audio.siprec.session import RecordingSession
from audio.siprec.transactions import GIVE_UP_S, TIMER_T1_S, TIMER_T2_S
from audio.siprec.wire import Peer


@dataclass(slots=True)
class Call:
    """A recording session with its dialog."""

    dialog: Dialog
    session: RecordingSession
    timer: SessionTimer | None = None
    waiting: Timer | None = None
    """For the refresh."""
    unacknowledged: Timer | None = None
    """Until the ACK of the last 200."""


@dataclass(slots=True)
class Calls:
    """All calls, by Call-ID and our tag."""

    later: Later
    now_s: Callable[[], float] = time.time
    _open: dict[tuple[str, str], Call] = field(default_factory=dict)
    _own: OwnRequests = field(init=False)

    def __post_init__(self) -> None:
        self._own = OwnRequests(self.later)

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._open.values()))

    def add(self, call: Call) -> None:
        self._open[call.dialog.call_id, call.dialog.local_tag] = call

    def of(self, request: SipMessage) -> Call | None:
        """The call whose dialog a request belongs to."""
        call = self._open.get((request.call_id, request.receiver.tag or ""))
        return call if call is not None and call.dialog.owns(request) else None

    def responded(self, response: SipMessage) -> None:
        """An answer to a request of ours."""
        self._own.answered(response)

    def acknowledged(self, ack: SipMessage) -> None:
        call = self.of(ack)
        if call is not None:
            _cancel(call.unacknowledged)
            call.unacknowledged = None

    def await_ack(self, call: Call, request: SipMessage, peer: Peer, answer: bytes) -> None:
        """Sends the 200 again until its ACK comes; without one the session ends (RFC 3261, 13.3.1.4)."""
        _cancel(call.unacknowledged)
        self._await_ack(call, lambda: peer.reply(request, answer), TIMER_T1_S, 0.0)

    def _await_ack(self, call: Call, send: Callable[[], None], wait_s: float, waited_s: float) -> None:
        def again() -> None:
            if waited_s + wait_s >= GIVE_UP_S:
                self.hang_up(call, "not_acknowledged")
                return
            send()
            self._await_ack(call, send, min(2 * wait_s, TIMER_T2_S), waited_s + wait_s)

        call.unacknowledged = self.later(wait_s, again)

    def await_refresh(self, call: Call) -> None:
        """Starts the session timer anew (RFC 4028): we refresh in time, or the client is found to be gone."""
        _cancel(call.waiting)
        timer, call.waiting = call.timer, None
        if timer is not None and timer.we_refresh and call.dialog.takes_update:
            call.waiting = self.later(timer.due_s, lambda: self._refresh(call))
        elif timer is not None:
            call.waiting = self.later(timer.due_s, lambda: self.hang_up(call, "session_expired"))

    def _refresh(self, call: Call) -> None:
        def answered(status: int) -> None:
            if status in {408, 481}:  # the client knows nothing of this session any more (RFC 4028, 10)
                self.hang_up(call, "session_expired")

        self._own.send(call.dialog, "UPDATE", answered)
        self.await_refresh(call)

    def hang_up(self, call: Call, reason: str) -> None:
        if self.end(call, reason):
            self._own.send(call.dialog, "BYE")

    def end(self, call: Call, reason: str) -> bool:
        """Whether the call was open until now."""
        if self._open.pop((call.dialog.call_id, call.dialog.local_tag), None) is None:
            return False
        _cancel(call.waiting)
        _cancel(call.unacknowledged)
        call.session.end(self.now_s(), reason)
        return True


def _cancel(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()
