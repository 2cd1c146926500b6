"""What the legs of one conversation have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from audio.sip.headers import read_parameters
from audio.sip.messages import SipMessage
from audio.sip.rules import DialogRules

_MOST_KEYS = 16
_LONGEST_KEY = 256
_SHORTEST_VALUE = 4
_NO_VALUES = frozenset({"none", "null", "unknown", "anonymous", "undefined", "default", "unset"})


@dataclass(frozen=True, slots=True)
class Replaced:
    """The dialog that an INVITE takes the place of (RFC 3891)."""

    call_id: str
    leaver_tag: str
    """Of the party that goes: `from-tag` is the remote one to whoever receives this INVITE."""


def join_keys(message: SipMessage, rules: DialogRules) -> tuple[str, ...]:
    """The keys of a leg by one of its messages, 16 at most.

    They are its Call-ID without suffixes, that of the dialog it replaces, and the values of the configured headers.
    """
    keys = dict.fromkeys(islice(_keys(message, rules), _MOST_KEYS))
    return tuple(key[:_LONGEST_KEY] for key in keys)


def replaced_by(message: SipMessage) -> Replaced | None:
    value = message.header("replaces")
    if value is None:
        return None
    call_id, _, parameters = value.partition(";")
    return Replaced(call_id.strip(), read_parameters(parameters).get("from-tag", ""))


def _keys(message: SipMessage, rules: DialogRules) -> Iterator[str]:
    yield _call_id_key(message.call_id, rules)
    replaced = replaced_by(message)
    if replaced is not None:
        yield _call_id_key(replaced.call_id, rules)
    for name in rules.join_headers:
        for value in message.headers.get(name.lower(), ()):
            yield from (f"{name.lower()}:{part}" for part in _values(name.lower(), value))


def _call_id_key(call_id: str, rules: DialogRules) -> str:
    for suffix in rules.call_id_suffixes:
        call_id = suffix.sub("", call_id)
    return f"call-id:{call_id}"


def _values(name: str, value: str) -> Iterator[str]:
    """A header's value without its parameters; of Session-ID (RFC 7989) both ends' halves.

    A value that a system writes where it knows none would join strangers' calls.
    """
    first, _, parameters = value.partition(";")
    found = [first]
    if name == "session-id":
        found.append(read_parameters(parameters).get("remote", ""))
    for part in (part.strip().strip('"<>').strip().lower() for part in found):
        if len(part) >= _SHORTEST_VALUE and part not in _NO_VALUES and part.strip("0-"):
            yield part
