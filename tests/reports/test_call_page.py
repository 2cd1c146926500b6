from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from models.call import Moment, Outcome
from models.verdict import Score, ScoreItem
from reports.call_page import write_call_page
from reports.catalogue import Catalogue
from reports.sound import LinkedAudio
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysed_with,
    make_analysis,
    make_call_record,
    make_direction,
    make_document,
    make_measures,
    make_recording,
    make_turn,
    make_verdict,
    met,
    not_applicable,
    not_evaluable,
    not_met,
)
from tests.reports.pages import HOSTILE, make_flagged_document, make_hostile_document


@pytest.fixture
def page(tmp_path: Path) -> Any:
    """Writes a page and gives its source and its text as read."""

    def written(document: dict[str, Any], language: str = "es", **more: Any) -> tuple[str, str]:
        path = tmp_path / "call.html"
        write_call_page(document, more.pop("audio", None), Catalogue(language, strict=True), path, **more)
        source = path.read_text(encoding="utf-8")
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", source, flags=re.DOTALL)
        return source, " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())

    return written


def data_of(source: str) -> dict[str, Any]:
    island = re.search(r'<script type="application/json" id="data">(.*?)</script>', source, re.DOTALL)
    assert island
    found: dict[str, Any] = json.loads(island[1])
    return found


def test_the_head_tells_call_agent_queue_time_and_score(page: Any) -> None:
    _, text = page(make_document())
    assert "call.wav" in text
    assert "Agente 104 Cola soporte Origen +34600000001 Destino 900100200" in text
    assert "22 de noviembre de 2026, 10:00 UTC" in text
    assert "66,7 sobre 100" in text


def test_the_same_page_speaks_english(page: Any) -> None:
    _, text = page(make_document(), "en")
    assert "66.7 out of 100" in text
    assert "Queue soporte" in text


def test_a_flag_tells_what_was_measured_and_its_limit(page: Any) -> None:
    _, text = page(make_flagged_document())
    assert "Respuesta tardía" in text
    assert "Medido 12,3 s Límite 10,5 s" in text


def test_a_missing_step_tells_the_window_searched_and_the_nearest_thing_said(page: Any) -> None:
    _, text = page(make_flagged_document())
    assert "Falta: Ofrecimiento de ayuda" in text
    assert "Buscado entre 0:06 y 0:21" in text
    assert "Lo más parecido Se lo miro" in text


def test_a_missing_step_with_nothing_near_says_so(page: Any) -> None:
    _, text = page(make_document(verdict=make_verdict(steps=(not_met("offer_of_help", None, None),))))
    assert "Lo más parecido nada parecido" in text


def test_a_violation_tells_the_words_and_how_surely_they_were_heard(page: Any) -> None:
    _, text = page(make_flagged_document())
    assert "Negativa sin motivo" in text
    assert "Agente Eso no se puede. confianza 90 %" in text


def test_what_cannot_be_evaluated_says_why(page: Any) -> None:
    _, text = page(make_document(verdict=make_verdict(steps=(not_evaluable("thanks", "low_confidence"),))))
    assert "Agradecimiento No evaluable" in text
    assert "Las palabras se oyeron con poca seguridad." in text


def test_what_cannot_be_measured_says_why(page: Any) -> None:
    agent = make_measures(articulation_rate_sps=None, reasons={"articulation_rate_sps": "too_little_speech"})
    _, text = page(make_document(analysis=make_analysis(parties={AGENT: agent, CUSTOMER: make_measures()})))
    assert "Velocidad de articulación No medible . Hay muy poca habla para medirlo." in text


def test_every_measure_stands_beside_its_limit(page: Any) -> None:
    _, text = page(make_document())
    assert "Tiempo hasta responder 6,0 s máx. 10,5 s · dentro del límite" in text
    assert "Velocidad de articulación 5,8 sílabas/s de 4,6 a 7,0 sílabas/s · dentro del límite" in text


def test_the_score_is_explained_item_by_item(page: Any) -> None:
    items = (ScoreItem("greeting", 10, 10), ScoreItem("thanks", 0, 5), ScoreItem("sarcasm", -5, 0))
    verdict = make_verdict(
        steps=(met("greeting"), not_met("thanks"), not_applicable("apology")), score=Score(61.7, items)
    )
    _, text = page(make_document(verdict=verdict))
    assert "Saludo 10 / 10 Agradecimiento 0 / 5 Sarcasmo Penalización −5" in text
    assert "10 de 15 puntos = 66,7; menos 5 de penalización = 61,7 sobre 100" in text
    assert "Fuera de la suma Disculpa No procede: La llamada no dio ocasión para este paso." in text


def test_a_call_that_was_not_judged_says_so_and_has_no_score(page: Any) -> None:
    _, text = page(make_document(verdict=None))
    assert "aún no se ha evaluado" in text
    assert "Sin puntuación" in text


def test_a_call_with_nothing_to_review_says_so(page: Any) -> None:
    _, text = page(make_document(verdict=make_verdict(steps=(met("greeting"),))))
    assert "Nada que revisar en esta llamada." in text


def test_the_foot_tells_what_made_the_analysis(page: Any) -> None:
    _, text = page(make_document())
    assert "Transcriptor faster-whisper 1.2.1 base int8" in text
    assert "Protocolo telephone-service-es 1" in text
    assert "Grabación (SHA-256) " + "ab" * 32 in text


def test_the_foot_counts_the_words_that_were_dropped(page: Any) -> None:
    made = make_analysed_with(dropped_words={"outside_speech": 3, "repetition": 12})
    _, text = page(make_document(analysis=make_analysis(analysed_with=made)))
    assert "Palabras descartadas fuera del habla detectada: 3, repeticiones: 12" in text


