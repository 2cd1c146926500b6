import numpy as np
import pytest

from audio.framing import decibels, frames, power_spectra
from tests.sounds import noise, sine


def test_frames_are_whole_and_start_every_hop() -> None:
    table = frames(np.arange(10, dtype=np.float32), size=4, hop=3)
    assert table.tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]


def test_too_little_sound_has_no_frames_and_no_spectra() -> None:
    table = frames(np.zeros(3, np.float32), size=4, hop=1)
    assert table.shape == (0, 4)
    assert power_spectra(table).shape == (0, 3)


@pytest.mark.parametrize("samples", [sine(1, 1000, -26), noise(1, -26)], ids=["sine", "noise"])
def test_the_bins_of_a_frame_sum_to_its_mean_square(samples: np.ndarray) -> None:
    power = power_spectra(frames(samples, 512, 128)).sum(axis=1)
    assert 10 * np.log10(power.mean()) == pytest.approx(-26, abs=0.2)


def test_silence_reads_the_floor_in_decibels() -> None:
    assert decibels(np.zeros(1, np.float32)).tolist() == pytest.approx([-120.0])  # processors round the logarithm
