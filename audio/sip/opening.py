"""How a leg begins, and what later messages add to who it is between."""

from __future__ import annotations

from audio.sip.identity import asserted, callee_of, caller_of
from audio.sip.joining import join_keys, replaced_by
from audio.sip.leg import Attempt, Leg
from audio.sip.messages import SipMessage
from audio.sip.negotiation import Negotiation
from audio.sip.rules import DialogRules


def is_initial(message: SipMessage) -> bool:
    """An INVITE that asks for a dialog rather than being sent inside one."""
    return message.method == "INVITE" and message.status is None and message.receiver.tag is None


def is_recording(message: SipMessage) -> bool:
    """Whether a message is of a recording session (RFC 7866): the copy of a call, for a recording server."""
    required = any("siprec" in value.lower() for value in message.headers.get("require", ()))
    return required or any(part.content_type.startswith("application/rs-metadata") for part in message.parts())


def fitness(leg: Leg, message: SipMessage) -> tuple[bool, bool] | None:
    """How well a message's tags fit a leg of its Call-ID: by both tags, and by the caller's in its place.

    `None`: not at all, or it tries again what had failed.
    """
    tags = {message.sender.tag or "", message.receiver.tag or ""}
    again = leg.failed and is_initial(message) and message.cseq > leg.attempt.cseq
    by_caller, by_callee = leg.caller_tag in tags, bool(leg.callee_tag) and leg.callee_tag in tags
    if again or not (by_caller or by_callee):
        return None
    return by_caller and by_callee, leg.caller_tag == (message.sender.tag or "")


def opens(message: SipMessage) -> bool:
    """Whether a message of an unknown dialog lets it be followed: the INVITE, or what shows that one was missed."""
    if is_initial(message):
        return True
    if message.receiver.tag is None:
        return False
    if message.status is None:
        return message.method in ("INVITE", "UPDATE") and message.sdp() is not None
    rings = 180 <= message.status < 200
    return message.method == "INVITE" and (rings or (200 <= message.status < 300 and message.sdp() is not None))


def new_leg(number: int, at_s: float, message: SipMessage, addresses: tuple[str, str], rules: DialogRules) -> Leg:
    """The leg that a message opens; in one that began before the capture, who asks first counts as the caller."""
    tag = message.sender.tag or ""
    name = f"{message.call_id};{tag};{number}"
    leg = Leg(
        id=name,
        call_id=message.call_id,
        caller_tag=tag,
        begun_s=at_s,
        attempt=Attempt(message.cseq),
        negotiation=Negotiation(name),
        rules=rules,
        started_late=not is_initial(message),
        caller=caller_of(message),
        callee=callee_of(message),
        addresses=addresses if message.status is None else addresses[::-1],
        join_keys=join_keys(message, rules),
    )
    if leg.started_late and message.status is None:  # a request inside a dialog: it was answered before
        leg.answer(at_s, message.receiver.tag, exact=False)
    return leg


def learn(leg: Leg, at_s: float, message: SipMessage, addresses: tuple[str, str]) -> None:
    """What any message of the INVITE adds: keys, who the network says is calling, the further hop's address."""
    if message.method != "INVITE" or message.status == 100:
        return
    leg.learn_keys(at_s, join_keys(message, leg.rules))
    if not is_initial(message):
        return
    leg.replaces = leg.replaces or replaced_by(message)
    if leg.told:
        return
    leg.caller = asserted(message) or leg.caller
    caller, callee = leg.addresses
    source, destination = addresses
    leg.addresses = (source if destination == caller else caller, destination if source == callee else callee)
    if leg.started_late and (message.sender.tag or "") == leg.caller_tag:  # captured out of order, not late
        leg.started_late, leg.begun_s = False, min(leg.begun_s, at_s)