def test_every_finding_with_a_place_is_on_the_timeline_once(page: Any) -> None:
    source, _ = page(make_flagged_document())
    markers = data_of(source)["markers"]
    assert [(marker["start_s"], marker["state"]) for marker in markers] == [
        (0.4, "warning"),
        (6.4, "met"),
        (19.0, "critical"),
        (19.0, "warning"),
        (44.0, "met"),
    ]
    assert all(f'id="f-{marker["n"]}"' in source for marker in markers)


def test_hostile_text_reaches_the_page_as_text(page: Any) -> None:
    source, text = page(make_hostile_document())
    assert source.count("</script>") == 2
    assert "<img" not in source
    assert text.count("window.harmed=1") > 5
    assert data_of(source)["markers"][0]["title"].casefold().startswith("</script>")
    assert HOSTILE.split("\u2028", maxsplit=1)[0] in html.unescape(source)


def test_audio_beside_the_page_is_linked_by_its_name(page: Any) -> None:
    source, _ = page(make_document(), audio=LinkedAudio("call one.ogg"))
    assert 'src="call%20one.ogg"' in source


def test_a_page_without_audio_says_that_it_has_none(page: Any) -> None:
    source, text = page(make_document())
    assert "<audio" not in source
    assert "Esta página no lleva el audio" in text


def test_three_hours_of_talk_make_a_page_of_a_few_megabytes(page: Any) -> None:
    turns = tuple(
        make_turn(party, 6.0 * i, "uno dos tres cuatro cinco seis siete ocho nueve diez", end_s=6.0 * i + 5.0)
        for i, party in enumerate((AGENT, CUSTOMER) * 900)
    )
    waveform = {AGENT: (50,) * 108_000, CUSTOMER: (50,) * 108_000}
    recording = make_recording(duration_s=10_800.0)
    source, _ = page(make_document(analysis=make_analysis(recording=recording, turns=turns, waveform=waveform)))
    assert source.count('data-t="') == 18_000
    assert len(source) < 4_000_000


def captured(**changes: Any) -> dict[str, Any]:
    recording = make_recording(call=make_call_record(**changes))
    return make_document(analysis=make_analysis(recording=recording))


def test_a_captured_call_tells_how_it_went_and_who_ended_it(page: Any) -> None:
    _, text = page(captured())
    assert "Resultado Respondida Terminó Cliente" in text
    assert "Según la señalización SIP" in text


def test_a_call_that_nobody_answered_tells_how_long_it_rang(page: Any) -> None:
    _, text = page(
        captured(outcome=Outcome.ABANDONED, ring_to_answer_s=None, answer_delay_s=None, ring_to_abandon_s=23.46), "en"
    )
    assert "Outcome Abandoned" in text
    assert "Ring to abandonment 23.46 s from the ringing to the caller's giving up" in text
    assert "Ring to answer" not in text


def test_delays_are_told_each_by_its_name(page: Any) -> None:
    _, text = page(captured(ring_to_answer_s=6.004))
    assert "Demora tras marcar 0,20 s" in text
    assert "Del primer tono a la respuesta 6,00 s" in text
    assert "Demora hasta la respuesta 6,20 s" in text


def test_moments_are_listed_with_who_did_what(page: Any) -> None:
    moments = (
        Moment("ringing", -6.0, AGENT, "180"),
        Moment("answered", 0.0, AGENT),
        Moment("digit", 4.0, CUSTOMER),
        Moment("digit", 5.0, CUSTOMER),
        Moment("held", 20.0, AGENT, "leg_2"),
        Moment("ended", 60.2, None, "silence"),
    )
    source, text = page(captured(moments=moments))
    assert "−6,0 s Suena (SIP 180)" in text
    assert "0:04 2 teclas pulsadas; no se guarda cuáles" in text
    assert "0:20 Pone en espera (agente) tramo 2" in text
    assert "1:00 Fin Hacía mucho que no se oía a nadie." in text
    assert 'data-start="60.2"' not in source, "there is nothing to hear"


def test_sound_that_did_not_arrive_is_told_by_party(page: Any) -> None:
    _, text = page(captured())
    assert "Agente: 0,04 s disimulados donde faltaban paquetes, en un lugar" in text
    assert "Cliente: 1,00 s en silencio porque no se captó nada, en un lugar" in text


def test_an_encrypted_call_says_what_was_measured_all_the_same(page: Any) -> None:
    _, text = page(captured(notes=("encrypted", "end_not_signalled")))
    assert "El sonido iba cifrado (SRTP) y no había clave: sus paquetes se midieron" in text
    assert "El archivo está cifrado" not in text


def test_the_line_tells_packets_and_what_its_figure_rests_on(page: Any) -> None:
    told = {"network_delay_from": "not_known", "buffer": "fixed_60_ms", "loss_percent": 1.0, "burst_ratio": 1.5}
    directions = [make_direction(packets=2970, lost=30, assumptions=told)]
    _, text = page(make_document(analysis=make_analysis(transport={"directions": directions})))
    assert "Agente · PCMA" in text
    assert "Paquetes recibidos 2.970 Perdidos 30" in text
    assert "Nadie midió el retardo, así que no se cuenta ninguno." in text
    assert "Se pierde o descarta un 1,00 % de los paquetes, con un factor de ráfagas de 1,50." in text


def test_a_call_from_a_file_of_sound_says_nothing_of_signalling(page: Any) -> None:
    source, text = page(make_document())
    assert 'id="signalling"' not in source
    assert "Línea telefónica" not in text
