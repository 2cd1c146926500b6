"""Whether two channels are really two, and how files of one leg become one recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from audio.channels import mono, one_time_line, same_sound
from audio.clip import Clip
from audio.g711 import mulaw_samples
from audio.spool import DecodeLimits
from tests.audio.recordings import Samples, loudest_hz, stereo, tone

RATE_HZ = 8000
LIMITS = DecodeLimits()
SECOND = np.ones(RATE_HZ)
HIS_TURNS = np.concatenate([SECOND, 0 * SECOND, SECOND, 0 * SECOND, SECOND, 0 * SECOND])


def voice(seed: int, duration_s: float = 6.0, amplitude: float = 0.05) -> Samples:
    """Noise with a syllable's ups and downs: loud, unlike any other seed's."""
    noise = np.random.default_rng(seed).standard_normal(round(duration_s * RATE_HZ))
    return amplitude * noise * (1.2 + np.sin(np.arange(len(noise)) / RATE_HZ * 2 * np.pi * 4))


def db(value: float) -> float:
    return float(10 ** (value / 20))


def verdict(left: Samples, right: Samples) -> bool:
    return same_sound(Clip.of(stereo(left, right), RATE_HZ))


def conversation(echo_db: float) -> tuple[Samples, Samples]:
    """Two parties by turns, each leaking into the other's channel."""
    agent, customer = voice(1) * HIS_TURNS, voice(2) * (1 - HIS_TURNS)
    return agent + db(echo_db) * customer, customer + db(echo_db) * agent


def test_a_doubled_channel_is_the_same_sound() -> None:
    assert verdict(voice(1), voice(1))


@pytest.mark.parametrize("gain_db", [-10, -3, 3, 6])
def test_another_volume_is_the_same_sound(gain_db: float) -> None:
    assert verdict(voice(1, amplitude=0.02), voice(1, amplitude=0.02) * db(gain_db))


def test_turned_polarity_is_the_same_sound() -> None:
    assert verdict(voice(1), -voice(1))


def test_the_noise_of_coding_is_the_same_sound() -> None:
    table = mulaw_samples(np.arange(256, dtype=np.uint8)).astype(float) / 32768
    coded = table[np.abs(table[None, :] - voice(1)[:, None]).argmin(axis=1)]
    assert verdict(voice(1), coded)


def test_noise_20_db_down_is_the_same_sound() -> None:
    assert verdict(voice(1), voice(1) + db(-20) * voice(3))


@pytest.mark.parametrize("echo_db", [-60, -38, -30, -20])
def test_two_parties_with_echo_are_not_the_same_sound(echo_db: float) -> None:
    assert not verdict(*conversation(echo_db))


def test_echo_of_the_only_party_who_speaks_is_not_the_same_sound() -> None:
    assert not verdict(voice(1), db(-38) * voice(1))


def test_music_heard_by_both_in_half_the_call_is_not_the_same_sound() -> None:
    agent, customer = conversation(-38)
    music = voice(9)
    assert not verdict(np.concatenate([agent, music]), np.concatenate([customer, music]))


def test_one_silent_channel_is_not_the_same_sound() -> None:
    assert not verdict(voice(1), 0 * voice(1))


def test_silence_on_both_is_not_the_same_sound() -> None:
    assert not verdict(0 * voice(1), 0 * voice(1))


def test_an_offset_shared_by_both_is_not_the_same_sound() -> None:
    assert not verdict(voice(1) + 0.1, voice(2) + 0.1)


def test_one_channel_alone_is_no_pair() -> None:
    assert not same_sound(Clip.of(voice(1), RATE_HZ))


def test_a_clip_shorter_than_a_block_is_judged() -> None:
    assert verdict(voice(1, 0.21), voice(1, 0.21))
    assert not verdict(voice(1, 0.21), voice(2, 0.21))


def test_legs_of_different_length_and_rate_share_one_time_line(tmp_path: Path) -> None:
    short, long = Clip.of(tone(500, 1.0, 8000), 8000), Clip.of(tone(2000, 3.0, 16000), 16000)
    clip = one_time_line(short, long, tmp_path, LIMITS).clip
    assert (clip.sample_rate_hz, clip.channels, clip.frames) == (16000, 2, 48000)
    assert loudest_hz(clip.read(0)[:16000], 16000) == pytest.approx(500, abs=2)
    assert np.abs(clip.read(0)[16100:]).max() == 0
    assert loudest_hz(clip.read(1), 16000) == pytest.approx(2000, abs=2)


def test_legs_of_one_rate_keep_their_samples(tmp_path: Path) -> None:
    first, second = Clip.of(voice(1), RATE_HZ), Clip.of(voice(2, 5.0), RATE_HZ)
    clip = one_time_line(first, second, tmp_path, LIMITS).clip
    assert (clip.pcm_frames(0, clip.frames)[:, 0] == first.pcm_frames(0, first.frames)[:, 0]).all()
    assert (clip.pcm_frames(0, second.frames)[:, 1] == second.pcm_frames(0, second.frames)[:, 0]).all()


def test_a_click_stays_in_its_place_when_the_rate_changes(tmp_path: Path) -> None:
    click = np.zeros(60 * 8000)
    click[50 * 8000] = 0.9
    clip = one_time_line(Clip.of(click, 8000), Clip.of(np.zeros(16000), 16000), tmp_path, LIMITS).clip
    assert abs(int(np.abs(clip.read(0)).argmax()) - 50 * 16000) <= 1


def test_a_leg_of_two_channels_is_averaged(tmp_path: Path) -> None:
    leg = Clip.of(np.tile(np.array([[1000, 3000]], dtype=np.int16), (4000, 1)), RATE_HZ)
    clip = one_time_line(leg, leg, tmp_path, LIMITS).clip
    assert (clip.pcm_frames(0, 4000) == 2000).all()


def test_one_of_two_channels_can_be_taken_alone(tmp_path: Path) -> None:
    pair = Clip.of(np.tile(np.array([[1000, 3000]], dtype=np.int16), (4000, 1)), RATE_HZ)
    right, mean = mono(pair, 1, tmp_path, LIMITS).clip, mono(pair, None, tmp_path, LIMITS).clip
    assert (right.channels, mean.channels) == (1, 1)
    assert (right.pcm_frames(0, 4000) == 3000).all()
    assert (mean.pcm_frames(0, 4000) == 2000).all()
