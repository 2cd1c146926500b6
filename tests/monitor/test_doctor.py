from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import doctor
from monitor.doctor import Check, Health, examine
from monitor.settings.reading import load


def checks(tmp_path: Path, **environment: str) -> dict[str, Check]:
    variables = {
        "TIMBRE_DATABASE__URL": f"sqlite:///{tmp_path / 'timbre.db'}",
        "TIMBRE_TRANSCRIBER__CACHE": str(tmp_path),
    }
    settings = load(None, variables | environment).settings
    return {check.id: check for check in examine(settings, tmp_path / "out")}


def test_a_database_that_the_next_analysis_will_make_is_fine_and_is_not_made_by_looking(tmp_path: Path) -> None:
    assert checks(tmp_path)["database"].health is Health.FINE
    assert not (tmp_path / "timbre.db").exists()


def test_a_database_that_cannot_be_reached_is_broken(tmp_path: Path) -> None:
    check = checks(tmp_path, TIMBRE_DATABASE__URL="postgresql://u:secret@127.0.0.1:1/x")["database"]
    assert (check.health, check.mend, "secret" in check.found) == (Health.BROKEN, "database", False)


def test_without_the_voice_model_only_mixed_recordings_are_limited(tmp_path: Path) -> None:
    check = checks(tmp_path)["voices"]
    assert (check.health, check.mend) == (Health.LIMITED, "voices")


def test_a_wrong_protocol_is_broken(tmp_path: Path) -> None:
    check = checks(tmp_path, TIMBRE_PROTOCOL__FILE=str(tmp_path / "none.toml"))["protocol"]
    assert (check.health, check.mend) == (Health.BROKEN, "protocol")


@pytest.mark.parametrize(("free", "health"), [(10**11, Health.FINE), (10**9, Health.LIMITED), (10**7, Health.BROKEN)])
def test_a_disk_is_judged_by_its_free_room(
    free: int, health: Health, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert checks(tmp_path)["disk_out"].health is health


def test_a_folder_that_may_not_be_written_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_writable", lambda folder: folder != tmp_path)
    assert checks(tmp_path)["disk_out"].mend == "folder"


def test_a_folder_that_does_not_take_a_file_is_not_writable(tmp_path: Path) -> None:
    assert doctor._writable(tmp_path)
    assert not doctor._writable(tmp_path / "none")


class FakePyAudio:
    """PortAudio with one input and one output, and ALSA's chatter."""

    devices = ({"name": "Line in", "maxInputChannels": 2}, {"name": "Speakers", "maxInputChannels": 0})

    def get_device_count(self) -> int:
        os.write(2, b"ALSA lib: chatter\n")
        return len(self.devices)

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        return self.devices[index]

    def terminate(self) -> None:
        """Nothing to close."""


class Deaf(FakePyAudio):
    devices = ({"name": "Speakers", "maxInputChannels": 0}, {"name": "HDMI", "maxInputChannels": 0})


@pytest.mark.parametrize(
    ("sound", "health", "found"), [(FakePyAudio, Health.FINE, "Line in"), (Deaf, Health.LIMITED, "PyAudio")]
)
def test_the_sound_card_is_fine_where_it_has_an_input(
    sound: type, health: Health, found: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", SimpleNamespace(PyAudio=sound))
    check = doctor._sound_card()
    assert (check.health, check.found) == (health, found)
    assert "chatter" not in capfd.readouterr().err


def test_without_pyaudio_all_but_the_sound_card_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    check = checks(tmp_path)["sound_card"]
    assert (check.health, check.mend) == (Health.LIMITED, "pyaudio")


def test_capture_rights_are_those_of_a_raw_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refused)
    check = doctor._capture_rights()
    assert (check.health, check.mend) == (Health.LIMITED, "capture")
    monkeypatch.setattr(socket, "socket", lambda *_: SimpleNamespace(close=lambda: None))
    assert doctor._capture_rights().health is Health.FINE
    monkeypatch.delattr(socket, "AF_PACKET")
    assert doctor._capture_rights().mend == "capture_platform"
