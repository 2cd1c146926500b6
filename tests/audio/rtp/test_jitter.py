from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.jitter import JitterMeter


def test_the_estimate_follows_rfc_3550_step_by_step() -> None:
    arrivals_ms = np.array([0, 20, 45, 60, 95, 100])
    differences_s = np.diff(arrivals_ms - 20 * np.arange(6)) / 1000
    meter, seen_ms = JitterMeter(), []
    for difference in differences_s:
        before = meter.sum_s
        meter.feed(np.array([difference]))
        seen_ms.append(1000 * (meter.sum_s - before))
    assert seen_ms == pytest.approx([0, 0.3125, 0.605469, 1.505127, 2.348557], abs=1e-6)
    assert 1000 * meter.highest_s == pytest.approx(2.348557, abs=1e-6)


def test_nothing_measured_is_nothing() -> None:
    meter = JitterMeter()
    meter.feed(np.zeros(0))
    assert (meter.measured, meter.sum_s) == (0, 0)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=50), st.integers(0, 50))
def test_one_batch_measures_as_two(differences: list[float], cut: int) -> None:
    whole, halves = JitterMeter(), JitterMeter()
    whole.feed(np.array(differences))
    halves.feed(np.array(differences[:cut]))
    halves.feed(np.array(differences[cut:]))
    assert halves.measured == whole.measured
    assert halves.highest_s == whole.highest_s
    assert halves.sum_s == pytest.approx(whole.sum_s)
