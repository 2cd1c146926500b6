from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import analysis_from, document, verdict_from
from models.verdict import StepResult, StepVerdict, Verdict
from monitor.parts import masker
from monitor.personal_data.masking import Masker
from monitor.settings.sections import PersonalDataSection, Settings
from reports.catalogue import Catalogue
from reports.schema import analysis_schema
from reports.table_rows import finding_rows, turn_rows
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysed_with,
    make_analysis,
    make_document,
    make_evidence,
    make_flag,
    make_turn,
    make_verdict,
    make_violation,
    not_met,
)

TURNS = (
    make_turn(AGENT, 6.0, "¿Me dice el número de su tarjeta, por favor?"),
    make_turn(CUSTOMER, 12.0, "Sí, la 4539 5787 6362 1486. Y mi correo es ana.gil@gmail.com, gracias."),
    make_turn(
        AGENT,
        20.0,
        "La tarjeta cuatro cinco tres nueve cinco siete ocho siete seis tres seis dos uno cuatro ocho seis, ¿no?",
    ),
)
SECRETS = ("5787", "cinco siete ocho", "ana.gil", "ana gil", "siete seis tres")


def masked(verdict: Verdict | None = None, language: str = "es", **section: Any) -> dict[str, Any]:
    analysis = make_analysis(turns=TURNS, analysed_with=make_analysed_with(language=language))
    chosen = Settings(personal_data=PersonalDataSection(**section))
    return the_masker(chosen).document(make_document(analysis=analysis, verdict=verdict))


def the_masker(chosen: Settings | None = None) -> Masker:
    return masker(chosen or Settings(), Catalogue("es"))


def test_the_text_says_the_kind_in_place_of_what_was_said_and_keeps_all_else() -> None:
    assert [turn["text"] for turn in masked()["turns"]] == [
        "¿Me dice el número de su tarjeta, por favor?",
        "Sí, la [tarjeta]. Y mi correo es [correo], gracias.",
        "La tarjeta [tarjeta], ¿no?",
    ]


def test_what_is_hidden_is_named_in_the_language_that_was_spoken() -> None:
    assert "[card]" in masked(language="en")["turns"][1]["text"]
    assert "[tarjeta]" in masked(language="pt")["turns"][1]["text"]


def test_the_hidden_words_are_one_word_with_their_time_and_the_others_keep_theirs() -> None:
    words, original = masked()["turns"][1]["words"], TURNS[1].words
    card = words[2]
    assert (card["text"], card["masked"]) == ("[tarjeta].", "card")
    assert card["start_s"] == pytest.approx(original[2].start_s, abs=0.001)
    assert card["end_s"] == pytest.approx(original[5].end_s, abs=0.001)
    assert [word["text"] for word in words[3:6]] == [word.text for word in original[6:9]]
    assert words[3]["start_s"] == pytest.approx(original[6].start_s, abs=0.001)


def test_a_masked_document_keeps_the_schema_and_can_be_read() -> None:
    shown = masked(make_verdict())
    jsonschema.validate(json.loads(json.dumps(shown)), analysis_schema())
    read = document(analysis_from(shown), verdict_from(shown))
    assert [turn["text"] for turn in read["turns"]] == [turn["text"] for turn in shown["turns"]]


def test_evidence_violations_flags_and_the_nearest_thing_said_quote_nothing_hidden() -> None:
    span = {"start_s": 20.8, "end_s": 27.2}
    quote = "cuatro cinco tres nueve cinco siete ocho siete seis tres seis dos uno cuatro ocho seis"
    part = make_evidence("nueve cinco siete ocho siete", 22.0, 24.0)
    nearest = not_met("summary", "tarjeta cuatro cinco tres nueve cinco", 20.4)
    verdict = make_verdict(
        steps=(not_met("offer_of_help"), nearest, make_step(part)),
        violations=(make_violation("discloses_confidential", quote=quote, **span),),
        flags=(make_flag("discloses_confidential", quote=quote, measured=None, limit=None, unit=None, **span),),
    )
    shown = masked(verdict)
    assert shown["protocol"]["violations"][0]["quote"] == "[tarjeta]"
    assert shown["flags"][0]["quote"] == "[tarjeta]"
    assert shown["protocol"]["steps"][1]["searched"]["nearest"] == "tarjeta [tarjeta]"
    assert shown["protocol"]["steps"][2]["evidence"][0]["quote"] == "[tarjeta]"
    rows = json.dumps([*finding_rows(shown), *turn_rows(shown)], ensure_ascii=False, default=str)
    for secret in SECRETS:
        assert secret not in rows + json.dumps(shown, ensure_ascii=False)


