from __future__ import annotations

from pathlib import Path

import pytest

from models.document import document
from monitor.judge import judge
from reports.call_page import write_call_page
from reports.catalogue import LANGUAGES, Catalogue
from reports.table_rows import call_row
from reports.understood import call_type_of, outcome_of, told_of
from tests.builders import make_document
from tests.monitor.understanding.calls import RULES, call_of
from tests.monitor.understanding.test_understood import COMPLAINT

CALL = call_of(*COMPLAINT)
UNDERSTOOD = document(CALL, judge(CALL, RULES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_the_call_as_a_whole_and_the_customers_side(language: str, tmp_path: Path) -> None:
    path = tmp_path / "call.html"
    catalogue = Catalogue(language, strict=True)
    write_call_page(UNDERSTOOD, None, catalogue, path)
    page = path.read_text(encoding="utf-8")
    for shown in ("understood-type-complaint", "key-moment-complaint_reply", "promises", "fact-dissatisfaction"):
        assert catalogue.text(shown) in page
    assert "2026-11-27" in page


def test_a_page_of_a_call_that_nobody_understood_has_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "call.html"
    write_call_page(make_document(), None, Catalogue("en", strict=True), path)
    assert 'id="understood"' not in path.read_text(encoding="utf-8")


def test_the_table_of_calls_says_what_a_call_was_about_and_how_it_ended() -> None:
    row = call_row(UNDERSTOOD)
    assert (row["call_type"], row["outcome"], row["promises"]) == ("complaint", "promised", 2)


def test_a_document_of_before_tells_nothing() -> None:
    older = {name: value for name, value in make_document().items() if name not in {"understanding", "customer"}}
    assert (told_of(older), call_type_of(older), outcome_of(older)) == (None, None, None)
    assert call_row(older)["promises"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_the_shipped_protocol_can_tell_has_its_words(language: str) -> None:
    catalogue, protocol = Catalogue(language, strict=True), RULES.protocol
    names = {f"fact-{saying.id}" for saying in protocol.customer if not saying.repeats}
    names |= {f"behaviour-{saying.behaviour}" for saying in protocol.customer if saying.behaviour}
    names |= {f"cue-{cue.id}" for cue in protocol.cues}
    names |= {f"understood-type-{entry.id}" for entry in protocol.call_types}
    names |= {f"understood-outcome-{name}" for entry in protocol.call_types for name, _ in entry.outcomes}
    names |= {f"key-moment-{entry.moment}" for entry in (*protocol.customer, *protocol.cues) if entry.moment}
    assert [name for name in sorted(names) if not catalogue.has(name)] == []
