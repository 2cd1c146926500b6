import numpy as np
import pytest

from audio.band import frame_levels_dbov, levels_of
from tests.sounds import mono, noise, sine


def test_a_tone_in_the_band_reads_its_level_in_every_frame() -> None:
    levels = frame_levels_dbov(mono(sine(1, 1000, level_dbov=-20)), 0)
    assert levels.size == 100
    assert levels[20:] == pytest.approx(np.full(80, -20), abs=0.3)


def test_mains_hum_is_not_heard() -> None:
    assert frame_levels_dbov(mono(sine(1, 50, level_dbov=-20)), 0)[50] < -40


def test_reading_in_blocks_leaves_no_seam() -> None:
    clip = mono(noise(130, -30))  # more than two blocks of 64 s
    assert frame_levels_dbov(clip, 0) == pytest.approx(levels_of(clip.read(0), clip.sample_rate_hz), abs=0.01)


def test_less_than_a_frame_has_no_level() -> None:
    assert frame_levels_dbov(mono(sine(0.005, 1000)), 0).size == 0
