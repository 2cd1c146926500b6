from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from audio.soundcard import portaudio
from tests.audio.soundcard.fake_portaudio import FakeDevice, FakeMachine
from tests.monitor.conftest import Timbre


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    found = FakeMachine(
        [
            FakeDevice("USB Headset", channels=1, rate_hz=48000, rates_hz=(16000, 48000)),
            FakeDevice("Line In", channels=2, rate_hz=44100),
            FakeDevice("Speaker", channels=0),
        ]
    )
    monkeypatch.setattr(portaudio, "open_audio", found.open)
    return found


@contextmanager
def playing(machine: FakeMachine, amplitude: int) -> Iterator[None]:
    """A square wave on every open stream: its level is its peak."""
    stop = threading.Event()

    def play() -> None:
        while not stop.wait(0.02):
            for stream in [stream for stream in machine.streams if stream.is_active()]:
                wave = np.where(np.arange(stream.frames_per_buffer) % 2, amplitude, -amplitude)
                stream.feed(np.repeat(wave[:, None], stream.channels, axis=1))

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_the_inputs_are_listed_with_channels_and_rates(timbre: Timbre, machine: FakeMachine) -> None:
    ran = timbre("devices", "--language", "en")
    assert ran.status == 0
    headset, line = ran.out.splitlines()[1:]
    assert headset.split() == ["USB", "Headset", "*", "Fake", "1", "48000", "16000,", "48000"]
    assert line.strip().startswith("Line In")
    assert "Speaker" not in ran.out
    assert machine.streams == []


def test_the_list_comes_as_json(timbre: Timbre, machine: FakeMachine) -> None:
    headset, line = timbre("devices", "--json").json
    assert headset == {
        "index": 0,
        "name": "USB Headset",
        "host_api": "Fake",
        "channels": 1,
        "rate_hz": 48000,
        "is_default": True,
        "rates_hz": [16000, 48000],
    }
    assert line["channels"] == 2


def test_levels_are_measured_for_programs(timbre: Timbre, machine: FakeMachine) -> None:
    with playing(machine, 16384):  # half of full scale: -6.02 dBov
        (line,) = timbre("devices", "--meter", "--json", "--seconds", "0.5", "--device", "line").json
    assert [level["level_dbov"] for level in line["levels"]] == pytest.approx([-6.02, -6.02], abs=0.01)
    assert [level["clipped_ratio"] for level in line["levels"]] == [0.0, 0.0]
    assert all(stream.closed for stream in machine.streams)


def test_levels_are_shown_as_bars_and_clipping_as_such(timbre: Timbre, machine: FakeMachine) -> None:
    with playing(machine, 32767):
        ran = timbre("devices", "--meter", "--seconds", "0.5", "--device", "Headset", "--language", "en")
    assert "█" * 40 in ran.out
    assert "CLIPPED" in ran.out


def test_a_device_that_gives_nothing_or_refuses_is_shown_as_such(timbre: Timbre, machine: FakeMachine) -> None:
    machine.devices[1].refuses = True
    ran = timbre("devices", "--meter", "--seconds", "0.2", "--language", "en")
    assert ran.status == 0
    assert "gives no sound" in ran.out
    assert "cannot be opened" in ran.out


def test_a_device_that_is_not_there_is_said_with_those_that_are(timbre: Timbre, machine: FakeMachine) -> None:
    ran = timbre("devices", "--device", "bluetooth")
    assert ran.status == 1
    assert "No hay tal dispositivo" in ran.err
    assert "USB Headset" in ran.err


def test_a_machine_without_inputs_says_so(timbre: Timbre, machine: FakeMachine) -> None:
    machine.devices.clear()
    ran = timbre("devices")
    assert (ran.status, ran.out) == (0, "")
    assert "no tiene entradas" in ran.err
