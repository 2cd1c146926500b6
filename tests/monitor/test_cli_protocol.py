"""`timbre protocol`, through the command line, on a small database of judged calls."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from models.document import document
from models.rules import Rules
from monitor.judge import judge
from monitor.protocol.mistakes import _OF_TYPE
from monitor.protocol.pack import shipped, shipped_names
from reports.catalogue import Catalogue
from tests.builders import make_analysis
from tests.monitor.conftest import Timbre
from tests.monitor.protocol.spoken import SHIPPED
from tests.monitor.stored_calls import fill, verdicts

CORPUS = Path(__file__).parents[1] / "corpus"
OWN = """extends = "telephone-service-es"
name = "centro"
version = "7"
[[steps]]
id = "greeting"
said_also = ["es un placer atender*"]
[[steps]]
id = "aviso"
phase = "opening"
weight = 5
error_class = "compliance_critical"
severity = "critical"
said = ["esta llamada ..3 grab*"]
near_misses = ["esta llamada no ..3 grab*"]
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database of four calls, and the centre's protocol in the folder."""
    (tmp_path / "centro.toml").write_text(OWN, encoding="utf-8")
    address = f"sqlite:///{tmp_path / 'timbre.db'}"
    fill(address)
    return address


# new


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("base", shipped_names())
def test_a_new_protocol_is_right_leaves_nothing_to_look_at_and_adds_its_examples(
    base: str, language: str, timbre: Timbre, tmp_path: Path
) -> None:
    made = timbre("protocol", "new", "mine", "--from", base, "--language", language)
    assert (made.status, "timbre protocol test mine.toml" in made.out) == (0, True)
    checked = timbre("protocol", "check", "mine.toml", "--json").json
    assert checked["warnings"] == []
    assert checked["extends"] == [{"name": base, "version": shipped(base).version}]
    assert len((tmp_path / "mine.toml").read_text(encoding="utf-8").splitlines()) < 60
    changes = timbre("protocol", "diff", base, "mine.toml", "--json").json["changes"]
    assert {(one["kind"], one["key"]) for one in changes} >= {("step", "said"), ("step", None)}


