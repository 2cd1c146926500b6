"""SIP header fields (RFC 3261, 7.3 and 25.1): names, lists, addresses and parameters.

Every pattern is possessive (`*+`): time is linear in the length of the input, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from audio.sip.errors import SipError

COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
}
"""Compact forms registered with IANA for the headers that a call is followed by."""

_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_NAME_ADDR = re.compile(rf'(?:[^<"]|{_QUOTED})*+<([^<>\s]*+)>(.*)', re.DOTALL)
_PARAMETER = re.compile(rf"\s*+([^\s=;\"]++)\s*+(?:=\s*+({_QUOTED}|[^;\"]*+))?+\s*+(?:;|$)", re.DOTALL)
_ITEM = re.compile(rf'(?:[^,"<]|{_QUOTED}|<[^>]*+>)*+', re.DOTALL)
_MOST_ITEMS = 128
_LONGEST_USER = 64


@dataclass(frozen=True, slots=True)
class Address:
    """A `From`, `To` or identity header: where it points and its parameters, their names in lower case."""

    uri: str
    parameters: Mapping[str, str]

    @property
    def tag(self) -> str | None:
        return self.parameters.get("tag") or None


def read_address(value: str) -> Address:
    """`"Name" <uri>;parameters` or `uri;parameters`.

    A display name that should have been quoted is let pass, as telephones write it and nobody here reads it.

    Raises:
        SipError: `sip_address`, for an open quote, an open bracket or a space inside a URI.
    """
    found = _NAME_ADDR.fullmatch(value)
    if found is not None:
        return Address(found[1], read_parameters(found[2]))
    uri, _, parameters = value.partition(";")
    uri = uri.strip()
    if not uri or any(mark in uri for mark in '<>" \t'):
        raise SipError("an address is malformed", "sip_address")
    return Address(uri, read_parameters(parameters))


def read_parameters(text: str) -> dict[str, str]:
    """`;name=value;flag` as a mapping; what is no parameter ends the reading."""
    text = text.strip().removeprefix(";")
    if '"' not in text:
        pairs = (item.partition("=") for item in text.split(";")[:_MOST_ITEMS] if item)
        return {name.strip().lower(): value.strip() for name, _, value in pairs}
    read: dict[str, str] = {}
    at = 0
    while len(read) < _MOST_ITEMS and at < len(text) and (found := _PARAMETER.match(text, at)):
        read[found[1].lower()] = (found[2] or "").strip().strip('"')
        at = found.end()
    return read


def split_list(value: str) -> list[str]:
    """A header's comma-separated values; commas in quotes and in angle brackets separate nothing.

    Raises:
        SipError: `sip_list`, for an open quote or bracket or too many values.
    """
    if "," not in value:
        return [value.strip()]
    items: list[str] = []
    at = 0
    while at <= len(value):
        found = _ITEM.match(value, at)
        end = found.end() if found else at
        if len(items) == _MOST_ITEMS or (end < len(value) and value[end] != ","):
            raise SipError("a header's list is malformed or too long", "sip_list")
        items.append(value[at:end].strip())
        at = end + 1
    return items


def user_of(uri: str) -> str | None:
    """The user part of a sip or sips URI, or the number of a tel URI, unescaped; `None` where there is none."""
    scheme, _, rest = uri.partition(":")
    match scheme.lower():
        case "sip" | "sips":
            user, at, _ = rest.rpartition("@")
            user = user.partition(":")[0].partition(";")[0] if at else ""
        case "tel":
            user = re.sub(r"[-.()]", "", rest.partition(";")[0])  # RFC 3966's visual separators
        case _:
            return None
    return "".join(mark for mark in unquote(user) if mark.isprintable())[:_LONGEST_USER].strip() or None
