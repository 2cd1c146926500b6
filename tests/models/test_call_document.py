"""A call's record out to JSON and back."""

from __future__ import annotations

import json

import pytest

from models.call import Outcome
from models.call_document import call_document, call_from, transport_from
from tests.builders import make_call_record, make_direction


def test_a_record_comes_back_from_json_as_it_went() -> None:
    transport = transport_from({"directions": [make_direction(discarded={"fixed_60_ms": 3})], "encrypted": True})
    record = make_call_record(transport=transport, notes=("repaired",))
    assert call_from(json.loads(json.dumps(call_document(record)))) == record


def test_a_call_that_nobody_answered_comes_back_without_times_of_an_answer() -> None:
    record = make_call_record(outcome=Outcome.ABANDONED, ended_by=None, ring_to_answer_s=None, moments=())
    assert call_from(json.loads(json.dumps(call_document(record)))) == record


def test_an_outcome_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="vanished"):
        call_from(call_document(make_call_record()) | {"outcome": "vanished"})
