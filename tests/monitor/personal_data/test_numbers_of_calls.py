from __future__ import annotations

import json

import pytest

from monitor.personal_data.numbers_of_calls import Shown, with_numbers_hidden, without_numbers
from tests.builders import make_analysis, make_call_record, make_document, make_facts, make_recording


def document(shown: Shown) -> str:
    call = make_call_record(caller="+34612345678", callee="104")
    facts = make_facts(caller="+34612345678", callee="104")
    recording = make_recording(facts=facts, file="in-104-612345678-20261122.wav", call=call)
    return json.dumps(with_numbers_hidden(make_document(analysis=make_analysis(recording=recording)), shown))


def test_numbers_are_shown_as_they_are_unless_asked() -> None:
    assert document(Shown.WHOLE).count("612345678") == 3


@pytest.mark.parametrize(("shown", "caller"), [(Shown.ENDING, "+xxxxxxx5678"), (Shown.NONE, "+xxxxxxxxxxx")])
def test_numbers_are_crossed_out_in_facts_call_and_file_and_extensions_are_not(shown: Shown, caller: str) -> None:
    doc = json.loads(document(shown))
    assert (doc["recording"]["caller"], doc["call"]["caller"], doc["recording"]["callee"]) == (caller, caller, "104")
    assert "612345678" not in doc["recording"]["file"]
    assert doc["recording"]["file"].endswith("-20261122.wav")


def test_a_name_has_the_number_with_or_without_its_country() -> None:
    for name in ("call-34612345678.wav", "call-612345678.wav", "0034612345678.wav"):
        assert "2345678" not in without_numbers(name, ["+34612345678"], Shown.NONE)
    assert without_numbers("call-1234.wav", ["1234", ""], Shown.NONE) == "call-1234.wav"
