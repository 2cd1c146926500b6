from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.jitter_buffers import NAMES, JitterBuffers


def late(transit_ms: list[float], fresh: list[int] | None = None) -> dict[str, list[int]]:
    """By buffer, which packets come too late; packet 0 is fresh, as the first of a stream is."""
    marks = np.zeros(len(transit_ms), np.bool_)
    marks[[0, *(fresh or [])]] = True
    found = JitterBuffers().feed(np.array(transit_ms) / 1000, marks)
    return {name: np.flatnonzero(mask).tolist() for name, mask in found.items()}


def test_a_fixed_buffer_discards_what_is_delayed_beyond_its_depth() -> None:
    found = late([100] * 50 + [160] + [160.1] + [300] + [300.1] + [100])
    assert found["fixed_60_ms"] == [51, 52, 53]
    assert found["fixed_200_ms"] == [53]


def test_delay_counts_from_the_fastest_packet_and_not_from_the_first() -> None:
    assert late([150] + [100] * 10 + [155] + [170])["fixed_60_ms"] == [12]


def test_a_lasting_change_of_route_is_followed_after_a_hundred_packets() -> None:
    assert late([100] * 200 + [180] * 200)["fixed_60_ms"] == list(range(200, 299))


def test_a_drifting_clock_discards_nothing() -> None:
    drift_ms = np.arange(200_000) * 20 * 100e-6  # 100 ppm for more than an hour: 400 ms in all
    assert late(drift_ms.tolist()) == {name: [] for name in NAMES}


def test_a_fresh_packet_starts_the_count_anew() -> None:
    assert late([100] * 10 + [900] * 10, fresh=[10]) == {name: [] for name in NAMES}


def test_the_adaptive_buffer_starts_at_60_ms_and_learns_to_wait() -> None:
    swinging = [0.0, 90.0] * 2000
    found = late(swinging)
    assert found["fixed_60_ms"] == list(range(1, 4000, 2))
    assert found["adaptive"][:2] == [1, 3]
    assert found["adaptive"][-1] < 200


def test_the_adaptive_buffer_never_waits_longer_than_half_a_second() -> None:
    assert 3999 in late([0.0, 501.0] * 2000)["adaptive"]


def test_the_adaptive_buffer_keeps_forty_milliseconds_on_a_quiet_line() -> None:
    found = late([0.0] * 5000 + [40.0] + [0.0] + [40.1])
    assert found["adaptive"] == [5002]


def test_the_mean_depth_is_that_of_each_packet() -> None:
    buffers = JitterBuffers()
    buffers.feed(np.zeros(1), np.ones(1, np.bool_))
    assert buffers.adaptive_depth_sum_s == pytest.approx(0.06)
    assert buffers.packets == 1


transits = st.lists(st.tuples(st.floats(0, 600), st.booleans()), min_size=1, max_size=300)


@given(transits, st.lists(st.integers(0, 300), max_size=4).map(sorted))
def test_batches_may_be_cut_anywhere(packets: list[tuple[float, bool]], cuts: list[int]) -> None:
    transit_s = np.array([transit for transit, _ in packets]) / 1000
    fresh = np.array([mark for _, mark in packets])
    whole, pieces = JitterBuffers(), JitterBuffers()
    at_once = whole.feed(transit_s, fresh)
    parts = [pieces.feed(*part) for part in zip(np.split(transit_s, cuts), np.split(fresh, cuts), strict=True)]
    for name in ("fixed_60_ms", "fixed_200_ms"):
        assert np.concatenate([part[name] for part in parts]).tolist() == at_once[name].tolist()
    assert pieces.adaptive_depth_sum_s == pytest.approx(whole.adaptive_depth_sum_s)


@given(transits)
def test_a_deeper_buffer_never_discards_more(packets: list[tuple[float, bool]]) -> None:
    buffers = JitterBuffers()
    buffers.feed(np.array([transit for transit, _ in packets]) / 1000, np.array([mark for _, mark in packets]))
    assert buffers.discarded["fixed_200_ms"] <= buffers.discarded["fixed_60_ms"] <= buffers.packets
