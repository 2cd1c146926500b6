from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from models.document import SCHEMA, analysis_from, document, verdict_from
from reports.schema import analysis_schema
from tests.builders import (
    make_analysis,
    make_document,
    make_facts,
    make_mixed_analysis,
    make_overlap,
    make_recording,
)
from tests.reports.pages import make_flagged_document, make_hostile_document

VALIDATOR = Draft202012Validator(analysis_schema())

TRANSPORT = {
    "directions": [
        {
            "party": "agent",
            "codec": "PCMA",
            "packets": 8555,
            "lost": 0,
            "duplicated": 0,
            "reordered": 0,
            "jitter_ms": 0.4,
            "discarded": {"fixed_60_ms": 0, "fixed_200_ms": 0, "adaptive": 0},
            "burst_ratio": 1.0,
            "r_factor": 93.2,
            "mos": 4.41,
            "assumptions": {"delay_ms": 100},
        }
    ],
    "encrypted": False,
}

DOCUMENTS = {
    "judged": make_document,
    "not judged": lambda: make_document(verdict=None),
    "mixed": lambda: make_document(analysis=make_mixed_analysis()),
    "flagged": make_flagged_document,
    "hostile": make_hostile_document,
    "facts unknown": lambda: make_document(
        analysis=make_analysis(recording=make_recording(facts=make_facts(started_at=None, agent_id=None, caller=None)))
    ),
    "overlaps": lambda: make_document(analysis=make_analysis(overlaps=(make_overlap(),))),
    "transport": lambda: make_document(analysis=make_analysis(transport=TRANSPORT)),
}


def test_the_schema_is_a_schema_and_names_the_version() -> None:
    Draft202012Validator.check_schema(analysis_schema())
    assert analysis_schema()["properties"]["schema"] == {"const": SCHEMA}


@pytest.mark.parametrize("make", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_document_keeps_the_schema(make: Callable[[], dict[str, Any]]) -> None:
    written = json.loads(json.dumps(make()))
    assert [error.message for error in VALIDATOR.iter_errors(written)] == []


@pytest.mark.parametrize("make", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_what_was_read_from_a_document_writes_it_again(make: Callable[[], dict[str, Any]]) -> None:
    written = json.loads(json.dumps(make()))
    assert document(analysis_from(written), verdict_from(written)) == written


def test_fields_may_be_added() -> None:
    added = make_document() | {"colour": "blue"}
    added["recording"]["weather"] = "rain"
    assert VALIDATOR.is_valid(added)


def broken(*path: str | int, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(make_flagged_document())
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    "wrong",
    [
        broken("schema", value="timbre.analysis/2"),
        broken("recording", "sha256", value="not a hash"),
        broken("recording", "channels", value=[]),
        broken("recording", "duration_s", value="60"),
        broken("turns", 0, "party", value="robot"),
        broken("turns", 0, "start_s", value=-1.0),
        broken("turns", 0, "words", 0, "probability", value=1.5),
        broken("protocol", "steps", 0, "verdict", value="perhaps"),
        broken("protocol", "steps", 0, "evidence", value=None),
        broken("protocol", "steps", 1, "reason", value=None),
        broken("score", "total", value=101),
        broken("flags", 0, "severity", value="terrible"),
        broken("waveform", "agent", value=[101]),
        broken("silences", 0, "kind", value="noise"),
    ],
)
def test_what_breaks_the_contract_is_told(wrong: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(wrong)


@pytest.mark.parametrize("field", analysis_schema()["required"])
def test_no_field_of_the_design_may_be_left_out(field: str) -> None:
    without = {name: value for name, value in make_document().items() if name != field}
    assert not VALIDATOR.is_valid(without)
