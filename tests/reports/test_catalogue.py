from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import reports
from models import errors
from reports.catalogue import LANGUAGES, Catalogue, CatalogueError, clock

STEPS = [
    "answered_in_time",
    "greeting",
    "company_identification",
    "agent_identification",
    "offer_of_help",
    "customer_name_asked",
    "customer_name_used",
    "active_listening",
    "empathy",
    "apology",
    "hold_permission",
    "hold_thanks",
    "solution_started",
    "solution_informed",
    "reasoned_refusal",
    "alternatives_offered",
    "case_number",
    "follow_up",
    "survey_invitation",
    "further_help_offered",
    "summary",
    "thanks",
    "farewell",
]
VIOLATIONS = [
    "informal_address",
    "blunt_refusal",
    "blames_colleague",
    "blames_customer",
    "argues",
    "sarcasm",
    "jargon",
    "hedging",
    "evasion",
    "generalization",
    "unprofessional",
    "discloses_confidential",
]
ROOT = Path(reports.__file__).parent.parent


def source(language: str) -> str:
    return resources.files("reports").joinpath("locales", f"{language}.ftl").read_text(encoding="utf-8")


def messages(language: str) -> dict[str, str]:
    """Id and raw text of each message."""
    found = re.findall(r"^([a-z][\w-]*) =(.*(?:\n[ \t].*)*)", source(language), re.MULTILINE)
    return dict(found)


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return Catalogue(request.param, strict=True)


def test_both_languages_say_the_same_things() -> None:
    assert messages("es").keys() == messages("en").keys()


def test_both_languages_need_the_same_arguments() -> None:
    def needs(language: str) -> dict[str, set[str]]:
        return {name: set(re.findall(r"\$(\w+)", text)) for name, text in messages(language).items()}

    assert needs("es") == needs("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_written_twice(language: str) -> None:
    names = re.findall(r"^([a-z][\w-]*) =", source(language), re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_every_message_can_be_said(catalogue: Catalogue) -> None:
    for name, text in messages(catalogue.language).items():
        arguments = dict.fromkeys(re.findall(r"\$(\w+)", text), 2)
        assert catalogue.text(name, **arguments).strip(), name


@pytest.mark.parametrize("kind", ["step", "praise", "advice"])
@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_the_design_has_its_words(catalogue: Catalogue, kind: str, step: str) -> None:
    assert catalogue.has(f"{kind}-{step}")


@pytest.mark.parametrize("kind", ["violation", "advice"])
@pytest.mark.parametrize("violation", VIOLATIONS)
def test_every_violation_of_the_design_has_its_words(catalogue: Catalogue, kind: str, violation: str) -> None:
    assert catalogue.has(f"{kind}-{violation}")


def test_every_error_of_the_models_has_its_reason(catalogue: Catalogue) -> None:
    codes = {error.code for error in vars(errors).values() if isinstance(error, type) and hasattr(error, "code")}
    assert codes
    assert [code for code in codes if not catalogue.has(f"reason-{code}")] == []


def raised_codes() -> set[str]:
    """Every literal reason code of an error or a step in the product's own source."""
    found: set[str] = set()
    for package in ("audio", "models", "monitor", "reports"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = [item.value for item in node.keywords if item.arg in {"reason", "code"}]
                given += node.args[1:2] if name.endswith("Error") else []
                found |= {str(item.value) for item in given if isinstance(item, ast.Constant)}
    return {code for code in found if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", code)}


def test_every_reason_that_the_product_gives_has_its_sentence(catalogue: Catalogue) -> None:
    codes = raised_codes()
    assert {"empty", "encrypted", "not_found"} <= codes
    assert sorted(code for code in codes if not catalogue.has(f"reason-{code}")) == []


def test_every_message_named_in_the_pages_is_there(catalogue: Catalogue) -> None:
    folder = ROOT / "reports" / "templates"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.j2"))
    names = set(re.findall(r'\bt\("([\w-]+)"(?! ~)', text))
    assert len(names) > 50
    assert [name for name in sorted(names) if not catalogue.has(name)] == []


@pytest.mark.parametrize(("language", "text"), [("es", "12.345,7"), ("en", "12,345.7")])
def test_figures_are_written_as_the_language_writes_them(language: str, text: str) -> None:
    assert Catalogue(language).number(12345.67, 1) == text


@pytest.mark.parametrize(("value", "text"), [(-26.04, "−26,0"), (-0.04, "0,0"), (0.25, "0,2"), (10, "10,0")])
def test_a_minus_is_a_true_minus_and_zero_has_none(value: float, text: str) -> None:
    assert Catalogue("es").number(value, 1) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.34, "s", "12,3\u00a0s"),
        (5.0, "sps", "5,0\u00a0sílabas/s"),
        (-26.0, "dBov", "−26,0\u00a0dBov"),
        (4.0, "rings", "4\u00a0tonos"),
        (2.5, "per_10_min", "2,5\u00a0cada 10 min"),
        (0.5, "%", "0,5\u00a0%"),
        (3.0, None, "3"),
        (3.0, "parsecs", "3\u00a0parsecs"),
    ],
)
def test_a_quantity_has_its_unit_after_a_space_that_does_not_break(value: float, unit: str | None, text: str) -> None:
    assert Catalogue("es").quantity(value, unit) == text


def test_a_missing_message_stops_a_test() -> None:
    with pytest.raises(CatalogueError, match="no-such-thing"):
        Catalogue("es", strict=True).text("no-such-thing")


def test_a_missing_argument_stops_a_test() -> None:
    with pytest.raises(CatalogueError, match="call-title"):
        Catalogue("es", strict=True).text("call-title")


def test_a_missing_message_is_seen_and_logged_in_a_page(caplog: pytest.LogCaptureFixture) -> None:
    assert Catalogue("es").text("no-such-thing") == "[no-such-thing]"
    assert "no-such-thing" in caplog.text


def test_a_step_of_a_centre_of_its_own_is_shown_as_words() -> None:
    assert Catalogue("es", strict=True).named("step", "verify_policy-number") == "Verify policy number"


def test_another_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(CatalogueError, match="es, en"):
        Catalogue("fr")


def test_a_moment_is_told_in_the_zone_of_the_catalogue() -> None:
    ten_utc = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    madrid = Catalogue("es", zone=ZoneInfo("Europe/Madrid"))
    assert madrid.moment(ten_utc) == "22 de noviembre de 2026, 11:00 CET"
    assert madrid.moment(ten_utc, "medium") == "22 nov 2026, 11:00 CET"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (7.99, "0:07"), (60, "1:00"), (3723.4, "1:02:03"), (-1, "0:00")]
)
def test_a_place_is_told_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text
