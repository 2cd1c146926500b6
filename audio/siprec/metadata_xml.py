"""Reads `application/rs-metadata+xml`. It comes from the network: bounded in size, depth and number of everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import iterparse

from audio.siprec.metadata import Metadata, Participant
from models.errors import SignallingError

_MOST_ELEMENTS = 4000
_DEEPEST = 32
_MOST_OBJECTS = 64
_MOST_CALL_IDS = 16
_LONGEST_TEXT = 256
_CALL_ID_NAMES = re.compile(
    r"(?:.*[-_.])?(?:ucid|gucid|gcid|guid|x?call[-_]?id|ext(?:call|tracking)id|global[-_]?call[-_]?id"
    r"|(?:conversation|interaction|contact|correlation)[-_]?id)",
    re.IGNORECASE,
)
"""Names under which Oracle, Avaya, Cisco, BroadWorks and others send their own identifier of the call."""
_CALLER_FLAGS = frozenset({"callerorig", "caller", "iscaller"})
_CALLING_NUMBERS = frozenset({"callingpartynumber", "callingparty", "callingnumber", "calling"})


class MetadataError(SignallingError):
    """The metadata cannot be read; the recording goes on without them."""

    code = "siprec_metadata_unreadable"


def read_metadata(body: bytes, largest_bytes: int = 65536) -> Metadata:
    """The metadata in one XML document of either dialect.

    Raises:
        MetadataError: It is larger, deeper or richer than the limits, has a document type (entities), is no
            well-formed XML or no `<recording>`.
    """
    if len(body) > largest_bytes:
        raise MetadataError(f"metadata of {len(body)} bytes; at most {largest_bytes} are read")
    root = _bounded_tree(body)
    if _local(root) != "recording":
        raise MetadataError("the metadata's root is not <recording>")
    return _metadata(root)


def _bounded_tree(body: bytes) -> Element:
    depth = elements = 0
    try:
        events = iterparse(BytesIO(body.strip()), events=("start", "end"), forbid_dtd=True)
        for kind, _ in events:
            depth += 1 if kind == "start" else -1
            elements += kind == "start"
            if depth > _DEEPEST or elements > _MOST_ELEMENTS:
                raise MetadataError("the metadata are nested too deep or have too many elements")
    except (ParseError, ValueError, LookupError) as error:  # defusedxml's refusals are ValueErrors
        raise MetadataError(f"the metadata are not acceptable XML ({type(error).__name__})") from error
    root: Element = events.root  # type: ignore[attr-defined] # iterparse has it at its end; the stubs leave it out
    return root


class _Objects(NamedTuple):
    groups: list[Element]
    sessions: list[Element]
    participants: list[Element]
    streams: list[Element]
    speaking: list[Element]
    """`<participantstreamassoc>`, and the drafts' `<participant>`, which holds the same `<send>`."""


def _metadata(root: Element) -> Metadata:
    found = _objects(root)
    return Metadata(
        partial=(_child_text(root, "datamode") or "").lower() == "partial",
        group_ids=_distinct(_id(one, "group") for one in found.groups),
        session_ids=_distinct(_id(one, "session") for one in found.sessions),
        sip_session_ids=_distinct(part for one in found.sessions for part in _sip_session_ids(one)),
        started_s=next((at for one in found.sessions if (at := _moment(one, "start-time")) is not None), None),
        participants=_participants(found, _calling_number(root)),
        labels=_labels(found.streams),
        sends=_sends(found.speaking),
        call_ids=_call_ids(root),
    )


def _objects(root: Element) -> _Objects:
    def named(name: str) -> list[Element]:
        return [child for child in root if _local(child) == name][:_MOST_OBJECTS]

    participants = named("participant")
    return _Objects(
        named("group"),
        named("session"),
        participants,
        named("stream"),
        participants + named("participantstreamassoc"),
    )


def _participants(found: _Objects, calling: str | None) -> dict[str, Participant]:
    people: dict[str, Participant] = {}
    for element in found.participants:
        key = _id(element, "participant")
        if key is None:
            continue
        one = Participant(key, *_name(element), called=_called(element))
        if one.called is None and calling is not None and one.number == calling:
            one = Participant(one.id, one.aor, one.name, called=True)
        people[key] = one
    return people


def _name(participant: Element) -> tuple[str | None, str | None]:
    """Address of record and display name of the first `<nameID>`, or of the drafts' `<aor>` and `<name>`."""
    name_id = next((one for one in participant.iter() if _local(one) == "nameid"), participant)
    aor = _text(name_id.get("aor")) or _child_text(participant, "aor")
    return aor, _child_text(name_id, "name") or _text(participant.get("name"))


def _called(participant: Element) -> bool | None:
    for one in participant.iter():
        if _local(one) in _CALLER_FLAGS and (said := _text(one.text)) is not None:
            return said.lower() in {"true", "1", "yes"}
    return None


def _calling_number(root: Element) -> str | None:
    return next((said for one in root.iter() if _local(one) in _CALLING_NUMBERS and (said := _text(one.text))), None)


def _labels(streams: list[Element]) -> dict[str, str]:
    found = {}
    for one in streams:
        key = _id(one, "stream") or _text(one.get("streamid"))
        label = _child_text(one, "label") or _text(one.get("label"))
        if key is not None and label is not None:
            found[key] = label
    return found


def _sends(elements: list[Element]) -> dict[str, frozenset[str]]:
    """Streams by who sends them. An association that has ended (`disassociate-time`) sends nothing."""
    found: dict[str, frozenset[str]] = {}
    for one in elements:
        key = _id(one, "participant")
        streams = [said for child in one if _local(child) == "send" and (said := _text(child.text))]
        if key is None:
            continue
        if _moment(one, "disassociate-time") is not None:
            found[key] = found.get(key, frozenset()) - frozenset(streams)
        elif streams:
            found[key] = found.get(key, frozenset()) | frozenset(streams[:_MOST_OBJECTS])
    return found


def _sip_session_ids(session: Element) -> Iterator[str]:
    said = _child_text(session, "sipsessionid")
    for part in (said or "").replace("remote=", "").split(";"):
        if (part := part.strip()) and part.strip("0"):  # RFC 7989: an unknown half is all zeros
            yield part


def _call_ids(root: Element) -> tuple[str, ...]:
    texts = (one.text for one in root.iter() if _CALL_ID_NAMES.fullmatch(_local(one)))
    return _distinct(_text(said) for said in texts)[:_MOST_CALL_IDS]


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _id(element: Element, kind: str) -> str | None:
    return _text(element.get(f"{kind}_id") or element.get(f"{kind}-id") or element.get("id"))


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1].lower()


def _child_text(element: Element, name: str) -> str | None:
    return next((said for child in element if _local(child) == name and (said := _text(child.text))), None)


def _text(value: str | None) -> str | None:
    """Trimmed, `None` where nothing is left or more than anyone would write."""
    value = (value or "").strip()
    return value if 0 < len(value) <= _LONGEST_TEXT else None


def _moment(element: Element, name: str) -> float | None:
    said = _child_text(element, name) or _text(element.get(name))
    try:
        moment = datetime.fromisoformat(said or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
