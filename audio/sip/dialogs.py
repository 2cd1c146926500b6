"""Calls out of SIP seen from beside the wire: at any number of hops, some messages twice, some never."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from audio.events import LegFailed, LegTransferred
from audio.sip import progress
from audio.sip.leg import DialogEvent, Leg, Phase
from audio.sip.messages import SipMessage
from audio.sip.opening import fitness, is_initial, is_recording, learn, new_leg, opens
from audio.sip.rules import DialogRules

_Handler = Callable[[Leg, float, SipMessage], None]
_REQUESTS: dict[str, _Handler] = {
    "ACK": progress.acknowledged,
    "BYE": progress.said_goodbye,
    "CANCEL": progress.cancelled,
    "PRACK": progress.negotiated,
    "REFER": progress.referred,
    "UPDATE": progress.negotiated,
}
_RESPONSES: dict[str, _Handler] = {
    "INVITE": progress.invite_answered,
    "PRACK": progress.negotiated,
    "REFER": progress.referred,
    "UPDATE": progress.negotiated,
}
_FOLLOWED = frozenset({"INVITE", *_REQUESTS})
_NOTHING_HEARD = frozenset({100, 401, 407})
"""Any server says these to anybody, a scanner too."""
_MOST_LEGS_OF_A_CALL_ID = 16
_AGED_EVERY_S = 1.0


class DialogTracker:
    """Follows dialogs by Call-ID and tags.

    A leg is told from the moment on when both ends have been heard, with the times of what was before; an INVITE
    that nobody answers is nobody's call. Memory is bounded by `rules.most_dialogs`: where they are full, what is
    over or unheard makes room, and what then finds none is counted in `refused`.
    """

    def __init__(self, rules: DialogRules = DialogRules()) -> None:  # noqa: B008 - a frozen value
        self.refused = 0
        self._opened = 0
        self._aged_s = float("-inf")
        self._rules = rules
        self._legs: dict[str, Leg] = {}
        self._by_call_id: dict[str, list[Leg]] = {}
        self._spare: OrderedDict[str, None] = OrderedDict()  # of a dict, finding the oldest again and again is slow
        """Legs that may make room, oldest first: over, or not heard from both ends yet."""

    def __len__(self) -> int:
        return len(self._legs)

    def feed(self, at_s: float, message: SipMessage, source: str, destination: str) -> tuple[DialogEvent, ...]:
        """What a message tells, captured at `at_s` on its way between two addresses (as text, any transport)."""
        if message.method not in _FOLLOWED:
            return ()
        settled = self._settle(message, at_s)
        leg = self._find(message) or self._open(at_s, message, source, destination)
        if leg is None:
            return settled
        leg.seen_s = max(leg.seen_s, at_s)
        if leg.phase is Phase.OVER:
            return settled
        early = leg.phase is Phase.EARLY
        _follow(leg, at_s, message)
        learn(leg, at_s, message, (source, destination))
        transferred = self._replace(leg, at_s) if early and leg.phase is Phase.ANSWERED else ()
        return settled + transferred + self._handed_on(leg)

    def expire(self, now_s: float) -> tuple[DialogEvent, ...]:
        """What the passing of time tells; to be called every second or so of the capture clock, and at its end."""
        if abs(now_s - self._aged_s) < _AGED_EVERY_S:
            return ()
        self._aged_s = now_s
        soonest_s = min(self._rules.unheard_s, self._rules.early_quiet_s, self._rules.linger_s)
        aged = [leg for leg in self._legs.values() if leg.closing or now_s - leg.seen_s > soonest_s]
        return tuple(event for leg in aged for event in self._age(leg, now_s))

    def forget(self, leg: str) -> None:
        """A leg's end was found otherwise, e.g. by its silence; nothing more is told of it."""
        if leg in self._legs:
            self._legs[leg].phase = Phase.OVER
            self._spare[leg] = None

    def _settle(self, message: SipMessage, at_s: float) -> tuple[DialogEvent, ...]:
        """What time has told of the message's leg before it, however seldom `expire` is called."""
        leg = self._find(message)
        return self._age(leg, at_s) if leg is not None else ()

    def _find(self, message: SipMessage) -> Leg | None:
        """Of the legs of its Call-ID the one that fits best: both legs of a back-to-back agent may share a tag."""
        siblings = self._by_call_id.get(message.call_id, ())
        fits = [(fit, place) for place, leg in enumerate(siblings) if (fit := fitness(leg, message)) is not None]
        return siblings[max(fits)[1]] if fits else None

    def _open(self, at_s: float, message: SipMessage, source: str, destination: str) -> Leg | None:
        if not opens(message):
            return None
        siblings = self._by_call_id.get(message.call_id, ())
        if len(siblings) >= _MOST_LEGS_OF_A_CALL_ID or not self._has_room():
            self.refused += 1
            return None
        self._opened += 1  # part of the name: what was forgotten and comes again is another leg
        leg = new_leg(self._opened, at_s, message, (source, destination), self._rules)
        if is_recording(message) and not self._rules.recording_sessions:
            leg.phase = Phase.OVER
        self._legs[leg.id] = leg
        self._spare[leg.id] = None
        self._by_call_id.setdefault(leg.call_id, []).append(leg)
        return leg

    def _has_room(self) -> bool:
        if len(self._legs) >= self._rules.most_dialogs and self._spare:
            self._remove(self._legs[next(iter(self._spare))])
        return len(self._legs) < self._rules.most_dialogs

    def _remove(self, leg: Leg) -> None:
        del self._legs[leg.id]
        self._spare.pop(leg.id, None)
        siblings = self._by_call_id[leg.call_id]
        siblings.remove(leg)
        if not siblings:
            del self._by_call_id[leg.call_id]

    def _handed_on(self, leg: Leg) -> tuple[DialogEvent, ...]:
        told = leg.hand_on()
        if leg.phase is Phase.OVER:
            if leg.id in self._legs:
                self._spare.setdefault(leg.id)
        elif leg.told:
            self._spare.pop(leg.id, None)
        return told

    def _replace(self, leg: Leg, at_s: float) -> tuple[DialogEvent, ...]:
        """The leg whose place this one took was transferred by the party that is no longer in it."""
        replaced = leg.replaces
        for other in self._by_call_id.get(replaced.call_id, ()) if replaced else ():
            known = replaced is not None and replaced.leaver_tag in (other.caller_tag, other.callee_tag)
            if known and replaced is not None and other is not leg and other.phase is not Phase.OVER:
                other.tell(LegTransferred(at_s, other.id, other.side_of(replaced.leaver_tag)))
                return self._handed_on(other)
        return ()

    def _age(self, leg: Leg, now_s: float) -> tuple[DialogEvent, ...]:
        if leg.closing is not None and now_s >= leg.closing.due_s:
            leg.close(leg.closing.event)
        elif now_s - leg.seen_s <= leg.patience_s:
            return ()
        elif leg.told and leg.phase is Phase.EARLY:
            leg.close(leg.refusal or LegFailed(leg.seen_s, leg.id))
        else:
            self._remove(leg)
        return self._handed_on(leg)


def _follow(leg: Leg, at_s: float, message: SipMessage) -> None:
    handler = _REQUESTS.get(message.method) if message.status is None else _RESPONSES.get(message.method)
    if message.status is None and message.method == "INVITE":
        handler = progress.invited if is_initial(message) else progress.reinvited
    if handler is None:
        return
    if message.status not in _NOTHING_HEARD:
        leg.heard.add(leg.sender_of(message))
    handler(leg, at_s, message)
