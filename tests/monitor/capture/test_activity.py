from __future__ import annotations

import numpy as np
import pytest

from audio.events import Sound
from models.call import Side
from monitor.capture.activity import talk_s
from tests.sounds import joined, noise, silence

RATE_HZ = 8000


def spoken(samples: np.ndarray, rate_hz: int = RATE_HZ) -> float:
    return talk_s(Sound("a", Side.CALLER, 1000.0, rate_hz, (samples * 32767).astype(np.int16)))


def test_two_seconds_of_speech_in_three_are_two() -> None:
    said = joined(noise(2.0, -26.0, rate_hz=RATE_HZ), silence(1.0, RATE_HZ))
    assert spoken(said) == pytest.approx(2.0, abs=0.02)


def test_the_noise_of_a_line_is_not_talk() -> None:
    assert spoken(noise(1.0, -60.0, rate_hz=RATE_HZ)) == 0.0


def test_the_rate_of_the_sound_does_not_matter() -> None:
    assert spoken(noise(1.0, -26.0, rate_hz=16000), 16000) == pytest.approx(1.0, abs=0.02)


def test_less_than_a_frame_is_nothing() -> None:
    assert spoken(noise(0.019, -26.0, rate_hz=RATE_HZ)) == 0.0
    assert spoken(np.zeros(0)) == 0.0
