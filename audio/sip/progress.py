"""What each message of a dialog does to its leg (RFC 3261, seen from beside the wire)."""

from __future__ import annotations

from audio.events import LegCancelled, LegEnded, LegFailed, LegRinging, LegTransferred
from audio.sip.identity import asserted
from audio.sip.leg import Closing, Leg, Phase
from audio.sip.messages import SipMessage
from models.call import Side

_FINAL = frozenset({403, 404, 408, 410, 480, 481, 482, 483, 486, 487, 600, 603, 604, 607, 608})
"""Refusals that a caller does not follow with another INVITE of the same Call-ID."""
_CHALLENGES = frozenset({401, 407})
_MOST_BRANCHES = 64
_MOST_RIVALS = 8
_FORK_S = 32.0
"""So long after the first answer, other forks may answer, and one of them may be the one that is kept (13.2.2.4)."""


def invited(leg: Leg, at_s: float, message: SipMessage) -> None:
    """An INVITE without a To tag: the first, the same at another hop or again, or another try."""
    attempt = leg.attempt
    if leg.phase is not Phase.EARLY or message.cseq < attempt.cseq:
        leg.negotiate(at_s, message, Side.CALLER)
        return
    if message.cseq > attempt.cseq:
        attempt.cseq, attempt.cancelled_s = message.cseq, None
        attempt.branches.clear()
        attempt.refused.clear()
        leg.closing = None
    if message.branch not in attempt.branches and len(attempt.branches) < _MOST_BRANCHES:
        if message.hops <= attempt.nearest:  # tried elsewhere after a refusal, by a proxy that we do not see behind
            attempt.cancelled_s, leg.closing = None, None
        attempt.branches[message.branch] = message.hops
    leg.negotiate(at_s, message, Side.CALLER)


def invite_answered(leg: Leg, at_s: float, message: SipMessage) -> None:
    """Any response to an INVITE."""
    status = message.status or 0
    sender = leg.sender_of(message)
    if status < 200:
        _progressing(leg, at_s, message, sender)
    elif status < 300:
        _accepted(leg, at_s, message, sender)
    elif leg.phase is Phase.EARLY and sender is Side.CALLEE and message.cseq == leg.attempt.cseq:
        _refused(leg, at_s, message, status)


def _progressing(leg: Leg, at_s: float, message: SipMessage, sender: Side) -> None:
    leg.trying = True
    if leg.phase is not Phase.EARLY or message.status == 100 or message.cseq < leg.attempt.cseq:
        return
    if leg.attempt.cancelled_s is None:
        leg.closing = None
    early_media = message.sdp() is not None
    status = message.status or 0
    if (status == 180 or (status == 183 and early_media)) and status not in leg.rung:
        leg.rung.add(status)
        leg.tell(LegRinging(at_s, leg.id, status, early_media))
    leg.negotiate(at_s, message, sender)


def _accepted(leg: Leg, at_s: float, message: SipMessage, sender: Side) -> None:
    tag = message.receiver.tag
    if leg.phase is Phase.EARLY:
        leg.answer(at_s, tag, exact=not leg.started_late)
        leg.tell_holds(at_s)
        leg.negotiate(at_s, message, sender)
        leg.learn_callee(at_s, asserted(message))
    elif sender is Side.CALLEE and tag != leg.callee_tag and message.cseq == leg.attempt.cseq:
        if tag and len(leg.rivals) < _MOST_RIVALS:
            leg.rivals.setdefault(tag, message)
    else:
        leg.negotiate(at_s, message, sender)


def _refused(leg: Leg, at_s: float, message: SipMessage, status: int) -> None:
    """A fork's no is not the caller's, and a challenge is an invitation to ask again."""
    attempt = leg.attempt
    attempt.refused.add(message.branch)
    leg.refusal = LegFailed(at_s, leg.id, status)
    event = _end_of(leg, at_s, status)
    if message.hops == 1 and status in _FINAL:  # told to the caller itself
        leg.close(event)
        return
    nearest = attempt.nearest
    waiting = {branch for branch, hops in attempt.branches.items() if hops == nearest} - attempt.refused
    if message.hops <= nearest and not waiting:
        leg.closing = Closing(event, at_s + (leg.rules.challenge_s if status in _CHALLENGES else leg.rules.retry_s))


