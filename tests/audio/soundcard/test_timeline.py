from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audio.soundcard.ring import Block
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.stretch import Piece
from audio.soundcard.timeline import DeviceTimeline, Hole
from tests.audio.soundcard.blocks import (
    DEVICE_RATE_HZ,
    LATENCY_S,
    START_S,
    device_blocks,
    holes_of,
    lateness_by_second_s,
    pieces_of,
)

RATE_HZ = 8000
SETTINGS = SoundCardSettings(sample_rate_hz=RATE_HZ)


def timeline() -> DeviceTimeline:
    found = DeviceTimeline(SETTINGS)
    found.opened(DEVICE_RATE_HZ)
    return found


def parts_of(blocks: list[Block], line: DeviceTimeline, at_once: int = 12) -> list[Piece | Hole]:
    parts: list[Piece | Hole] = []
    for first in range(0, len(blocks), at_once):
        parts += line.add(blocks[first : first + at_once])
    return [*parts, *line.lost("device_lost")]


def assert_in_order(parts: list[Piece | Hole]) -> None:
    end_s = parts[0].start_s
    for part in parts:
        assert part.start_s == pytest.approx(end_s, abs=1e-6)
        end_s = part.end_s if isinstance(part, Hole) else part.start_s + part.samples.shape[0] / RATE_HZ


def test_two_devices_400_ppm_apart_stay_within_5_ms_for_10_minutes() -> None:
    lateness: list[np.ndarray] = []
    for ppm in (200.0, -200.0):
        line = timeline()
        parts = parts_of(device_blocks(600, ppm=ppm, seed=int(ppm + 300), block_s=0.1), line)
        assert holes_of(parts) == []
        lateness.append(lateness_by_second_s(pieces_of(parts), RATE_HZ))
        # 600 s that 200 ppm make 120 ms longer or shorter
        heard_s = sum(piece.samples.shape[0] for piece in pieces_of(parts)) / RATE_HZ
        assert heard_s == pytest.approx(600 / (1 + ppm * 1e-6), abs=0.03)
        assert line.ppm == pytest.approx(ppm, abs=5)
    seconds = min(part.size for part in lateness)
    assert np.abs(lateness[0][:seconds] - lateness[1][:seconds]).max() < 0.005
    assert max(np.abs(part).max() for part in lateness) < 0.005


def test_late_callbacks_move_no_sound() -> None:
    parts = parts_of(device_blocks(60, lateness_s=0.015), timeline())
    assert np.abs(lateness_by_second_s(pieces_of(parts), RATE_HZ)).max() < 0.005


def test_drift_is_not_known_before_half_a_minute() -> None:
    line = timeline()
    parts_of(device_blocks(20, ppm=150), line)
    assert line.ppm is None


def test_the_first_sound_has_the_time_of_its_promptest_arrival() -> None:
    first = pieces_of(parts_of(device_blocks(2), timeline()))[0]
    assert first.start_s == pytest.approx(START_S + LATENCY_S, abs=0.003)


def test_sound_keeps_its_samples_at_the_same_rate_to_within_a_hundredth() -> None:
    pieces = pieces_of(parts_of(device_blocks(3), timeline()))
    loudest = max(int(np.abs(piece.samples).max()) for piece in pieces)
    assert loudest == pytest.approx(8000, rel=0.01)


def test_an_overrun_is_a_hole_as_long_as_what_was_lost() -> None:
    before, after = device_blocks(3), device_blocks(3, from_s=3.2, seed=2)
    after[0] = replace(after[0], overrun=True)
    parts = parts_of([*before, *after], timeline())
    (hole,) = holes_of(parts)
    assert hole.reason == "overrun"
    assert hole.end_s - hole.start_s == pytest.approx(0.2, abs=0.005)
    assert hole.start_s == pytest.approx(START_S + LATENCY_S + 3.0, abs=0.005)
    assert_in_order(parts)


def test_an_overrun_that_lost_nothing_leaves_no_hole_and_doubles_no_sound() -> None:
    blocks = device_blocks(6)
    blocks[150] = replace(blocks[150], overrun=True)
    parts = parts_of(blocks, timeline())
    assert all(hole.end_s - hole.start_s < 0.004 for hole in holes_of(parts))
    heard_s = sum(piece.samples.shape[0] for piece in pieces_of(parts)) / RATE_HZ
    assert heard_s == pytest.approx(6.0, abs=0.02)
    assert_in_order(parts)


def test_a_device_that_does_not_call_back_leaves_a_hole_and_no_silence() -> None:
    parts = parts_of([*device_blocks(2), *device_blocks(2, from_s=12.0, seed=2)], timeline())
    (hole,) = holes_of(parts)
    assert hole.reason == "no_callbacks"
    assert hole.end_s - hole.start_s == pytest.approx(10.0, abs=0.01)
    assert sum(piece.samples.shape[0] for piece in pieces_of(parts)) / RATE_HZ == pytest.approx(4.0, abs=0.03)
    assert_in_order(parts)


def test_sound_lost_without_a_word_is_noticed_by_its_absence() -> None:
    parts = parts_of([*device_blocks(10), *device_blocks(10, from_s=10.1, seed=2)], timeline())
    (hole,) = holes_of(parts)
    assert hole.reason == "overrun"
    assert hole.end_s - hole.start_s == pytest.approx(0.1, abs=0.01)
    last = pieces_of(parts)[-1]
    assert last.start_s + last.samples.shape[0] / RATE_HZ == pytest.approx(START_S + LATENCY_S + 20.1, abs=0.02)


def test_one_block_that_comes_late_is_no_loss() -> None:
    blocks = device_blocks(10)
    blocks[250] = replace(blocks[250], arrived_s=blocks[250].arrived_s + 0.2)
    for index in range(251, 261):
        blocks[index] = replace(blocks[index], arrived_s=max(blocks[index].arrived_s, blocks[250].arrived_s))
    parts = parts_of(blocks, timeline())
    assert holes_of(parts) == []
    assert np.abs(lateness_by_second_s(pieces_of(parts), RATE_HZ)).max() < 0.005


def test_a_lost_device_finishes_its_sound_and_its_return_names_the_hole() -> None:
    line = timeline()
    parts = parts_of(device_blocks(2), line)
    line.opened(DEVICE_RATE_HZ)
    parts += parts_of(device_blocks(2, from_s=5.0, seed=2), line)
    (hole,) = holes_of(parts)
    assert hole.reason == "device_lost"
    assert hole.start_s == pytest.approx(START_S + LATENCY_S + 2.0, abs=0.005)
    assert hole.end_s == pytest.approx(START_S + LATENCY_S + 5.0, abs=0.005)


def test_what_is_awaited_at_the_end_is_a_hole_up_to_then() -> None:
    line = timeline()
    line.add(device_blocks(2))
    hole = line.hole_until(START_S + 7.0)
    assert hole is not None
    assert (hole.reason, hole.end_s) == ("no_callbacks", START_S + 7.0)
    assert hole.start_s == pytest.approx(START_S + 2.0, abs=0.05)
    assert line.hole_until(START_S + 7.1) is None


def test_two_channels_stay_apart() -> None:
    line = timeline()
    blocks = [
        Block(block.arrived_s, np.concatenate((block.samples, np.zeros_like(block.samples)), axis=1))
        for block in device_blocks(2)
    ]
    sound = np.concatenate([piece.samples for piece in pieces_of(parts_of(blocks, line))])
    assert np.abs(sound[:, 0]).max() > 7000
    assert np.abs(sound[:, 1]).max() <= 1
