from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.loss_counts import LossCounts
from audio.rtp.losses import GMIN, LossMeter

NO_SEAMS = np.zeros(0, np.int64)


def counted(pattern: str, cuts: tuple[int, ...] = ()) -> LossCounts:
    """R received, L lost, D discarded by the buffer."""
    meter = LossMeter()
    marks = np.array(list(pattern))
    slots = np.flatnonzero(marks != "L")
    for part in np.split(slots, cuts):
        meter.feed(part, marks[part] == "D", NO_SEAMS)
    return meter.finish()


VECTOR = "R" * 50 + "L" + "RRR" + "L" + "RR" + "LL" + "R" * 40 + "L" + "R" * 60


def test_the_vector_of_rfc_3611_has_one_burst_of_nine_slots() -> None:
    counts = counted(VECTOR)
    assert (counts.expected, counts.lost) == (160, 5)
    assert (counts.bursts, counts.burst_slots, counts.burst_bad) == (1, 9, 4)
    assert counts.burst_density == pytest.approx(4 / 9)
    assert counts.gap_density == pytest.approx(1 / 151)


def test_the_vector_has_the_gilbert_parameters_worked_out_by_hand() -> None:
    counts = counted(VECTOR)
    assert counts.p == pytest.approx(2 / 77)  # 4 losses begin after 154 good packets that have a successor
    assert counts.q == pytest.approx(0.8)  # 4 of the 5 losses are followed by a good packet
    assert counts.burst_ratio == pytest.approx(1.210692, abs=1e-6)


def test_a_discarded_packet_is_as_bad_as_a_lost_one() -> None:
    discarded, lost = counted(VECTOR.replace("L", "D")), counted(VECTOR)
    assert (discarded.lost, discarded.discarded, discarded.received) == (0, 5, 160)
    for figure in ("burst_ratio", "burst_density", "gap_density", "bad_percent"):
        assert getattr(discarded, figure) == pytest.approx(getattr(lost, figure))


@pytest.mark.parametrize(("between", "bursts"), [(GMIN - 1, 1), (GMIN, 0)])
def test_sixteen_packets_in_a_row_end_a_burst(between: int, bursts: int) -> None:
    assert counted("R" * 20 + "L" + "R" * between + "L" + "R" * 20).bursts == bursts


def test_two_losses_side_by_side_are_a_burst_and_one_is_none() -> None:
    assert counted("R" * 20 + "LL" + "R" * 20).burst_density == 1.0
    assert counted("R" * 20 + "L" + "R" * 20).bursts == 0


def test_without_loss_losses_count_as_independent() -> None:
    counts = counted("R" * 9)
    assert (counts.burst_ratio, counts.burst_density, counts.gap_density, counts.bad_percent) == (1.0, 0.0, 0.0, 0.0)


def test_of_nothing_no_figure_is_known() -> None:
    counts = LossMeter().finish()
    assert (counts.burst_ratio, counts.burst_density, counts.gap_density, counts.bad_percent) == (None,) * 4


def test_what_is_missing_across_a_restart_was_never_sent() -> None:
    meter = LossMeter()
    meter.feed(np.array([1, 2, 9000, 9001, 9003]), np.zeros(5, np.bool_), np.array([2]))
    counts = meter.finish()
    assert (counts.received, counts.lost) == (5, 1)


def test_a_cluster_does_not_reach_across_a_restart() -> None:
    meter = LossMeter()
    meter.feed(np.array([1, 3, 9000, 9002]), np.zeros(4, np.bool_), np.array([3]))
    assert meter.finish().bursts == 0


def test_packets_out_of_order_are_no_loss() -> None:
    meter = LossMeter()
    meter.feed(np.array([1, 3, 2, 4]), np.zeros(4, np.bool_), NO_SEAMS)
    assert meter.finish().lost == 0


def _slowly(pattern: str) -> tuple[int, int, int]:
    """RFC 3611's definition word for word: maximal stretches that begin and end bad, hold two and no 16 good."""
    bad = [i for i, mark in enumerate(pattern) if mark != "R"]
    clusters: list[list[int]] = []
    for i in bad:
        if clusters and i - clusters[-1][-1] - 1 < GMIN:
            clusters[-1].append(i)
        else:
            clusters.append([i])
    bursts = [c for c in clusters if len(c) > 1]
    return len(bursts), sum(c[-1] - c[0] + 1 for c in bursts), sum(map(len, bursts))


patterns = st.text(st.sampled_from("RRRRRRRRLD"), max_size=200).map(lambda middle: "R" + middle + "R")


@given(patterns, st.lists(st.integers(0, 200), max_size=3).map(sorted))
def test_any_pattern_counts_as_by_hand_wherever_it_is_cut(pattern: str, cuts: list[int]) -> None:
    counts = counted(pattern, tuple(cuts))
    assert (counts.lost, counts.discarded) == (pattern.count("L"), pattern.count("D"))
    assert (counts.bursts, counts.burst_slots, counts.burst_bad) == _slowly(pattern)
    pairs = ["".join("R" if mark == "R" else "B" for mark in pattern[i : i + 2]) for i in range(len(pattern) - 1)]
    assert (counts.good_then_good, counts.good_then_bad) == (pairs.count("RR"), pairs.count("RB"))
    assert (counts.bad_then_good, counts.bad_then_bad) == (pairs.count("BR"), pairs.count("BB"))


@given(patterns, patterns)
def test_a_long_stream_settled_in_pieces_counts_as_its_parts(first: str, second: str) -> None:
    far = "R" * 4000  # more than may be reordered, so that the first part is settled before the second comes
    counts = counted(first + far + second, cuts=(10, 300, 4100))
    assert (counts.bursts, counts.burst_slots, counts.burst_bad) == _slowly(first + far + second)
    assert counts.lost == (first + second).count("L")