def _end_of(leg: Leg, at_s: float, status: int) -> LegCancelled | LegFailed:
    if status == 487 and leg.attempt.cancelled_s is not None:
        return LegCancelled(leg.attempt.cancelled_s, leg.id)
    return LegFailed(at_s, leg.id, status)


def cancelled(leg: Leg, at_s: float, message: SipMessage) -> None:
    """The caller gave up, unless the answer crossed its CANCEL, or a proxy only gave up one of its forks."""
    attempt = leg.attempt
    hops = attempt.branches.get(message.branch, attempt.nearest)
    if leg.phase is not Phase.EARLY or attempt.cancelled_s is not None or hops > attempt.nearest:
        return
    attempt.cancelled_s = at_s
    leg.closing = Closing(LegCancelled(at_s, leg.id), at_s + leg.rules.challenge_s)


def reinvited(leg: Leg, at_s: float, message: SipMessage) -> None:
    """An INVITE inside the dialog: it was answered, whether we saw it or not."""
    _must_be_answered(leg, at_s, message)
    leg.negotiate(at_s, message, leg.sender_of(message))


def acknowledged(leg: Leg, at_s: float, message: SipMessage) -> None:
    """The ACK of a success is a transaction of its own (17.1.1.3); that of a refusal has its INVITE's branch."""
    attempt = leg.attempt
    own_branch = message.branch not in attempt.branches and not attempt.refused
    if message.receiver.tag and own_branch and message.cseq == attempt.cseq:
        _must_be_answered(leg, at_s, message)
    leg.negotiate(at_s, message, leg.sender_of(message))


def _must_be_answered(leg: Leg, at_s: float, message: SipMessage) -> None:
    if leg.phase is Phase.EARLY:
        tags = (message.receiver.tag, message.sender.tag)
        leg.answer(at_s, tags[leg.side_of(message.sender.tag) is Side.CALLEE], exact=False)
        if not leg.started_late:
            leg.heard.update(Side)


def negotiated(leg: Leg, at_s: float, message: SipMessage) -> None:
    """PRACK and UPDATE, and their successes."""
    if message.status is None or 200 <= message.status < 300:
        leg.negotiate(at_s, message, leg.sender_of(message))


def referred(leg: Leg, at_s: float, message: SipMessage) -> None:
    """A REFER is a wish; the transfer is told when it is granted."""
    side = leg.side_of(message.sender.tag)
    if message.status is None:
        if len(leg.referring) < _MOST_RIVALS:
            leg.referring.add((side, message.cseq))
    elif 200 <= message.status < 300 and (side, message.cseq) in leg.referring:
        leg.referring.discard((side, message.cseq))
        leg.tell(LegTransferred(at_s, leg.id, side))


def said_goodbye(leg: Leg, at_s: float, message: SipMessage) -> None:
    """A BYE ends the leg, unless it is for a fork that lost."""
    if message.status is not None:
        return
    side = leg.sender_of(message)
    tag = message.receiver.tag if side is Side.CALLER else message.sender.tag
    if leg.phase is Phase.ANSWERED and tag and leg.callee_tag and tag != leg.callee_tag:
        leg.rivals.pop(tag, None)
    elif leg.rivals and at_s - leg.answered_s < _FORK_S:
        leg.callee_tag, answer = leg.rivals.popitem()
        leg.negotiate(at_s, answer, Side.CALLEE)
    else:
        if side is Side.CALLEE:  # who was only asked cannot hang up (15)
            _must_be_answered(leg, at_s, message)
        leg.close(LegEnded(at_s, leg.id, side, "bye"))
