"""The whole way: what is said in a call reaches nothing that people are given, and stays in the store."""

from __future__ import annotations

import base64
import json
import os
import pwd
import re
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest

from audio.sources.folder import FoundRecording
from audio.sources.opening import open_recording
from models.recording import Party
from reports.schema import analysis_schema
from tests.monitor.call_files import write_call
from tests.monitor.conftest import Timbre

AGENT = (
    "Buenos días Seguros Iberia le atiende Marta en qué puedo ayudarle a ver la tarjeta "
    "cuatro cinco uno ocho nueve cero dos dos siete siete uno tres seis cuatro cinco cero es esa"
)
SECRET_WORDS = ("nueve cero dos dos siete siete", "cuatro cinco uno ocho", "seis cuatro cinco cero")
ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def called(timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a call was analysed whose agent reads a card out."""
    monkeypatch.setattr("tests.monitor.call_files.AGENT_SAYS", AGENT)
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__LOOKS_FILE", str(tmp_path / "looks.log"))
    write_call(tmp_path / "in" / "one.wav", speech_s=20.0)
    assert timbre("analyse", "in", "--out", "out").status == 0
    return tmp_path / "out"


def texts(folder: Path) -> dict[str, str]:
    """Every file that a batch leaves, as text, embedded sound left out."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            found[path.name] = str(pq.read_table(path).to_pylist())
        elif path.is_file():
            found[str(path.relative_to(folder))] = re.sub(r"base64,[\w+/=]+", "", path.read_text(encoding="utf-8"))
    return found


def test_a_card_read_out_by_the_agent_is_in_nothing_that_people_get(called: Path) -> None:
    written = texts(called)
    assert {"one.json", "calls/one.html", "feedback/one.html", "turns.csv", "findings.parquet"} <= written.keys()
    for name, text in written.items():
        assert not any(secret in text for secret in SECRET_WORDS), name


def test_the_violation_is_still_told_with_its_place_and_the_kind_in_its_quote(called: Path) -> None:
    document = json.loads((called / "one.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, analysis_schema())
    (violation,) = [item for item in document["protocol"]["violations"] if item["id"] == "discloses_confidential"]
    assert violation["quote"] == "[tarjeta]"
    assert violation["end_s"] - violation["start_s"] > 7
    (told,) = document["personal_data"]["found"]
    assert (told["kind"], told["party"], told["text_hidden"], told["sound_hidden"]) == ("card", "agent", True, True)
    assert "cuatro" not in json.dumps(document, ensure_ascii=False)


def test_the_page_plays_silence_where_the_card_was_read_out(called: Path, tmp_path: Path) -> None:
    page = (called / "calls" / "one.html").read_text(encoding="utf-8")
    (tmp_path / "heard.ogg").write_bytes(base64.b64decode(re.search(r"base64,([\w+/=]+)", page)[1]))  # type: ignore[index]
    (told,) = json.loads((called / "one.json").read_text(encoding="utf-8"))["personal_data"]["found"]
    (tmp_path / "spool").mkdir()
    clip = open_recording(FoundRecording((tmp_path / "heard.ogg",), (Party.BOTH,)), tmp_path / "spool").clip
    rate = clip.sample_rate_hz
    inside = clip.pcm_frames(round((told["start_s"] + 0.1) * rate), round((told["end_s"] - 0.1) * rate))
    before = clip.pcm_frames(round((told["start_s"] - 3) * rate), round((told["start_s"] - 0.5) * rate))
    assert np.abs(inside).max() < 100 < np.abs(before).max()


def test_the_words_stay_in_the_store_so_that_the_call_is_judged_again(called: Path, timbre: Timbre) -> None:
    again = timbre("judge", "--json")
    assert (again.json["judged"], again.json["changed"]) == (1, [])
    timbre("analyse", "in", "--out", "out")
    document = json.loads((called / "one.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in document["protocol"]["violations"]] == ["discloses_confidential"]


def test_what_the_configuration_leaves_is_shown(called: Path, timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__TEXT", "[]")
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__SOUND", "[]")
    timbre("analyse", "in", "--out", "out")
    assert SECRET_WORDS[0] in (called / "one.json").read_text(encoding="utf-8")


def test_originals_are_refused_to_whom_nobody_named_and_the_attempt_is_recorded(
    called: Path, timbre: Timbre, tmp_path: Path
) -> None:
    recording_id = json.loads((called / "one.json").read_text(encoding="utf-8"))["recording"]["id"]
    ran = timbre("originals", recording_id)
    assert (ran.status, ran.out) == (1, "")
    assert "No puede ver el original" in ran.err
    (entry,) = map(json.loads, (tmp_path / "looks.log").read_text(encoding="utf-8").splitlines())
    assert (entry["user"], entry["recording_id"], entry["shown"]) == (ME, recording_id, False)


def test_originals_are_shown_to_a_role_and_each_look_is_a_line_without_content(
    called: Path, timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__ORIGINALS_USERS", f"{ME},somebody")
    recording_id = json.loads((called / "one.json").read_text(encoding="utf-8"))["recording"]["id"]
    shown = timbre("originals", recording_id).out
    assert all(secret in shown for secret in SECRET_WORDS)
    timbre("originals", recording_id, "--json")
    log = (tmp_path / "looks.log").read_text(encoding="utf-8")
    assert [json.loads(line)["shown"] for line in log.splitlines()] == [True, True]
    assert "cuatro" not in log
    assert (tmp_path / "looks.log").stat().st_mode & 0o777 == 0o600


def test_nothing_is_shown_where_the_look_cannot_be_recorded(
    called: Path, timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__ORIGINALS_USERS", f"{ME},somebody")
    (tmp_path / "elsewhere").write_text("", encoding="utf-8")
    (tmp_path / "link.log").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__LOOKS_FILE", str(tmp_path / "link.log"))
    recording_id = json.loads((called / "one.json").read_text(encoding="utf-8"))["recording"]["id"]
    ran = timbre("originals", recording_id)
    assert (ran.status, ran.out) == (1, "")


def test_a_call_that_is_not_stored_is_told(called: Path, timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__ORIGINALS_USERS", f"{ME},somebody")
    ran = timbre("originals", "0" * 16)
    assert ran.status == 1
    assert "No hay ninguna llamada guardada" in ran.err


def test_callers_numbers_are_crossed_out_in_facts_and_names_where_asked(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_PERSONAL_DATA__NUMBERS_OF_CALLS", "ending")
    write_call(tmp_path / "in" / "in-900100200-612345678-20261122-100000-1795341600.1.wav")
    timbre("analyse", "in", "--out", "out")
    names = " ".join(str(path) for path in (tmp_path / "out").rglob("*"))
    assert "612345678" not in names + " ".join(texts(tmp_path / "out").values())
    assert "xxxxx5678" in names
