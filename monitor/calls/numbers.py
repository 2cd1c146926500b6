"""Telephone numbers and SIP addresses as far as two of them are compared."""

from __future__ import annotations

_LONGEST = 255
_SIGNIFICANT_DIGITS = 9
"""National numbers of the countries that we serve have 8 to 10; prefixes before them differ from leg to leg."""
_FEWEST_DIGITS = 7


def user_of(address: str | None) -> str:
    """The user of `sip:user@host;parameters`, or the bare number; empty where there is none."""
    text = (address or "")[:_LONGEST].strip().strip("<>")
    for scheme in ("sip:", "sips:", "tel:"):
        text = text[len(scheme) :] if text.lower().startswith(scheme) else text
    return text.partition("@")[0].partition(";")[0]


def host_of(address: str | None) -> str:
    """The host of `sip:user@host:port;parameters` in lower case; empty for a bare number."""
    host = (address or "")[:_LONGEST].strip().strip("<>").partition("@")[2].partition(";")[0].lower()
    return host if host.startswith("[") or host.count(":") != 1 else host.partition(":")[0]


def same_number(first: str | None, second: str | None) -> bool:
    """Whether two addresses are of one subscriber: equal users, or the same last nine digits of longer numbers."""
    left, right = user_of(first), user_of(second)
    if not left or not right:
        return False
    digits, others = _digits(left), _digits(right)
    if min(len(digits), len(others)) < _FEWEST_DIGITS:
        return left.lower() == right.lower()
    shared = min(_SIGNIFICANT_DIGITS, len(digits), len(others))
    return digits[-shared:] == others[-shared:]


def telling(address: str | None) -> bool:
    """Whether a number is long enough to be one subscriber's and not a word such as `anonymous`."""
    return bool(common_digits(address))


def common_digits(address: str | None) -> str:
    """The last digits, equal in all forms of one subscriber's number; empty where it is no such number."""
    digits = _digits(user_of(address))
    return digits[-_FEWEST_DIGITS:] if len(digits) >= _FEWEST_DIGITS else ""


def _digits(user: str) -> str:
    """The digits of a telephone number; none where it is a name."""
    bare = user.translate({ord(sign): None for sign in "+-. ()"})
    return bare if bare.isascii() and bare.isdigit() else ""
