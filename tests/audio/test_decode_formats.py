"""Every format that a telephone system leaves is read, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from audio.decode import decode
from tests.audio.recordings import FORMATS, MONO_ONLY, encoded, loudest_hz, stereo, tone


@pytest.mark.parametrize("name", FORMATS)
def test_a_tone_keeps_its_pitch_length_level_and_rate_in_every_format(name: str, tmp_path: Path) -> None:
    rate_hz = FORMATS[name].rate_hz
    path = encoded(name, tone(1000, 1.0, rate_hz), tmp_path / f"call{FORMATS[name].suffix}")
    clip = decode(path, tmp_path).clip
    heard = clip.read(0)
    assert (clip.channels, clip.sample_rate_hz) == (1, rate_hz)
    assert clip.duration_s == pytest.approx(1.0, abs=0.1)
    assert loudest_hz(heard, rate_hz) == pytest.approx(1000, abs=10)
    voices_only = 0.35  # AMR models a voice and not a sine
    assert heard[2000:6000].std() == pytest.approx(0.25 / 2**0.5, rel=voices_only if name == "amr" else 0.1)


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - MONO_ONLY))
def test_left_stays_left_in_every_stereo_format(name: str, tmp_path: Path) -> None:
    rate_hz = FORMATS[name].rate_hz
    sound = stereo(tone(500, 1.0, rate_hz), tone(2000, 1.0, rate_hz))
    clip = decode(encoded(name, sound, tmp_path / f"call{FORMATS[name].suffix}"), tmp_path).clip
    assert clip.channels == 2
    assert [round(loudest_hz(clip.read(channel), rate_hz), -2) for channel in (0, 1)] == [500, 2000]
