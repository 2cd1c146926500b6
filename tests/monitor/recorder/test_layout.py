from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.recorder.layout import Layout, laid_out
from monitor.recorder.placing import Piece
from monitor.recorder.runs import Runs

LAYOUT = Layout(longest=50, gap=30, reach=10)
spans = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 120)), min_size=1, max_size=8)


@given(spans, st.lists(st.integers(0, 300), max_size=3, unique=True))
def test_every_sample_comes_once_into_a_file_that_may_hold_it(places: list[tuple[int, int]], firsts: list[int]) -> None:
    pieces = [Piece(0, first, np.arange(count, dtype=np.int16)) for first, count in sorted(places)]
    files = [(first, first + 1) for first in sorted(firsts)]
    clusters = laid_out(pieces, files, LAYOUT)
    told = sorted(frame for piece in pieces for frame in range(piece.frame, piece.end))
    put = sorted(frame for _, cluster in clusters for piece in cluster for frame in range(piece.frame, piece.end))
    assert put == told
    for first, cluster in clusters:
        assert all(first <= piece.frame < piece.end <= first + LAYOUT.longest for piece in cluster)
    homes = sorted({first for first, _ in clusters} | {first for first, _ in files})
    for first, cluster in clusters:
        after = next((other for other in homes if other > first), 1 << 30)
        assert all(piece.end <= after for piece in cluster)  # files never overlap


@given(spans)
def test_runs_cover_what_was_added_and_nothing_else(places: list[tuple[int, int]]) -> None:
    runs, covered = Runs(), set()
    for first, count in places:
        runs.add(first, first + count)
        covered |= set(range(first, first + count))
    assert {frame for first, last in runs.runs for frame in range(first, last)} == covered
    assert all(before[1] < after[0] for before, after in zip(runs.runs, runs.runs[1:], strict=False))
    free = {frame for first, last in runs.uncovered(50, 350) for frame in range(first, last)}
    assert free == set(range(50, 350)) - covered
