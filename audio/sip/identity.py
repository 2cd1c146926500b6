"""Who calls whom, in a dialog's own words."""

from __future__ import annotations

from audio.sip.errors import SipError
from audio.sip.headers import read_address, split_list, user_of
from audio.sip.messages import SipMessage


def caller_of(message: SipMessage) -> str | None:
    """Who the network vouches for (RFC 3325), otherwise `From`; a response vouches for nobody but the callee."""
    return (asserted(message) if message.status is None else None) or user_of(message.sender.uri)


def callee_of(message: SipMessage) -> str | None:
    """Whom the caller asked for."""
    return user_of(message.receiver.uri)


def asserted(message: SipMessage) -> str | None:
    """The user in P-Asserted-Identity; `None` where there is none, or its owner asked for privacy (RFC 3323)."""
    privacy = (message.header("privacy") or "none").lower()
    value = message.header("p-asserted-identity")
    if value is None or "id" in privacy or "user" in privacy:
        return None
    try:
        users = [user_of(read_address(item).uri) for item in split_list(value)[:2]]
    except SipError:  # nothing hangs on it: `From` and `To` still tell
        return None
    return next(filter(None, users), None)
