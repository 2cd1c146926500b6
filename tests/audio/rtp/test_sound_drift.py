from __future__ import annotations

import numpy as np
import pytest

from audio.g711 import alaw_samples
from audio.rtp.drift import SenderClock, drift_of, line
from tests.audio.rtp.senders import START_S, Heard, Packet, codes, listened, sender, spoken, stream

MINUTES = 3
ALAW_OF = {int(value): code for code, value in enumerate(alaw_samples(np.arange(256, dtype=np.uint8)).tolist())}


def clicking(seconds: float, ppm: float) -> bytes:
    """What a sender whose clock is off by `ppm` says who hears a click at every true whole second, else silence."""
    samples = np.zeros(round(seconds * 8000 * (1 + ppm * 1e-6)) // 160 * 160, np.int64)
    samples[np.round(np.arange(1, seconds - 1) * 8000 * (1 + ppm * 1e-6)).astype(int)] = 1
    silent, loud = ALAW_OF[8], ALAW_OF[32256]
    return np.where(samples, loud, silent).astype(np.uint8).tobytes()


def heard_of(ppm: float, jitter: str, seed: int) -> tuple[Heard, float | None]:
    rng = np.random.default_rng(seed)
    packets = sender(clicking(MINUTES * 60, ppm), ppm=ppm)
    delays = {
        "none": np.zeros(len(packets)),
        "uniform": rng.uniform(0, 0.02, len(packets)),
        "exponential": rng.exponential(0.004, len(packets)),
        "normal": np.maximum(0, rng.normal(0.02, 0.001, len(packets))),
    }[jitter]
    made = stream()
    return listened(
        [p.delayed(float(d)) for p, d in zip(packets, delays, strict=True)], made, 0.5
    ), made.clock_drift_ppm


def click_times_s(found: Heard) -> np.ndarray:
    times = []
    for sound in found.sounds:
        times += (sound.start_s - START_S + np.flatnonzero(sound.samples > 16_000) / 8000).tolist()
    seconds = np.round(times)
    return np.array([np.mean(np.array(times)[seconds == second]) for second in range(1, MINUTES * 60 - 1)])


@pytest.mark.parametrize("jitter", ["none", "uniform", "exponential", "normal"])
def test_legs_stay_within_five_milliseconds_though_their_clocks_drift_apart(jitter: str) -> None:
    fast, fast_ppm = heard_of(100, jitter, 1)
    slow, slow_ppm = heard_of(-100, jitter, 2)
    apart_ms = 1000 * np.abs(click_times_s(fast) - click_times_s(slow))
    assert apart_ms.max() < 5.0
    assert fast_ppm == pytest.approx(100, abs=15)
    assert slow_ppm == pytest.approx(-100, abs=15)


@pytest.mark.parametrize("jitter_s", [0.0, 0.001])
def test_a_sender_that_does_not_drift_is_bit_exact_for_ten_minutes(jitter_s: float) -> None:
    rng = np.random.default_rng(4)
    payload = codes(8000 * 600)
    packets = [packet.delayed(float(rng.uniform(0, jitter_s + 1e-9))) for packet in sender(payload)]
    made = stream()
    found = listened(packets, made)
    assert (np.concatenate([sound.samples for sound in found.sounds]) == spoken(payload)).all()
    assert made.clock_drift_ppm == pytest.approx(0.0, abs=0.5)


def test_where_speech_never_pauses_it_is_stretched_a_little_and_stays_whole() -> None:
    tone = (8000 * np.sin(2 * np.pi * 300 * np.arange(8000 * 120) / 8000)).astype(np.int64)
    values = np.array(sorted(ALAW_OF))
    nearest = values[np.clip(np.searchsorted(values, tone), 0, 255)]
    payload = np.array([ALAW_OF[int(value)] for value in nearest], np.uint8).tobytes()
    found = listened(sender(payload, ppm=200))
    samples = np.concatenate([sound.samples for sound in found.sounds])
    assert len(tone) - len(samples) == pytest.approx(120 * 200e-6 * 8000, abs=0.003 * 8000)
    assert np.abs(np.diff(samples.astype(int))).max() < 2600  # no click: the tone's own steps are up to 1900


def test_the_sender_is_not_judged_before_half_a_minute() -> None:
    made = stream()
    listened(sender(codes(8000 * 20)), made)
    assert made.clock_drift_ppm is None


def test_three_odd_points_of_ten_do_not_move_the_line() -> None:
    points = [(float(at), 0.001 * at + (5.0 if at in (2, 5, 9) else 0.0)) for at in range(10)]
    slope, intercept = line(points)
    assert slope == pytest.approx(0.001)
    assert intercept == pytest.approx(0.0, abs=1e-9)


def test_a_clock_turns_timestamps_into_time() -> None:
    clock = SenderClock(1000, 8000, 50.0)
    clock.shift_s = 0.5
    assert clock.time_s(1000 + 16_000) == pytest.approx(52.5)
    assert clock.lags_s(np.array([9000]), np.array([51.25])).tolist() == [pytest.approx(0.25)]


@pytest.mark.parametrize(("slower_s", "shift_ms"), [(0.010, 0.0), (0.050, 50.0)])
def test_a_route_that_becomes_slower_is_no_drift_and_moves_the_sound_only_if_by_much(
    slower_s: float, shift_ms: float
) -> None:
    payload = clicking(MINUTES * 60, 0)
    packets = [packet.delayed(slower_s if packet.at_s > START_S + 100 else 0.0) for packet in sender(payload)]
    late_ms = 1000 * (click_times_s(listened(packets)) - np.arange(1, MINUTES * 60 - 1))
    assert np.abs(late_ms[:98]).max() < 0.2
    assert np.abs(late_ms[115:] - shift_ms).max() < 0.2


def test_wandering_is_no_drift() -> None:
    step = [(float(at), 0.0 if at < 30 else 0.003) for at in range(64)]
    rng = np.random.default_rng(1)
    noise = [(float(at), float(low)) for at, low in enumerate(rng.normal(0, 0.001, 64))]
    assert drift_of(step) is None
    assert drift_of(noise) is None
    assert drift_of([(at, low + 1e-4 * at) for at, low in noise]) == pytest.approx(1e-4, rel=0.2)


def test_pauses_take_the_correction_so_that_nothing_is_stretched() -> None:
    packets, sequence, spurts = [], 0, []
    payload = codes(160)
    for second in range(120):
        for part in range(40):
            ticks = second * 8000 + part * 160
            packets.append(Packet(START_S + ticks / 8000 * (1 + 1e-4), sequence, ticks, payload))
            sequence += 1
        spurts.append(second)
    found = listened(packets)
    assert len(found.sounds) == len(spurts)
    assert all((sound.samples == np.tile(spoken(payload), 40)).all() for sound in found.sounds)
    errors = [sound.start_s - START_S - second * (1 + 1e-4) for sound, second in zip(found.sounds, spurts, strict=True)]
    assert np.abs(errors).max() < 0.003
