from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from audio.soundcard.clock import DeviceClock
from audio.soundcard.settings import DriftSettings

RATE_HZ = 48000
BLOCK_S = 0.02
START_S = 1_795_000_000.0


def clock_after(
    duration_s: float,
    *,
    ppm: float = 0.0,
    latency_s: float = 0.02,
    wander: Callable[[float], float] = lambda _: 0.0,
    stamp_error: Callable[[float], float] | None = None,
) -> DeviceClock:
    """A clock fed with blocks heard from 0 s on, each arriving `latency_s` later and by what it wanders then."""
    clock = DeviceClock(RATE_HZ, DriftSettings())
    frames = round(RATE_HZ * BLOCK_S)
    for block in range(1, round(duration_s / BLOCK_S) + 1):
        heard_s = block * frames / (RATE_HZ * (1 + ppm * 1e-6))
        stamp_s = None if stamp_error is None else START_S + heard_s + stamp_error(heard_s)
        clock.saw(block * frames, START_S + heard_s + latency_s + wander(heard_s), stamp_s)
    return clock


def slow_wave(at_s: float) -> float:
    """10 ms to and fro within 40 s, as arrivals wander on a busy machine."""
    return 0.005 * (1 + float(np.sin(2 * np.pi * at_s / 40)))


def test_prompt_arrivals_tell_the_rate() -> None:
    assert clock_after(60, ppm=150).ppm == pytest.approx(150, abs=1)


def test_steady_stamps_tell_the_rate_where_arrivals_wander() -> None:
    assert clock_after(60, ppm=150, wander=slow_wave, stamp_error=lambda _: 0.0).ppm == pytest.approx(150, abs=3)


def test_stamps_that_jump_about_are_not_believed() -> None:
    clock = clock_after(60, ppm=150, stamp_error=lambda at_s: 0.05 * np.sin(at_s * 1e4))
    assert clock.ppm == pytest.approx(150, abs=1)
    assert clock.latency_s == 0.0


@pytest.mark.parametrize("latency_s", [0.005, 0.035, 0.3])
def test_steady_stamps_tell_when_a_frame_was_heard_whatever_the_latency(latency_s: float) -> None:
    clock = clock_after(10, latency_s=latency_s, stamp_error=lambda _: 0.0)
    assert clock.latency_s == pytest.approx(latency_s, abs=0.0005)
    assert clock.time_of(5 * RATE_HZ) == pytest.approx(START_S + 5, abs=0.0005)
    assert clock.frame_at(START_S + 5) == pytest.approx(5 * RATE_HZ, abs=25)


def test_stamps_that_are_wrong_at_first_are_not_believed_then() -> None:
    def late(at_s: float) -> float:
        return -0.25 if at_s < 1.5 else 0.0

    assert clock_after(3, stamp_error=late).latency_s == 0.0
    assert clock_after(10, stamp_error=late).latency_s == pytest.approx(0.02, abs=0.0005)


def test_without_stamps_a_frame_was_heard_when_it_arrived() -> None:
    assert clock_after(10, latency_s=0.03).time_of(5 * RATE_HZ) == pytest.approx(START_S + 5.03, abs=0.0005)


def test_frames_that_stay_away_make_all_that_follows_late() -> None:
    clock = clock_after(10)
    frames = round(10 * RATE_HZ)
    for block in range(1, 41):
        clock.saw(frames + block * 960, START_S + 10 + 0.02 + block * BLOCK_S + 0.1)
    assert clock.lateness_s() == pytest.approx(0.1, abs=0.001)


def test_one_late_block_says_nothing_of_those_to_come() -> None:
    clock = clock_after(10.1)
    clock.saw(round(10.12 * RATE_HZ), START_S + 10.12 + 0.02 + 0.3)
    assert clock.lateness_s() is None
