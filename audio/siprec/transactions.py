"""Requests that come twice are answered twice with the same bytes, and acted on once (RFC 3261, 17.2)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from audio.sip.messages import SipMessage
from audio.siprec.wire import Peer

TIMER_T1_S = 0.5
TIMER_T2_S = 4.0
GIVE_UP_S = 64 * TIMER_T1_S
"""RFC 3261's timers B, F, H and J."""
_MOST = 20_000

_Key = tuple[str, str, str, int, str]


@dataclass(slots=True)
class ServerTransactions:
    """The answers of the last 32 s, at most 20,000 of them; the oldest are forgotten first."""

    _answers: OrderedDict[_Key, tuple[float, bytes]] = field(default_factory=OrderedDict)

    def answered(self, request: SipMessage, now_s: float) -> bytes | None:
        """What was answered to this very request before, `None` where it is new."""
        self._forget(now_s)
        known = self._answers.get(_key(request))
        return known[1] if known is not None else None

    def has_invite(self, cancel: SipMessage, now_s: float) -> bool:
        """Whether the INVITE that a CANCEL means is known (RFC 3261, 9.2)."""
        self._forget(now_s)
        return (*_key(cancel)[:4], "INVITE") in self._answers

    def answer(self, request: SipMessage, data: bytes, peer: Peer, now_s: float) -> None:
        """Sends a final answer and keeps it for retransmissions."""
        self._answers[_key(request)] = (now_s, data)
        peer.reply(request, data)

    def _forget(self, now_s: float) -> None:
        while self._answers:
            key, (at_s, _) = next(iter(self._answers.items()))
            if now_s - at_s <= GIVE_UP_S and len(self._answers) <= _MOST:
                return
            del self._answers[key]


def _key(request: SipMessage) -> _Key:
    """Branch alone is not unique before RFC 3261, and a hostile one may be another's."""
    return request.branch, request.call_id, request.sender.tag or "", request.cseq, request.method
