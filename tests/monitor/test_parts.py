from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from audio.transcriber import WhisperSettings
from audio.weights import LocatedModel
from models.errors import ModelError
from monitor import parts
from monitor.fingerprint import analysis_key
from monitor.settings.reading import load
from monitor.settings.sections import Settings

MODEL = LocatedModel("base", Path("somewhere"), "ab" * 32)


def settings_of(**environment: str) -> Settings:
    return load(None, {f"TIMBRE_{name}": value for name, value in environment.items()}).settings


@pytest.fixture
def whisper(monkeypatch: pytest.MonkeyPatch) -> list[WhisperSettings]:
    """The settings of each recogniser that is built; none is loaded."""
    built: list[WhisperSettings] = []

    class Recorded:
        name, model_sha256 = "recorded", MODEL.sha256

        def __init__(self, *given: Any) -> None:
            built.append(given[-1])

    monkeypatch.setattr(parts, "WhisperTranscriber", Recorded)
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    return built


def test_the_names_of_the_centre_are_hints_to_the_recogniser(whisper: list[WhisperSettings]) -> None:
    names = {"CENTRE__COMPANY_NAMES": "Seguros Iberia,", "CENTRE__AGENT_NAMES": "Ana, Luis"}
    parts.transcriber(settings_of(**names), MODEL)
    parts.transcriber(settings_of(), MODEL)
    hints = whisper[0].hints or ""
    assert [name in hints for name in ("Seguros Iberia", "Ana", "Luis")] == [True] * 3
    assert whisper[1].hints is None


def test_the_language_is_the_configured_one_or_left_to_the_model(whisper: list[WhisperSettings]) -> None:
    for language in ("es", "en", "auto"):
        parts.transcriber(settings_of(TRANSCRIBER__LANGUAGE=language), MODEL)
    assert [built.language for built in whisper] == ["es", "en", None]


def test_a_gpu_is_used_where_there_is_one_unless_the_configuration_says_otherwise(
    whisper: list[WhisperSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.transcriber(settings_of(), MODEL)
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    parts.transcriber(settings_of(), MODEL)
    parts.transcriber(settings_of(TRANSCRIBER__DEVICE="cpu"), MODEL)
    parts.transcriber(settings_of(TRANSCRIBER__COMPUTE_TYPE="int8_float16"), MODEL)
    chosen = [(built.device, built.compute_type) for built in whisper]
    assert chosen == [("cpu", "int8"), ("cuda", "float16"), ("cpu", "int8"), ("cuda", "int8_float16")]


@pytest.mark.parametrize(("jobs", "threads", "used"), [("1", "0", 4), ("2", "0", 2), ("8", "0", 1), ("1", "3", 3)])
def test_jobs_share_the_processors(jobs: str, threads: str, used: int, whisper: list[WhisperSettings]) -> None:
    parts.transcriber(settings_of(ANALYSIS__JOBS=jobs, TRANSCRIBER__THREADS=threads), MODEL)
    assert whisper[0].threads == used


@pytest.mark.parametrize("name", ["silero", "webrtcvad"])
def test_the_speech_detector_is_the_configured_one(name: str) -> None:
    assert parts.speech_detector(settings_of(SPEECH__DETECTOR=name)).name == name


@pytest.mark.usefixtures("whisper")
def test_a_bench_signs_its_analyses_with_version_model_and_configuration() -> None:
    made = parts.bench(settings_of(), MODEL)
    other = parts.bench(settings_of(MEASURES__SILENCE_S="2.5"), MODEL)
    assert made.made_with.model_sha256 == MODEL.sha256
    assert made.made_with.timbre
    assert made.made_with.config_sha256 != other.made_with.config_sha256
    assert other.settings.silence_s == 2.5


def test_settings_that_make_nothing_but_speed_do_not_change_the_signature() -> None:
    faster = settings_of(TRANSCRIBER__THREADS="7", TRANSCRIBER__CACHE="elsewhere", ANALYSIS__JOBS="3")
    assert parts.config_sha256(faster) == parts.config_sha256(settings_of())


@pytest.mark.parametrize(("word", "channel"), [("rules", None), ("left", 0), ("right", 1)])
def test_the_agents_channel_is_given_by_word(word: str, channel: int | None) -> None:
    assert parts.folder_rules(settings_of(READING__AGENT_CHANNEL=word)).agent_channel == channel


def test_sources_of_models_come_in_the_configured_order() -> None:
    names = [source.name for source in parts.fetchers(settings_of(TRANSCRIBER__MODEL_SOURCES="hub, installed"))]
    assert names == ["hub", "installed"]


def test_a_model_is_known_by_name_or_by_the_users_pins() -> None:
    assert parts.speech_model(settings_of()).name == "base"
    assert parts.speech_model(settings_of(), "small").name == "small"
    pins = settings_of(TRANSCRIBER__MODEL="mine", TRANSCRIBER__MODEL_FILES='{ "model.bin" = "' + "a" * 64 + '" }')
    assert parts.speech_model(pins).builds[0].files[0].sha256 == "a" * 64
    with pytest.raises(ModelError) as caught:
        parts.speech_model(settings_of(TRANSCRIBER__MODEL="mine"))
    assert caught.value.code == "model_unpinned"


def test_an_analysis_is_of_another_kind_once_the_voice_model_is_there() -> None:
    settings = settings_of()
    keys = {analysis_key(settings, "a", None), analysis_key(settings, "a", "v"), analysis_key(settings, "b", None)}
    assert len(keys) == 3
    assert analysis_key(settings, "a", None) in keys
