import numpy as np
import pytest

from audio.clip import Clip
from audio.clipping import clipped_ratio
from models.span import Span
from tests.sounds import joined, mono, silence, sine

FULL = 32767


def of_pcm(values: list[int]) -> Clip:
    return Clip.of(np.array(values, np.int16), 8000)


def ratio(values: list[int]) -> float | None:
    clip = of_pcm(values)
    return clipped_ratio(clip, 0, [clip.span])


@pytest.mark.parametrize("extreme", [FULL, -32768, 32124, -32124, 32256, -32256])
def test_three_equal_samples_at_full_scale_or_a_code_extreme_are_clipped(extreme: int) -> None:
    assert ratio([0, 100, extreme, extreme, extreme, 100, 0, 0]) == pytest.approx(3 / 8)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0, FULL, FULL, 0], id="two samples only"),
        pytest.param([32200, 32400, 32600, 32500, 32300], id="a peak that moves"),
        pytest.param([FULL, FULL, -32768, -32768, FULL], id="changing sides"),
        pytest.param([20000, 20000, 20000, 20000], id="flat below the top"),
        pytest.param([FULL, FULL, 0, FULL, FULL], id="interrupted"),
    ],
)
def test_other_loud_samples_are_not_clipped(values: list[int]) -> None:
    assert ratio(values) == 0.0


def test_the_share_of_a_clipped_sine_is_as_computed() -> None:
    """A sine of twice full scale is over the top for 2 * acos(1/2) / pi = 2/3 of the time."""
    clip = mono(sine(1, 100, 3.01))
    assert clipped_ratio(clip, 0, [clip.span]) == pytest.approx(2 / 3, abs=0.01)


def test_only_speech_counts() -> None:
    clip = mono(joined(sine(1, 100, 3.01), silence(1), sine(1, 100, -20)))
    assert clipped_ratio(clip, 0, [Span(2, 3)]) == 0.0
    assert clipped_ratio(clip, 0, [Span(0, 1), Span(2, 3)]) == pytest.approx(1 / 3, abs=0.01)
    assert clipped_ratio(clip, 0, []) is None
    assert clipped_ratio(clip, 0, [Span(50, 60)]) is None


def test_long_speech_is_counted_in_pieces() -> None:
    clip = mono(joined(silence(45), sine(5, 100, 3.01), silence(10)))
    assert clipped_ratio(clip, 0, [clip.span]) == pytest.approx(5 / 60 * 2 / 3, abs=0.001)
