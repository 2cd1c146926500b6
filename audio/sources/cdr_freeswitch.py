"""FreeSWITCH's call detail records, by mod_json_cdr and mod_xml_cdr; times are Unix microseconds, 0 for never."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError  # only types: what is read is read by defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from audio.sources.cdr import Cdr, between, file_name, ids_of, seconds_of, text_of
from audio.sources.names import within_reason
from models.recording import CallFacts

_IDS = ("uuid", "call_uuid", "sip_call_id", "cc_member_session_uuid")
_RECORDINGS = ("cc_record_filename", "record_path", "recording_file", "record_name")


def json_row(document: Mapping[str, Any]) -> Cdr | None:
    """The record of one JSON document; `None` where it is none."""
    variables = document.get("variables")
    if not isinstance(variables, dict):
        return None
    flows = document.get("callflow")
    first = flows[-1] if isinstance(flows, list) and flows else flows
    profile = first.get("caller_profile") if isinstance(first, dict) else None
    return _row(variables, profile if isinstance(profile, dict) else {})


def xml_row(text: str) -> Cdr | None:
    """The record of one XML document; `None` where it is none, or has entities or a DTD."""
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    variables, flows = root.find("variables"), root.findall("callflow/caller_profile")
    if variables is None:
        return None
    return _row(_children(variables), _children(flows[-1]) if flows else {})


def _children(element: Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in element}


def _row(variables: Mapping[str, Any], profile: Mapping[str, Any]) -> Cdr | None:
    """In a queue the caller's leg is answered at once; how long a telephone rang is in the agent's leg."""
    ids = ids_of(_said(variables, name) for name in _IDS)
    start, answer, end = (_moment(variables, name) for name in ("start", "answer", "end"))
    if not ids or start is None:
        return None
    ringing = min((at for name in ("progress", "progress_media") if (at := _moment(variables, name))), default=None)
    queued = _said(variables, "cc_queue") is not None and _said(variables, "cc_side") != "agent"
    return Cdr(
        ids=ids,
        facts=CallFacts(
            started_at=start,
            agent_id=_before_at(variables, "cc_agent"),
            queue=_before_at(variables, "cc_queue"),
            caller=_said(profile, "caller_id_number") or _said(variables, "sip_from_user"),
            callee=_said(profile, "destination_number") or _said(variables, "sip_req_user"),
            ring_to_answer_s=None if queued else between(ringing, answer),
            post_dial_delay_s=between(start, ringing),
        ),
        recording=next((name for key in _RECORDINGS if (name := file_name(_said(variables, key)))), None),
        duration_s=seconds_of((end - start).total_seconds()) if end else seconds_of(variables.get("duration")),
        talk_s=seconds_of((end - answer).total_seconds()) if end and answer else None,
        answered=answer is not None,
    )


def _said(values: Mapping[str, Any], name: str) -> str | None:
    """A value without the URL encoding that most are written with."""
    value = values.get(name)
    return text_of(unquote(value)) if isinstance(value, str) else text_of(value)


def _before_at(values: Mapping[str, Any], name: str) -> str | None:
    said = _said(values, name)
    return text_of(said.partition("@")[0]) if said else None


def _moment(variables: Mapping[str, Any], name: str) -> datetime | None:
    try:
        microseconds = int(variables.get(f"{name}_uepoch") or 0)
        return within_reason(datetime.fromtimestamp(microseconds / 1e6, UTC), UTC) if microseconds > 0 else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
