"""What makes two intakes the same work."""

from __future__ import annotations

import pytest

from models.recording import CallFacts
from models.work import Intake
from tests.builders import make_facts
from tests.models.calls import make_intake


def test_a_recording_is_known_by_the_start_of_its_hash() -> None:
    assert make_intake(sha256="0123456789abcdef" * 4).recording_id == "0123456789abcdef"


@pytest.mark.parametrize(
    "other",
    [
        make_intake(facts=make_facts(agent_id="105")),
        make_intake(facts=CallFacts()),
        make_intake(options={"agent_channel": 1}),
    ],
)
def test_other_facts_or_options_are_other_inputs(other: Intake) -> None:
    assert other.inputs_sha256 != make_intake().inputs_sha256


@pytest.mark.parametrize(
    "same",
    [
        make_intake(name="other.wav", paths=("/other.wav",)),
        make_intake(2),
    ],
)
def test_the_name_the_place_and_the_content_are_no_inputs(same: Intake) -> None:
    assert same.inputs_sha256 == make_intake().inputs_sha256


def test_the_order_of_options_does_not_matter() -> None:
    there, back = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert make_intake(options=there).inputs_sha256 == make_intake(options=back).inputs_sha256
