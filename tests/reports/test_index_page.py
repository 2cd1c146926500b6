from __future__ import annotations

import html
import re
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.verdict import Score
from reports.catalogue import Catalogue
from reports.index_page import IndexRow, write_index
from tests.builders import (
    make_analysis,
    make_document,
    make_facts,
    make_flag,
    make_recording,
    make_verdict,
    met,
    not_met,
)


def document_of(recording_id: str, score: float, **verdict: Any) -> dict[str, Any]:
    analysis = make_analysis(recording=make_recording(id=recording_id, file=f"{recording_id}.wav"))
    return make_document(analysis=analysis, verdict=make_verdict(**({"score": Score(score)} | verdict)))


def text_of(tmp_path: Path, rows: list[IndexRow], documents: list[dict[str, Any]]) -> tuple[str, str]:
    path = tmp_path / "index.html"
    write_index(rows, iter(documents), Catalogue("es", strict=True), path)
    source = path.read_text(encoding="utf-8")
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", source, flags=re.DOTALL)
    return source, " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def test_each_call_has_its_row_with_score_flags_and_state(tmp_path: Path) -> None:
    rows = [IndexRow("a.wav", "done", None, "a", "a.html", "a.agent.html")]
    source, text = text_of(tmp_path, rows, [document_of("a", 87.5, flags=(make_flag(),))])
    assert '<a href="a.html">a.wav</a>' in source
    assert 'href="a.agent.html"' in source
    assert "104 soporte 22 nov 2026, 10:00 UTC 1:00 87,5 Respuesta tardía Analizada" in text


def test_a_failed_file_keeps_its_row_with_its_reason(tmp_path: Path) -> None:
    source, text = text_of(tmp_path, [IndexRow("b.wav", "failed", "encrypted")], [])
    assert "b.wav – – – Fallida El archivo está cifrado" in text
    assert '<tr data-file="b.wav" data-state="failed">' in source


def test_facts_that_no_call_has_take_no_column(tmp_path: Path) -> None:
    facts = make_facts(queue=None, started_at=None)
    analysis = make_analysis(recording=make_recording(id="a", facts=facts))
    source, _ = text_of(tmp_path, [IndexRow("a.wav", "done", None, "a")], [make_document(analysis=analysis)])
    assert re.findall(r'data-sort="(\w+)"', source) == ["file", "agent", "duration", "score", "flags", "state"]


def test_the_tiles_count_calls_flags_failures_and_time(tmp_path: Path) -> None:
    rows = [
        IndexRow("a.wav", "done", None, "a"),
        IndexRow("b.wav", "done", None, "b"),
        IndexRow("c", "failed", "empty"),
    ]
    _, text = text_of(tmp_path, rows, [document_of("a", 50.0), document_of("b", 80.0, flags=(make_flag(),))])
    assert "3 Llamadas 1 Con avisos 1 Fallidas 65,0 Puntuación mediana 2:00 Tiempo grabado" in text


def test_steps_are_rated_with_their_counts(tmp_path: Path) -> None:
    documents = [document_of("a", 90.0, steps=(met("greeting"),)), document_of("b", 10.0, steps=(not_met("greeting"),))]
    _, text = text_of(tmp_path, [IndexRow("a.wav", "done", None, "a"), IndexRow("b.wav", "done", None, "b")], documents)
    assert "Saludo 1 de 2" in text


def test_flags_are_shown_by_how_many_calls_have_them(tmp_path: Path) -> None:
    documents = [
        document_of("a", 90.0, flags=(make_flag("dead_air"), make_flag("late_answer"))),
        document_of("b", 10.0, flags=(make_flag("dead_air"),)),
    ]
    rows = [IndexRow("a.wav", "done", None, "a"), IndexRow("b.wav", "done", None, "b")]
    _, text = text_of(tmp_path, rows, documents)
    assert "Silencio sin anunciar 2 Respuesta tardía 1" in text


def test_the_filters_offer_what_there_is(tmp_path: Path) -> None:
    rows = [IndexRow("a.wav", "done", None, "a"), IndexRow("b.wav", "failed", "empty")]
    source, _ = text_of(tmp_path, rows, [document_of("a", 90.0, flags=(make_flag(),))])
    for value in ("104", "late_answer", "done", "failed"):
        assert f'<option value="{value}">' in source


def test_two_files_with_the_same_sound_share_one_analysis(tmp_path: Path) -> None:
    rows = [IndexRow("a.wav", "done", None, "a", "a.html"), IndexRow("copy.wav", "skipped", "unchanged", "a", "a.html")]
    _, text = text_of(tmp_path, rows, [document_of("a", 87.5)])
    assert text.count("87,5") == 3
    assert "1:00 Tiempo grabado" in text


def test_a_link_cannot_leave_for_another_scheme() -> None:
    assert IndexRow("a", "done", call_page="javascript:alert(1)").call_href == "javascript%3Aalert%281%29"


def test_an_empty_batch_says_so(tmp_path: Path) -> None:
    _, text = text_of(tmp_path, [], [])
    assert "No hay llamadas analizadas." in text


class Document(dict[str, Any]):
    """A document that can be watched until it is let go."""


def test_no_more_than_two_documents_are_held_at_a_time(tmp_path: Path) -> None:
    seen: list[weakref.ref[Document]] = []
    held: list[int] = []

    def documents() -> Iterator[dict[str, Any]]:
        for number in range(5):
            held.append(sum(one() is not None for one in seen))
            document = Document(document_of(str(number), 50.0))
            seen.append(weakref.ref(document))
            yield document

    rows = (IndexRow(f"{number}.wav", "done", None, str(number)) for number in range(5))
    write_index(rows, documents(), Catalogue("es", strict=True), tmp_path / "index.html")
    assert len(held) == 5
    assert max(held) <= 2