def test_new_never_overwrites_unless_forced(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("kept", encoding="utf-8")
    ran = timbre("protocol", "new", "mine")
    assert (ran.status, "--force" in ran.err) == (2, True)
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "kept"
    assert timbre("protocol", "new", "mine", "--force").status == 0
    assert "kept" not in (tmp_path / "mine.toml").read_text(encoding="utf-8")


def test_a_copy_is_whole_and_judges_alike_under_its_own_name(timbre: Timbre, tmp_path: Path) -> None:
    assert timbre("protocol", "new", "mine", "--copy", "--out", "there.toml").status == 0
    written = tomllib.loads((tmp_path / "there.toml").read_text(encoding="utf-8"))
    assert (written["name"], written["version"], "extends" in written) == ("mine", "1", False)
    assert timbre("protocol", "diff", "telephone-service-es", "there.toml").status == 0


def test_a_campaigns_protocol_starts_from_the_centres(timbre: Timbre, url: str) -> None:
    assert timbre("protocol", "new", "campaign", "--from", "centro.toml").status == 0
    bases = timbre("protocol", "check", "campaign.toml", "--json").json["extends"]
    assert [base["name"] for base in bases] == ["centro", "telephone-service-es"]
    elsewhere = timbre("protocol", "new", "campaign", "--from", "centro.toml", "--out", "../campaign.toml")
    assert (elsewhere.status, "carpeta" in elsewhere.err) == (2, True)


@pytest.mark.parametrize("name", ["../mine", "", "a b", "-x"])
def test_a_name_that_is_no_file_name_is_refused(name: str, timbre: Timbre) -> None:
    assert timbre("protocol", "new", "--", name).status == 2


def test_what_does_not_come_with_timbre_is_refused_with_what_does(timbre: Timbre) -> None:
    ran = timbre("protocol", "new", "mine", "--from", "telephone-service-fr")
    assert (ran.status, "telephone-service-es" in ran.err) == (2, True)


# check


def test_check_shows_each_step_with_its_share_of_the_score(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "check", "centro.toml")
    assert ran.status == 0
    assert "centro 7, que amplía telephone-service-es" in ran.out
    assert re.search(r"^Aviso +aviso +apertura +5 +4,8 %", ran.out, re.MULTILINE)
    assert "Nada que mirar." in ran.out
    shares = [
        row.get("share_percent", 0.0) for row in timbre("protocol", "check", "centro.toml", "--json").json["entries"]
    ]
    assert sum(shares) == pytest.approx(100, abs=0.2)


def test_check_warns_of_what_is_probably_not_meant_and_still_ends_with_0(timbre: Timbre, tmp_path: Path) -> None:
    body = OWN.replace('"esta llamada no ..3 grab*"', '"llamada"') + '[words]\nspare = "a b"\n'
    (tmp_path / "own.toml").write_text(body, encoding="utf-8")
    ran = timbre("protocol", "check", "own.toml")
    assert ran.status == 0
    assert "aviso: la frase «esta llamada ..3 grab*» nunca cuenta" not in ran.out  # one word of three is not half
    assert "spare" in ran.out
    (tmp_path / "own.toml").write_text(body.replace('"llamada"', '"esta llamada"'), encoding="utf-8")
    assert "aviso: la frase «esta llamada ..3 grab*» nunca cuenta" in timbre("protocol", "check", "own.toml").out


def test_check_names_the_mistakes_of_an_extending_file_with_its_own_lines(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace("weight = 5", "weigth = 5"), encoding="utf-8")
    ran = timbre("protocol", "check", "own.toml")
    assert ran.status == 2
    assert "own.toml:10: steps[2].weigth" in ran.err


# diff


def test_diff_tells_by_meaning_and_ends_as_diff_does(timbre: Timbre, url: str, tmp_path: Path) -> None:
    ran = timbre("protocol", "diff", "telephone-service-es", "centro.toml")
    assert ran.status == 1
    assert "Paso Saludo (greeting): said\n  + es un placer atender*\n" in ran.out
    assert "+ Paso Aviso (aviso)" in ran.out
    (tmp_path / "later.toml").write_text(OWN.replace('"7"', '"8"'), encoding="utf-8")
    same = timbre("protocol", "diff", "centro.toml", "later.toml")
    assert (same.status, "Valoran igual." in same.out) == (0, True)
    assert timbre("protocol", "diff", "centro.toml", "nowhere.toml").status == 2


# test


def test_a_trial_tells_who_would_change_and_by_which_words(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "test", "centro.toml")
    assert ran.status == 0
    assert re.search(r"^Saludo +No cumplido +Cumplido +1$", ran.out, re.MULTILINE)
    assert re.search(r"^Aviso +– +No cumplido +3$", ran.out, re.MULTILINE)
    assert "Saludo: No cumplido → Cumplido  «Es un placer atenderle» (0:06)" in ran.out
    assert re.search(r"^104 +2 +2 +\d+,\d → \d+,\d", ran.out, re.MULTILINE)
    assert "4 llamadas; 4 cambiarían. No se ha escrito nada." in ran.out


def test_a_trial_writes_nothing_and_agrees_with_judging_afterwards(
    timbre: Timbre, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = verdicts(url)
    tried = timbre("protocol", "test", "centro.toml", "--json").json
    assert verdicts(url) == before
    monkeypatch.setenv("TIMBRE_PROTOCOL__FILE", "centro.toml")
    timbre("judge")
    scores = sorted(verdict.score.total for verdict in verdicts(url) if verdict and verdict.score.total)
    assert sorted(call["after"] for call in tried["most_changed"]) == pytest.approx(scores)
    assert {str(one) for verdict in verdicts(url) if verdict for one in verdict.protocol_extends} == {
        f"telephone-service-es {SHIPPED.version}"
    }


def test_a_trial_looks_only_at_the_calls_asked_for(timbre: Timbre, url: str) -> None:
    def calls(*options: str) -> int:
        return int(timbre("protocol", "test", "centro.toml", "--json", *options).json["calls"])

    assert calls("--agent", "207") == 2
    assert calls("--batch", "noviembre") == 4
    assert calls("--since", "2026-11-23") == 0
    assert calls("--until", "2026-11-23", "--queue", "soporte") == 4
    assert calls("--flagged") + calls("--not-flagged") == 4
    assert timbre("protocol", "test", "centro.toml", "--batch", "nothing").status == 2


def test_a_trial_against_itself_changes_nothing(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "test", "centro.toml", "--against", "centro.toml")
    assert "4 llamadas; ninguna cambiaría." in ran.out


def test_a_trial_without_a_database_says_so_and_makes_none(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "centro.toml").write_text(OWN, encoding="utf-8")
    assert timbre("protocol", "test", "centro.toml").status == 1
    assert not (tmp_path / "timbre.db").exists()


def test_labelled_sentences_give_precision_and_recall_and_name_each_miss(timbre: Timbre, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "phase": "opening", "turns": [{"who": "agent", "text": "Buenos días."}], "steps": ["greeting"]},
        {"id": "b", "phase": "opening", "turns": [{"who": "agent", "text": "Sea usted."}], "steps": ["greeting"]},
        {"id": "c", "phase": "opening", "turns": [{"who": "agent", "text": "Muy buenas."}], "steps": []},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (tmp_path / "own.jsonl").write_text(text, encoding="utf-8")
    ran = timbre("protocol", "test", "telephone-service-es", "--sentences", "own.jsonl")
    assert re.search(r"^Saludo +1 +1 +1 +0,500 +0,500$", ran.out, re.MULTILINE)
    assert "b  falta Saludo: Sea usted." in ran.out
    assert "c  sobra Saludo, por «Muy buenas»: Muy buenas." in ran.out


def test_sentences_show_what_a_protocol_gains_over_the_one_in_force(timbre: Timbre, url: str, tmp_path: Path) -> None:
    line = {"id": "a", "phase": "opening", "turns": [{"text": "Es un placer atenderle."}], "steps": ["greeting"]}
    (tmp_path / "own.jsonl").write_text(json.dumps(line), encoding="utf-8")
    ran = timbre("protocol", "test", "centro.toml", "--sentences", "own.jsonl")
    assert re.search(r"^Saludo +1 +0 +0 +– → 1,000 +0,000 → 1,000$", ran.out, re.MULTILINE)


def test_the_corpus_of_core_steps_is_judged_as_the_documents_say(timbre: Timbre) -> None:
    file = CORPUS / "core_steps_more.jsonl"
    total = timbre("protocol", "test", "telephone-service-es", "--sentences", file, "--json").json["after"]["total"]
    assert total["precision"] >= 0.97
    assert total["recall"] >= 0.96


def test_mistakes_of_a_file_of_sentences_are_told_with_their_lines(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text('{"id": "a"}\nnonsense\n', encoding="utf-8")
    ran = timbre("protocol", "test", "telephone-service-es", "--sentences", "own.jsonl")
    assert ran.status == 2
    assert "own.jsonl:1: phase: Field required" in ran.err
    assert "own.jsonl:2: " in ran.err


# explain


def test_a_step_that_was_met_is_explained_word_by_word(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "explain", "llamada-1.wav", "greeting")
    assert ran.status == 0
    assert "Saludo (greeting): Cumplido" in ran.out
    assert "Se oyó «Buenos días» (Agente, 0:06)" in ran.out
    assert "Frase del protocolo: (buenos|buen|bonito|lindo|excelente) (dia|dias)" in ran.out
    assert re.search(r"^ +dias +días +0:06 +1,00 +0,90", ran.out, re.MULTILINE)
    assert "Confianza 0,90 (mínimo 0,35)" in ran.out


def test_a_missing_step_shows_the_nearest_and_what_it_lacks(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "explain", "llamada-4.wav", "aviso", "--protocol", "centro.toml")
    assert "centro 7, que amplía telephone-service-es" in ran.out
    assert "La valoración guardada es de otras reglas: telephone-service-es" in ran.out
    assert "Aviso (aviso): No cumplido" in ran.out
    assert "Se buscó en: apertura, 0:06 – 0:10" in ran.out
    assert "«esta llamada puede ser grabada» (Agente, 1:13)" in ran.out
    assert "se dijo en otra parte de la llamada" in ran.out


def test_without_an_id_every_step_is_told_in_short(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "explain", "llamada-3.wav")
    assert re.search(r"^Saludo +No cumplido +0:09 +«Hola» +lo dijo el cliente", ran.out, re.MULTILINE)
    assert re.search(r"^Despedida +Cumplido .*confianza 0,90", ran.out, re.MULTILINE)
    assert "Y 12 faltas más, que no se oyeron." in ran.out


def test_a_call_is_found_by_id_file_name_or_document(timbre: Timbre, url: str, tmp_path: Path) -> None:
    by_name = timbre("protocol", "explain", "llamada-2.wav", "thanks", "--json").json
    assert by_name["explained"][0]["verdict"] == "met"
    assert by_name["explained"][0]["stored_verdict"] == "met"
    assert by_name["protocol"]["sha256"] == by_name["stored_protocol"]["sha256"]
    found = timbre("protocol", "test", "centro.toml", "--json").json["most_changed"]
    recording_id = next(call["recording_id"] for call in found if call["file"] == "llamada-2.wav")
    assert timbre("protocol", "explain", recording_id, "thanks", "--json").json == by_name
    analysis = make_analysis()
    kept = document(analysis, judge(analysis, Rules(SHIPPED)))
    (tmp_path / "call.json").write_text(json.dumps(kept), encoding="utf-8")
    assert "Despedida (farewell): Cumplido" in timbre("protocol", "explain", "call.json", "farewell").out


@pytest.mark.parametrize("content", ["{", "[]", "3", '{"schema": "timbre.analysis/1"}', '{"schema": "other"}'])
def test_a_file_that_is_no_document_is_refused(content: str, timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "call.json").write_text(content, encoding="utf-8")
    assert timbre("protocol", "explain", "call.json").status == 2


def test_an_unknown_call_or_step_is_refused_with_a_reason(timbre: Timbre, url: str) -> None:
    unknown = timbre("protocol", "explain", "nowhere.wav")
    assert (unknown.status, "No hay ninguna llamada" in unknown.err) == (1, True)
    assert "greeting?" in timbre("protocol", "explain", "llamada-1.wav", "greting").err


# show


def test_show_prints_an_entry_with_what_it_inherits(timbre: Timbre, url: str) -> None:
    ran = timbre("protocol", "show", "centro.toml", "greeting")
    assert "    hola\n" in ran.out
    assert "    es un placer atender*\n" in ran.out
    assert "es un placer" not in timbre("protocol", "show", "greeting").out
    assert timbre("protocol", "show", "centro.toml", "--json").json["extends"][0]["name"] == "telephone-service-es"
    assert timbre("protocol", "show", "nothing").status == 2
    assert "Saludo" in timbre("protocol", "show", "telephone-service-es").out


# judge


def test_judge_judges_only_the_calls_asked_for(timbre: Timbre, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMBRE_PROTOCOL__FILE", "centro.toml")
    assert timbre("judge", "--agent", "104", "--json").json["judged"] == 2
    assert {verdict.protocol_name for verdict in verdicts(url) if verdict} == {"centro", "telephone-service-es"}


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_message_whose_id_is_made_of_parts_is_in_the_catalogue(language: str) -> None:
    parts = {
        "explain-confidence": ("phrase", "form", "model"),
        "explain-lacks": ("likeness", "probability", "confidence", "missing", "sign", "near_miss", "window", "party"),
        "protocol-doubt": ("covered", "taken", "weightless", "list_unused", "list_empty", "condition_unused"),
        "explain-condition": ("holds", "fails"),
        "sentences": ("missed_one", "wrong_one"),
    }
    named = [f"{kind}_{part}" for kind, ends in parts.items() if kind != "sentences" for part in ends]
    named += ["explain-lacks_excused", "explain-lacks_overruled"]
    named += [f"sentences-{end}" for end in parts["sentences"]]
    named += [f"diff-{kind}" for kind in ("step", "violation", "condition", "measure", "speakers", "words", "protocol")]
    named += [f"mistake-{kind}" for kind in (*_OF_TYPE.values(), "other")]
    catalogue = Catalogue(language)
    assert [name for name in named if not catalogue.has(name)] == []
