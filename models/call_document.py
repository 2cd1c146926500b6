"""A call's record as JSON-ready values and back: beside its recording, in the queue and in the analysis document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.call import CallRecord, DirectionFigures, Moment, Outcome, Transport
from models.plain import made, plain
from models.recording import Party
from models.span import Span


def call_document(record: CallRecord) -> dict[str, Any]:
    """All of a record; `call_from` is its inverse but for rounding."""
    return plain(record)


def call_from(values: Mapping[str, Any]) -> CallRecord:
    """The record in a document.

    Raises:
        KeyError, TypeError, ValueError: where the values are no such document.
    """
    return made(
        CallRecord,
        {
            **values,
            "outcome": Outcome(values["outcome"]),
            "signalling_ids": tuple(values.get("signalling_ids", ())),
            "channels": tuple(Party(party) for party in values.get("channels", ())),
            "ended_by": _party(values.get("ended_by")),
            "moments": tuple(_moment(item) for item in values.get("moments", ())),
            "concealed": _spans(values.get("concealed", {})),
            "missing": _spans(values.get("missing", {})),
            "transport": transport_from(values.get("transport")),
            "notes": tuple(values.get("notes", ())),
        },
    )


def transport_from(values: Mapping[str, Any] | None) -> Transport | None:
    """The figures in a document; `None` where there are none."""
    if values is None:
        return None
    directions = tuple(
        made(DirectionFigures, {**item, "party": Party(item["party"])}) for item in values.get("directions", ())
    )
    return Transport(directions, bool(values.get("encrypted", False)))


def _moment(values: Mapping[str, Any]) -> Moment:
    return made(Moment, {**values, "by": _party(values.get("by"))})


def _party(value: str | None) -> Party | None:
    return None if value is None else Party(value)


def _spans(values: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[Party, tuple[Span, ...]]:
    return {Party(party): tuple(made(Span, item) for item in spans) for party, spans in values.items()}
