"""The sound card of the whole program: PulseAudio's null sinks play a call, `timbre capture` records it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.g711 import alaw_samples
from models.call import Outcome
from models.recording import Party
from tests.audio.soundcard.pulse import missing_programs, pulse_server
from tests.monitor.peers.daemon import capturing, queued
from tests.monitor.peers.programs import wait_for
from tests.monitor.peers.speech import RATE_HZ, Pcm, spoken

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        bool(missing_programs()), reason="PulseAudio is not installed: " + ", ".join(missing_programs())
    ),
    pytest.mark.skipif(importlib.util.find_spec("pyaudio") is None, reason="PyAudio is not installed"),
]
STATUS_PORT = 22907
PACKETS = 250
SETTINGS = {
    "TIMBRE_CAPTURE__SOUNDCARD__LAYOUT": "two_devices",
    "TIMBRE_CAPTURE__SOUNDCARD__AGENT_DEVICE": "agent",
    "TIMBRE_CAPTURE__SOUNDCARD__CUSTOMER_DEVICE": "cust",
    "TIMBRE_CAPTURE__SOUNDCARD__SAMPLE_RATE_HZ": str(RATE_HZ),
    "TIMBRE_CAPTURE__SOUNDCARD__AGENT_ID": "ana",
    "TIMBRE_CAPTURE__SOUNDCARD__CALLS__SILENCE_CLOSES_S": "2",
}


def test_a_call_that_is_played_is_found_recorded_and_handed_over(tmp_path: Path) -> None:
    voices = {"agent": alaw_samples(spoken("agent", PACKETS)), "cust": alaw_samples(spoken("customer", PACKETS))}
    for name, samples in voices.items():
        quiet = np.zeros(2 * RATE_HZ, np.int16)  # until the sink's monitor is awake
        soundfile.write(tmp_path / f"{name}.wav", np.concatenate((quiet, samples, quiet, quiet)), RATE_HZ)
    with (
        pulse_server(tmp_path) as server,
        capturing(tmp_path, STATUS_PORT, ("--source", "soundcard"), SETTINGS) as daemon,
    ):
        players = [server.play(name, tmp_path / f"{name}.wav") for name in voices]
        wait_for(lambda: all(player.poll() is not None for player in players), 60, "the sound")
        (call,) = daemon.finished("")
        assert daemon.stop() == 0
    assert (call.record.source, call.record.outcome, call.record.agent_id) == ("soundcard", Outcome.ANSWERED, "ana")
    for party, voice in ((Party.AGENT, voices["agent"]), (Party.CUSTOMER, voices["cust"])):
        own, other = likeness(call.channel(party), voice), likeness(call.channel(party), voices_of_other(voices, voice))
        assert own > 0.5 > other
    assert queued(f"sqlite:///{tmp_path / 'timbre.db'}") == {call.recorded.parts[0].path.name: "waiting"}


def voices_of_other(voices: dict[str, Pcm], own: Pcm) -> Pcm:
    (other,) = [voice for voice in voices.values() if voice is not own]
    return other


def likeness(recorded: Pcm, voice: Pcm) -> float:
    """The highest correlation of a second of the voice, its loudest, with the recording."""
    total = np.concatenate(([0.0], np.cumsum(voice.astype(float) ** 2)))
    start = int(np.argmax(total[RATE_HZ:] - total[:-RATE_HZ]))
    pattern = voice[start : start + RATE_HZ].astype(float)
    size = 1 << int(np.ceil(np.log2(recorded.size + RATE_HZ)))
    spectrum = np.fft.rfft(recorded.astype(float), size) * np.conj(np.fft.rfft(pattern, size))
    peak = np.fft.irfft(spectrum, size)[: recorded.size]
    at = int(np.argmax(peak))
    level = np.linalg.norm(recorded[at : at + RATE_HZ].astype(float)) * np.linalg.norm(pattern)
    return float(peak[at] / level) if level else 0.0
