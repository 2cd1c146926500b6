from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from models.verdict import Severity
from reports.agent_page import improvable, went_well, write_agent_page
from reports.catalogue import LANGUAGES, Catalogue
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysis,
    make_document,
    make_flag,
    make_measures,
    make_verdict,
    make_violation,
    met,
    not_evaluable,
    not_met,
)
from tests.reports.pages import make_flagged_document, make_sound


def text_of(tmp_path: Path, document: dict[str, Any], language: str = "es", *, sound: bool = True) -> str:
    path = tmp_path / "agent.html"
    audio = make_sound(0.1) if sound else None
    write_agent_page(document, audio, Catalogue(language, strict=True), path)
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def test_what_went_well_comes_first(tmp_path: Path) -> None:
    text = text_of(tmp_path, make_flagged_document())
    assert text.index("Lo que hizo bien") < text.index("Saludó al empezar") < text.index("Lo que puede mejorar")
    assert text.index("Lo que puede mejorar") < text.index("Falta: Ofrecimiento de ayuda")


def test_what_went_well_is_in_order_of_time_then_the_measures() -> None:
    verdict = make_verdict(steps=(met("farewell", "Adiós", 44.0, 46.0), met("greeting")))
    found = went_well(make_document(verdict=verdict))
    assert [item.id for item in found] == [
        "greeting",
        "farewell",
        "articulation_rate_sps",
        "level_sd_db",
        "interruptions",
    ]


@pytest.mark.parametrize(
    ("measures", "praised"),
    [
        ({"level_sd_db": 3.5}, ["articulation_rate_sps", "interruptions"]),
        ({"articulation_rate_sps": 7.5}, ["level_sd_db", "interruptions"]),
        ({"articulation_rate_sps": None, "interruptions": None}, ["level_sd_db"]),
        ({"interruptions": 1}, ["articulation_rate_sps", "level_sd_db"]),
    ],
)
def test_only_what_was_measured_and_good_is_praised(measures: dict[str, Any], praised: list[str]) -> None:
    parties = {AGENT: make_measures(**measures), CUSTOMER: make_measures()}
    document = make_document(analysis=make_analysis(parties=parties), verdict=make_verdict(steps=()))
    assert [item.id for item in went_well(document)] == praised


def test_each_thing_to_improve_has_advice_and_its_moment(tmp_path: Path) -> None:
    text = text_of(tmp_path, make_flagged_document())
    assert "La próxima vez Termine la presentación ofreciendo ayuda" in text
    assert "Se buscó entre 0:06 y 0:21 y no se encontró." in text
    assert "Escuchar lo más parecido, 0:19" in text
    assert "Medido: 12,3 s. Límite: 10,5 s." in text


def test_the_same_thing_said_three_times_is_one_advice_with_three_moments(tmp_path: Path) -> None:
    violations = tuple(
        make_violation("hedging", start_s=at_s, end_s=at_s + 1, quote="creo que") for at_s in (19, 25, 40)
    )
    document = make_document(verdict=make_verdict(steps=(), violations=violations))
    ((_, second, _),) = improvable(document)
    assert second.start_s == 25
    text = text_of(tmp_path, document)
    assert text.count("La próxima vez") == 1
    assert "Falta de seguridad 3 veces" in text
    assert all(f"Escuchar {at}" in text for at in ("0:19", "0:25", "0:40"))


def test_the_line_is_told_apart_and_is_nothing_to_improve(tmp_path: Path) -> None:
    flag = make_flag("transport_quality", measured=61.0, limit=70.0, unit="R", start_s=None, end_s=None)
    document = make_document(verdict=make_verdict(steps=(), flags=(flag,)))
    assert improvable(document) == ()
    text = text_of(tmp_path, document)
    assert "No hay nada que mejorar según el protocolo." in text
    assert "De la línea, no de usted" in text
    assert "Mala calidad de la línea" in text


def test_what_could_not_be_assessed_counts_for_nothing(tmp_path: Path) -> None:
    text = text_of(tmp_path, make_document(verdict=make_verdict(steps=(not_evaluable("thanks", "low_confidence"),))))
    assert "No cuenta a favor ni en contra." in text
    assert "Agradecimiento . Las palabras se oyeron con poca seguridad." in text


def test_the_gravest_comes_first() -> None:
    flags = (make_flag("dead_air", start_s=3.0), make_flag("clipping", severity=Severity.CRITICAL))
    document = make_document(verdict=make_verdict(steps=(not_met("greeting"),), flags=flags))
    assert [group[0].id for group in improvable(document)] == ["clipping", "dead_air", "greeting"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_feeling_is_named_and_nobody_is_compared(tmp_path: Path, language: str) -> None:
    text = text_of(tmp_path, make_flagged_document(), language).casefold()
    for word in ("emoción", "enfad", "nervios", "trist", "feliz", "emotion", "angry", "sad ", "happy", "sentiment"):
        assert word not in text
    for word in ("ranking", "mejor que", "peor que", "media del equipo", "better than", "worse than", "team average"):
        assert word not in text


def test_a_call_that_was_not_judged_says_so(tmp_path: Path) -> None:
    assert "aún no se ha evaluado" in text_of(tmp_path, make_document(verdict=None))


def test_without_sound_the_moments_are_named(tmp_path: Path) -> None:
    text = text_of(tmp_path, make_flagged_document(), sound=False)
    assert "Esta página no lleva el audio" in text
    assert "Escuchar 0:" not in text
    assert "Saludó al empezar. Es lo primero que oye quien llama. Buenos días 0:06" in text
