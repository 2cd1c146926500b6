from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.speakers import TalkModel, split_half_distance, two_speakers
from audio.voices import unit_rows

TALK = TalkModel()


def conversation(turns: list[int], distance: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of two voices `distance` standard deviations apart, turn by turn; true speakers; pauses before turns."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.full(length, index % 2) for index, length in enumerate(turns)])
    rows = 10.0 + rng.standard_normal((truth.size, 32))
    rows[:, 0] += distance * truth
    paused = np.concatenate([np.arange(length) == 0 for length in turns])
    return unit_rows(rows.astype(np.float32)), truth, paused


def agreement(labels: np.ndarray, truth: np.ndarray) -> float:
    same = float(np.mean(labels == truth))
    return max(same, 1 - same)


def blocks(count: int, length: int = 20) -> np.ndarray:
    return np.arange(count) // length % 2 == 0


TURNS = [10, 6, 14, 3, 8, 12, 5, 20] * 3


def test_two_voices_far_apart_are_told_apart_in_every_window() -> None:
    rows, truth, paused = conversation(TURNS, 8.0)
    labels = two_speakers(rows, paused, TALK)
    assert labels is not None
    assert agreement(labels, truth) == 1.0


def test_windows_that_are_doubtful_alone_follow_their_neighbours() -> None:
    # At d' = 3 each window alone would be on the wrong side with probability Φ(-1.5) = 6.7 %.
    rows, truth, paused = conversation(TURNS, 3.0)
    labels = two_speakers(rows, paused, TALK)
    assert labels is not None
    assert agreement(labels, truth) > 0.98


def test_a_change_without_a_pause_is_found_to_a_window() -> None:
    rows, truth, _ = conversation([30, 30], 8.0)
    labels = two_speakers(rows, np.zeros(60, bool), TALK)
    assert labels is not None
    assert agreement(labels, truth) == 1.0


@given(st.integers(0, 5))
def test_too_few_windows_give_no_speakers(count: int) -> None:
    assert two_speakers(np.ones((count, 4), np.float32), np.zeros(count, bool), TALK) is None


def test_windows_that_are_all_the_same_give_no_speakers() -> None:
    rows = unit_rows(np.ones((40, 8), np.float32))
    assert two_speakers(rows, np.zeros(40, bool), TALK) is None


def test_halves_of_two_voices_agree_on_how_far_apart_they_are() -> None:
    rows, truth, paused = conversation(TURNS, 6.0)
    assert split_half_distance(rows, paused, blocks(truth.size), TALK) == pytest.approx(6.0, rel=0.15)


@pytest.mark.parametrize("seed", range(5))
def test_halves_of_one_voice_do_not_agree_on_two(seed: int) -> None:
    rows, truth, paused = conversation(TURNS, 0.0, seed)
    assert split_half_distance(rows, paused, blocks(truth.size), TALK) < 1.0


def test_a_voice_that_changes_in_the_second_half_only_is_one() -> None:
    """A louder line or a new microphone half way divides the call in two, but not both of its halves."""
    rng = np.random.default_rng(4)
    rows = rng.standard_normal((160, 32)) + 10.0
    rows[80:, 0] += 8.0
    halves = np.arange(160) < 80
    assert split_half_distance(unit_rows(rows.astype(np.float32)), np.zeros(160, bool), halves, TALK) < 1.0


def test_an_empty_half_says_nothing() -> None:
    rows, truth, paused = conversation(TURNS, 6.0)
    assert split_half_distance(rows, paused, np.ones(truth.size, bool), TALK) == 0.0
