"""The real PortAudio on PulseAudio's null sinks: no sound card is needed."""

from __future__ import annotations

import importlib.util
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import correlate, resample_poly

from audio.events import Sound, SoundMissing, SourceEvent
from audio.soundcard.mark import Mark
from audio.soundcard.settings import CallSettings, SoundCardSettings
from audio.sources.soundcard import SoundCardSource
from models.call import Side
from tests.audio.soundcard.pulse import PulseServer, missing_programs, pulse_server

RATE_HZ = 16000
WITHIN_S = 30.0
PLAYED_S = 4.0
Signal = npt.NDArray[np.float64]

pytestmark = [
    pytest.mark.skipif(
        bool(missing_programs()), reason="PulseAudio is not installed: " + ", ".join(missing_programs())
    ),
    pytest.mark.skipif(importlib.util.find_spec("pyaudio") is None, reason="PyAudio is not installed"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PulseServer]:
    with pulse_server(tmp_path) as found:
        yield found


def murmur(seed: int, duration_s: float = PLAYED_S) -> Signal:
    """Noise under 1 kHz, at 48 kHz: its correlation with itself has one sharp peak."""
    white = np.random.default_rng(seed).standard_normal(round(48000 * duration_s))
    return np.convolve(white, np.hanning(96) / 48, "same") * 20000


def written(path: Path, samples: Signal) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def listening(agent: str, customer: str) -> SoundCardSource:
    settings = SoundCardSettings(
        layout="two_devices",
        agent_device=agent,
        customer_device=customer,
        sample_rate_hz=RATE_HZ,
        retry_first_s=0.1,
        calls=CallSettings(found=False),
    )
    source = SoundCardSource(settings)
    source._marks.put(Mark("start", source.clock_s()))
    return source


def polled_until(source: SoundCardSource, done: Callable[[list[SourceEvent]], bool]) -> list[SourceEvent]:
    events: list[SourceEvent] = []
    deadline = time.monotonic() + WITHIN_S
    while not done(events):
        assert time.monotonic() < deadline, [event for event in events if not isinstance(event, Sound)]
        events += source.poll(0.1) or ()
    return events


def sounds_of(events: Sequence[SourceEvent], side: Side) -> list[Sound]:
    return [event for event in events if isinstance(event, Sound) and event.side is side]


def heard_s(events: Sequence[SourceEvent], side: Side) -> float:
    return sum(sound.samples.size for sound in sounds_of(events, side)) / RATE_HZ


def heard_at(events: Sequence[SourceEvent], side: Side, signal: Signal) -> tuple[float, float]:
    """When a signal began on the capture clock by correlation, and how like it the recording is there."""
    sounds = sounds_of(events, side)
    samples = np.concatenate([sound.samples for sound in sounds]).astype(np.float64)
    scores = correlate(samples, signal, "full", method="fft")
    best = int(np.argmax(scores))
    first = best - signal.size + 1
    there = samples[max(0, first) : first + signal.size]
    return sounds[0].start_s + first / RATE_HZ, float(scores[best] / np.linalg.norm(signal) / np.linalg.norm(there))


def played_and_heard(
    server: PulseServer, source: SoundCardSource, played: dict[str, Path], duration_s: float = PLAYED_S
) -> tuple[list[SourceEvent], list[SourceEvent]]:
    """The events while files were played to sinks, and the last ones."""
    players = [server.play(sink, path) for sink, path in played.items()]
    events = polled_until(source, lambda e: min(heard_s(e, side) for side in Side) > duration_s + 0.6)
    for player in players:
        player.kill()
        player.wait()
    source.close()
    return events, list(source.poll(0) or ())


def test_each_side_hears_its_own_sink(server: PulseServer, tmp_path: Path) -> None:
    signals = {"agent": murmur(1), "cust": murmur(2)}
    played = {sink: written(tmp_path / f"{sink}.wav", signal) for sink, signal in signals.items()}
    events, _ = played_and_heard(server, listening("agent", "cust"), played)
    for side, sink in ((Side.CALLEE, "agent"), (Side.CALLER, "cust")):
        # Half a second out of it: the player may falter on a busy machine, which is no fault of the recording.
        parts = resample_poly(signals[sink], 1, 3)[: int(PLAYED_S * RATE_HZ)].reshape(-1, RATE_HZ // 2)
        likeness = sorted(heard_at(events, side, part)[1] for part in parts)
        assert likeness[len(likeness) // 2] > 0.95
        (other,) = set(signals) - {sink}
        assert heard_at(events, side, resample_poly(signals[other], 1, 3))[1] < 0.1


def test_two_devices_that_hear_the_same_are_aligned_within_5_ms(server: PulseServer, tmp_path: Path) -> None:
    # The library's time stamps are believed after some seconds, and the difference then made good.
    settled_s, measured_s = 9.0, 3.0
    signal = murmur(3, settled_s + measured_s)
    played = {"both": written(tmp_path / "both.wav", signal)}
    events, _ = played_and_heard(server, listening("left", "right"), played, settled_s + measured_s)
    narrow = resample_poly(signal, 1, 3)[: round((settled_s + measured_s) * RATE_HZ)]
    lags_s = []
    for part in narrow[round(settled_s * RATE_HZ) :].reshape(-1, RATE_HZ // 2):
        (left_s, left), (right_s, right) = (heard_at(events, side, part) for side in (Side.CALLEE, Side.CALLER))
        if min(left, right) > 0.9:
            lags_s.append(left_s - right_s)
    assert len(lags_s) >= 3
    assert max(map(abs, lags_s)) < 0.005


def test_a_sound_server_that_dies_is_a_gap_and_found_again(server: PulseServer, tmp_path: Path) -> None:
    path = written(tmp_path / "long.wav", np.tile(murmur(4), 4))
    source = listening("agent", "cust")
    players = [server.play(sink, path) for sink in ("agent", "cust")]
    events = polled_until(source, lambda e: min(heard_s(e, side) for side in Side) > 1)
    server.kill()
    events += polled_until(source, lambda _: source.counts.by_kind["device_lost"] == 2)
    server.start()
    players += [server.play(sink, path) for sink in ("agent", "cust")]
    events += polled_until(source, lambda e: min(heard_s(e, side) for side in Side) > 1)
    source.close()
    for player in players:
        player.kill()
        player.wait()
    for side in Side:
        gaps = [event for event in events if isinstance(event, SoundMissing) and event.side is side]
        assert "device_lost" in {gap.reason for gap in gaps}
        ends_s = [sound.start_s + sound.samples.size / RATE_HZ for sound in sounds_of(events, side)]
        assert all(
            after.start_s >= end_s - 1e-6 for after, end_s in zip(sounds_of(events, side)[1:], ends_s, strict=False)
        )
