from __future__ import annotations

import io

import av
import numpy as np
import pytest

from audio.listening import encoded
from tests.sounds import joined, mono, silence, sine, stereo


def decoded(data: bytes) -> tuple[np.ndarray, int]:
    """Samples of shape (channels, frames) and their rate."""
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate_hz = container.streams.audio[0].rate
    return np.concatenate(frames, axis=1), rate_hz


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 44100, 48000])
def test_a_call_keeps_its_length_and_its_sound(rate_hz: int) -> None:
    clip = mono(sine(3.0, 440.0, rate_hz=rate_hz), rate_hz)
    samples, decoded_hz = decoded(encoded(clip))
    assert samples.shape[1] / decoded_hz == pytest.approx(3.0, abs=0.05)
    spectrum = np.abs(np.fft.rfft(samples[0][decoded_hz : 2 * decoded_hz]))
    assert int(spectrum.argmax()) == pytest.approx(440, abs=2)


def test_the_legs_stay_on_their_sides() -> None:
    clip = stereo(joined(sine(2.0, 440.0), silence(2.0)), joined(silence(2.0), sine(2.0, 880.0)))
    samples, rate_hz = decoded(encoded(clip))
    assert samples.shape[0] == 2
    halves = samples[:, : 4 * rate_hz].reshape(2, 2, -1)
    power = (halves**2).mean(axis=2)
    assert power[0, 0] > 100 * power[0, 1]
    assert power[1, 1] > 100 * power[1, 0]


def test_a_minute_of_two_channels_takes_a_quarter_of_a_megabyte_at_most() -> None:
    noise = np.random.default_rng(1).standard_normal(60 * 8000).astype(np.float32) / 10
    assert len(encoded(stereo(noise, noise[::-1]))) < 260_000