def make_step(evidence: Any) -> Any:
    return StepResult("customer_name_asked", StepVerdict.MET, (evidence,))


def test_fields_that_nobody_has_thought_of_yet_are_swept_as_well() -> None:
    analysis = make_analysis(turns=TURNS)
    doc = make_document(analysis=analysis) | {
        "customer": {"demands": [{"said": "la 4539 5787 6362 1486", "times": 2}]},
        "understanding": {
            "moments": [{"start_s": 12.8, "end_s": 14.4, "words": "4539 5787 6362"}],
            "mail": "es ana.gil@gmail.com",
        },
    }
    shown = the_masker().document(doc)
    text = json.dumps([shown["customer"], shown["understanding"]], ensure_ascii=False)
    assert not any(secret in text for secret in (*SECRETS, "4539", "6362"))
    assert shown["customer"]["demands"][0] == {"said": "la [tarjeta]", "times": 2}
    assert shown["understanding"]["mail"] == "es [correo]"


def test_only_the_kinds_of_the_configuration_are_hidden_and_the_document_says_which() -> None:
    shown = masked(text=("email",), sound=("email",))
    assert shown["turns"][1]["text"] == "Sí, la 4539 5787 6362 1486. Y mi correo es [correo], gracias."
    told = {row["kind"]: (row["text_hidden"], row["sound_hidden"]) for row in shown["personal_data"]["found"]}
    assert told == {"card": (False, False), "email": (True, True)}


def test_the_list_of_what_was_found_has_places_and_no_content() -> None:
    rows = masked()["personal_data"]["found"]
    assert [(row["kind"], row["party"]) for row in rows] == [
        ("card", "customer"),
        ("email", "customer"),
        ("card", "agent"),
    ]
    assert rows[0].keys() == {
        "datum", "kind", "party", "start_s", "end_s", "proof", "confidence", "text_hidden", "sound_hidden"
    }  # fmt: skip


def test_the_document_of_the_store_is_not_touched() -> None:
    doc = make_document(analysis=make_analysis(turns=TURNS), verdict=make_verdict())
    before = copy.deepcopy(doc)
    the_masker().document(doc)
    assert doc == before


def test_sound_is_hidden_to_the_neighbouring_words_where_nothing_was_recognised() -> None:
    turn = make_turn(CUSTOMER, 12.0, "La tarjeta 4539 5787 6362 1486 gracias")
    words = (*turn.words[:2], *(moved(word, 1.0) for word in turn.words[2:6]), moved(turn.words[6], 4.0))
    doc = the_masker().document(
        make_document(analysis=make_analysis(turns=(make_turn(CUSTOMER, 12.0, "x", words=words),)))
    )
    (hidden,) = the_masker().hidden_sound(doc)
    assert (hidden.start_s, hidden.end_s) == (pytest.approx(12.8), pytest.approx(12.0 + 2.4 + 1.0 + 2.0))


def moved(word: Any, by_s: float) -> Any:
    return type(word)(word.text, word.start_s + by_s, word.end_s + by_s, word.probability)


def test_a_call_without_personal_data_is_shown_as_it_is() -> None:
    doc = make_document()
    assert the_masker().document(doc) == doc | {"personal_data": {"found": []}}


words = st.sampled_from([
    "la", "tarjeta", "es", "4539", "5787", "6362", "1486", "cuatro", "cinco", "siete", "y", "de", "arroba",
    "gmail", "punto", "com", "pedido", "sí",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=25), min_size=1, max_size=4))
def test_no_word_of_what_was_found_is_left_and_no_other_is_lost(lines: list[list[str]]) -> None:
    turns = tuple(make_turn(CUSTOMER, 20.0 * at, " ".join(line)) for at, line in enumerate(lines))
    shown = the_masker().document(make_document(analysis=make_analysis(turns=turns)))
    for turn, before in zip(shown["turns"], turns, strict=True):
        hidden = [word for word in turn["words"] if "masked" in word]
        kept = [word.text for word in before.words if not any(covers(one, word.start_s) for one in hidden)]
        assert [word["text"] for word in turn["words"] if "masked" not in word] == kept
        assert turn["text"] == " ".join(word["text"] for word in turn["words"])


def covers(hidden: dict[str, Any], at_s: float) -> bool:
    return bool(hidden["start_s"] - 0.002 <= at_s < hidden["end_s"] - 0.002)
