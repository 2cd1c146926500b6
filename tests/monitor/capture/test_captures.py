"""Real captures of labelled calls, from the file to the recording and its record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from audio.packets.capture_files import FoundCapture
from audio.sources.folder import FoundRecording
from models.call import Outcome
from models.recording import Party
from monitor.capture.files import calls_in
from monitor.settings.capture import CaptureSection
from tests.audio.rtp.streams import CAPTURES
from tests.labelled import FOLDER

NAMES = sorted(path.name for path in CAPTURES.glob("*.pcap"))
RATE_HZ = 8000
WINDOW = 8 * RATE_HZ

captures = pytest.mark.parametrize(
    "name", NAMES or [pytest.param("", marks=pytest.mark.skip(reason="../shared is not here: no captures"))]
)


def truth_of(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((CAPTURES / f"{name[:6]}.capture.json").read_text())
    return truth


def call_in(name: str, folder: Path) -> FoundRecording:
    (found,) = calls_in(FoundCapture((CAPTURES / name,)), folder, CaptureSection()).recordings
    return found


@captures
def test_the_ring_time_is_what_the_exchange_waited(name: str, tmp_path: Path) -> None:
    found = call_in(name, tmp_path)
    assert found.call is not None
    assert found.call.outcome is Outcome.ANSWERED
    assert found.facts.ring_to_answer_s == pytest.approx(truth_of(name)["ring_s"], abs=0.020)


@captures
def test_every_lost_and_doubled_packet_is_counted(name: str, tmp_path: Path) -> None:
    found = call_in(name, tmp_path)
    assert found.call is not None
    assert found.call.transport is not None
    figures = {one.party: one for one in found.call.transport.directions}
    lossy = truth_of(name).get("lossy", {}) if "lossy" in name else {}
    dropped = lossy.get("dropped", {"6000->7000": 0, "7000->6000": 0})
    assert (figures[Party.CUSTOMER].lost, figures[Party.AGENT].lost) == (dropped["6000->7000"], dropped["7000->6000"])
    assert sum(one.duplicated for one in figures.values()) == lossy.get("doubled", 0)


@captures
def test_the_legs_stand_against_each_other_as_they_were_spoken_within_5_ms(name: str, tmp_path: Path) -> None:
    """Each leg was sent from the labelled call's own channel, both started when the call was answered."""
    found = call_in(name, tmp_path)
    recorded, _ = soundfile.read(found.files[0], dtype="int16", always_2d=True)
    spoken, _ = soundfile.read(FOLDER / f"{name[:6]}.wav", dtype="int16", always_2d=True)
    channels = json.loads((FOLDER / f"{name[:6]}.truth.json").read_text())["channels"]
    delays = [
        delay_s(recorded[:, found.call.channels.index(Party(party))], spoken[:, channels.index(party)])  # type: ignore[union-attr] # captured
        for party in ("agent", "customer")
    ]
    sent_apart_s = 0.020  # sipp's two ends start to play within one of their own ticks
    assert abs(delays[0] - delays[1]) <= sent_apart_s + 0.005
    zero_s = truth_of(name)["call_time_zero_s"]
    assert np.mean(delays) == pytest.approx(-zero_s, abs=0.05)


def test_the_same_file_is_not_recorded_twice(tmp_path: Path) -> None:
    if not NAMES:
        pytest.skip("../shared is not here: no captures")
    first = call_in(NAMES[0], tmp_path).files[0]
    written = first.stat().st_mtime_ns
    assert call_in(NAMES[0], tmp_path).files[0] == first
    assert first.stat().st_mtime_ns == written


def delay_s(recorded: np.ndarray, spoken: np.ndarray) -> float:
    """By how much later a sound lies in the recording: the peak of the correlation of the loudest stretch spoken."""
    total = np.concatenate(([0.0], np.cumsum(spoken.astype(float) ** 2)))
    start = int(np.argmax(total[WINDOW:] - total[:-WINDOW]))
    pattern = spoken[start : start + WINDOW].astype(float)
    size = 1 << int(np.ceil(np.log2(len(recorded) + WINDOW)))
    spectrum = np.fft.rfft(recorded.astype(float), size) * np.conj(np.fft.rfft(pattern, size))
    return float(int(np.argmax(np.fft.irfft(spectrum, size)[: len(recorded)])) - start) / RATE_HZ
