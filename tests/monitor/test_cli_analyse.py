from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from models.verdict import Score
from reports.schema import analysis_schema
from tests.builders import make_verdict
from tests.monitor.call_files import write_call
from tests.monitor.conftest import Timbre


def test_a_call_becomes_a_document_pages_and_tables(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    ran = timbre("analyse", "in", "--out", "out")
    assert (ran.status, "one.wav" in ran.out, "1 llamada analizada." in ran.out) == (0, True, True)
    document = json.loads((tmp_path / "out" / "one.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, analysis_schema())
    assert document["recording"]["file"] == "one.wav"
    assert document["protocol"]["name"] == "telephone-service-es"
    for name in ("index.html", "calls/one.html", "feedback/one.html", "calls.csv", "turns.parquet", "findings.csv"):
        assert (tmp_path / "out" / name).stat().st_size > 0
    assert "data:audio/ogg" in (tmp_path / "out" / "calls" / "one.html").read_text(encoding="utf-8")


def test_running_again_does_nothing_that_is_done_and_something_that_is_new(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in", "--out", "out")
    page = tmp_path / "out" / "calls" / "one.html"
    written_ns = page.stat().st_mtime_ns
    again = timbre("analyse", "in", "--out", "out")
    assert (again.status, "0 llamadas analizadas, 1 sin cambios" in again.out) == (0, True)
    assert page.stat().st_mtime_ns == written_ns
    write_call(tmp_path / "in" / "two.wav", seed=5)
    third = timbre("analyse", "in", "--out", "out")
    assert "1 llamada analizada, 1 sin cambios" in third.out


def test_the_same_store_fills_another_folder_without_analysing_again(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in", "--out", "out")
    assert timbre("analyse", "in", "--out", "other", "--json").json["counts"]["unchanged"] == 1
    assert (tmp_path / "other" / "one.json").exists()


def test_changed_settings_that_make_the_figures_analyse_again_and_changed_limits_only_judge_again(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in")
    monkeypatch.setenv("TIMBRE_LIMITS__RINGS_MAX", "1")
    before = json.loads((tmp_path / "timbre-out" / "one.json").read_text(encoding="utf-8"))
    assert timbre("analyse", "in", "--json").json["counts"]["unchanged"] == 1
    after = json.loads((tmp_path / "timbre-out" / "one.json").read_text(encoding="utf-8"))
    assert before["protocol"]["rules_sha256"] != after["protocol"]["rules_sha256"]
    monkeypatch.setenv("TIMBRE_MEASURES__SILENCE_S", "2.5")
    assert timbre("analyse", "in", "--json").json["counts"]["done"] == 1


def test_what_was_analysed_before_is_judged_by_the_program_of_today(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in")
    monkeypatch.setattr("monitor.judging.judge", lambda *_: make_verdict(score=Score(12.5)))
    ran = timbre("analyse", "in", "--json")
    assert (ran.json["counts"]["unchanged"], ran.json["calls"][0]["score"]) == (1, 12.5)


def test_what_cannot_be_read_fails_with_its_reason_and_the_rest_goes_on(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "good.wav")
    (tmp_path / "in" / "empty.wav").write_bytes(b"")
    (tmp_path / "in" / "text.wav").write_text("this is no sound at all, but a letter")
    ran = timbre("analyse", "in", "--json")
    states = {call["file"]: (call["state"], call["reason"]) for call in ran.json["calls"]}
    assert ran.status == 1
    assert states["good.wav"] == ("done", None)
    assert states["empty.wav"] == ("failed", "empty")
    assert states["text.wav"] == ("failed", "not_audio")
    table = timbre("analyse", "in")
    assert table.status == 1
    assert "2 con fallo" in table.out


def test_names_that_are_shared_are_written_apart_and_the_same_way_every_time(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "a" / "call.wav", seed=1)
    write_call(tmp_path / "in" / "b" / "call.wav", seed=7)
    ran = timbre("analyse", "in")
    documents = sorted(path.name for path in (tmp_path / "timbre-out").glob("call*.json"))
    assert len(documents) == 2
    assert all(f"se escribe como {name}" in ran.err for name in documents)
    timbre("analyse", "in")
    assert sorted(path.name for path in (tmp_path / "timbre-out").glob("call*.json")) == documents


def test_the_same_recording_under_two_names_is_analysed_once_and_written_twice(timbre: Timbre, tmp_path: Path) -> None:
    content = write_call(tmp_path / "in" / "one.wav").read_bytes()
    (tmp_path / "in" / "copy.wav").write_bytes(content)
    timbre("analyse", "in")
    files = [
        json.loads((tmp_path / "timbre-out" / name).read_text(encoding="utf-8"))["recording"]["file"]
        for name in ("one.json", "copy.json")
    ]
    assert files == ["one.wav", "copy.wav"]


@pytest.mark.parametrize(("option", "first_to_speak"), [("left", "agent"), ("right", "customer")])
def test_the_agents_channel_can_be_given(timbre: Timbre, tmp_path: Path, option: str, first_to_speak: str) -> None:
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in", "--agent-channel", option)
    document = json.loads((tmp_path / "timbre-out" / "one.json").read_text(encoding="utf-8"))
    assert document["turns"][0]["party"] == first_to_speak


def test_an_agents_channel_that_no_recording_has_is_wrong_usage(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    assert timbre("analyse", "in", "--agent-channel", "middle").status == 2


def test_a_folder_without_recordings_says_so(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    ran = timbre("analyse", "in")
    assert (ran.status, "No hay grabaciones" in ran.err) == (2, True)


def test_a_path_that_is_not_there_is_wrong_usage(timbre: Timbre) -> None:
    assert timbre("analyse", "nowhere").status == 2


def test_json_is_alone_on_standard_output(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "20261122-100000_ana_34600000001.wav")
    ran = timbre("analyse", "in", "--json")
    call = ran.json["calls"][0]
    assert (call["agent_id"], call["document"]) == ("ana", "20261122-100000_ana_34600000001.json")
    assert "Llamada 1 de 1" in ran.err


def test_the_language_option_decides_the_words_of_table_and_pages(timbre: Timbre, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    assert "1 call analysed." in timbre("analyse", "in", "--language", "en").out
    assert '<html lang="en"' in (tmp_path / "timbre-out" / "index.html").read_text(encoding="utf-8")
    assert timbre("analyse", "in", "--language", "fr").status == 2


def test_sound_too_large_for_a_page_lies_beside_it(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_REPORTS__EMBED_AUDIO_MAX_BYTES", "0")
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in", "--out", "out")
    assert (tmp_path / "out" / "calls" / "one.ogg").read_bytes()[:4] == b"OggS"
    assert "../calls/one.ogg" in (tmp_path / "out" / "feedback" / "one.html").read_text(encoding="utf-8")


def test_a_recording_that_is_gone_keeps_its_verdict_and_loses_its_sound(timbre: Timbre, tmp_path: Path) -> None:
    path = write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in")
    path.rename(tmp_path / "in" / "renamed.wav")
    ran = timbre("analyse", "in", "--json")
    assert ran.json["counts"]["unchanged"] == 1
    assert ran.json["calls"][0]["document"] == "renamed.json"


def test_a_wrong_protocol_is_told_before_any_work(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")
    (tmp_path / "mine.toml").write_text("name = 3\n")
    monkeypatch.setenv("TIMBRE_PROTOCOL__FILE", "mine.toml")
    ran = timbre("analyse", "in")
    assert (ran.status, "mine.toml" in ran.err) == (2, True)
    assert not (tmp_path / "timbre-out").exists()


def test_an_unreachable_database_is_an_error_that_hides_the_password(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")
    monkeypatch.setenv("TIMBRE_DATABASE__URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    ran = timbre("analyse", "in")
    assert (ran.status, "hunter2" in ran.err + ran.out) == (1, False)
    assert "Error:" in ran.err


def test_an_interrupt_ends_with_130_and_what_was_done_is_kept(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr("monitor.commands.analysing.run_workers", interrupted)
        ran = timbre("analyse", "in")
    assert (ran.status, "Interrumpido" in ran.err) == (130, True)
    assert timbre("analyse", "in").status == 0
