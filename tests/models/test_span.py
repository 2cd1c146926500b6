"""The algebra of spans."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.span import Span, gaps, intersection, total_s, touching, union

# Whole numbers of quarter seconds: exact in binary, so sums may be compared with `==`.
TIMES_S = st.integers(0, 400).map(lambda quarters: quarters / 4)
SPANS = st.tuples(TIMES_S, TIMES_S).map(lambda ends: Span(min(ends), max(ends)))
MANY = st.lists(SPANS, max_size=12)
MOMENTS_S = st.integers(0, 400).map(lambda quarters: quarters / 4 + 0.125)
"""Never at the end of a span."""


def covers(spans: tuple[Span, ...] | list[Span], at_s: float) -> bool:
    return any(span.start_s <= at_s < span.end_s for span in spans)


def test_a_span_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match=r"end \(1\.0 s\) before it starts \(2\.0 s\)"):
        Span(2.0, 1.0)


def test_a_span_may_be_empty() -> None:
    assert Span(1.0, 1.0).duration_s == 0.0


def test_a_shifted_span_keeps_its_duration() -> None:
    assert Span(1.0, 2.5).shifted(-0.5) == Span(0.5, 2.0)


@pytest.mark.parametrize(
    ("other", "shared_s"),
    [
        (Span(0, 1), 0.0),
        (Span(0, 3), 1.0),
        (Span(2, 4), 2.0),
        (Span(2.5, 3), 0.5),
        (Span(3, 9), 1.0),
        (Span(4, 5), 0.0),
    ],
)
def test_overlap_is_the_time_shared(other: Span, shared_s: float) -> None:
    assert Span(2, 4).overlap_s(other) == shared_s
    assert other.overlap_s(Span(2, 4)) == shared_s


def test_union_joins_what_touches_and_leaves_what_does_not() -> None:
    assert union([Span(4, 5), Span(0, 1), Span(1, 2), Span(0.5, 0.75)]) == (Span(0, 2), Span(4, 5))


@pytest.mark.parametrize(("bridge_s", "pieces"), [(0.0, 2), (0.99, 2), (1.0, 1)])
def test_union_closes_gaps_of_at_most_the_bridge(bridge_s: float, pieces: int) -> None:
    assert len(union([Span(0, 1), Span(2, 3)], bridge_s)) == pieces


@given(MANY, MOMENTS_S)
def test_union_covers_what_its_spans_cover(spans: list[Span], at_s: float) -> None:
    assert covers(union(spans), at_s) == covers(spans, at_s)


@given(MANY, st.sampled_from([0.0, 0.25, 1.0]))
def test_a_union_is_in_order_and_apart_by_more_than_the_bridge(spans: list[Span], bridge_s: float) -> None:
    merged = union(spans, bridge_s)
    assert all(later.start_s - earlier.end_s > bridge_s for earlier, later in pairwise(merged))


@given(MANY)
def test_union_of_a_union_changes_nothing(spans: list[Span]) -> None:
    assert union(union(spans)) == union(spans)


@given(MANY, st.randoms())
def test_union_does_not_depend_on_the_order(spans: list[Span], random: object) -> None:
    shuffled = list(spans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert union(shuffled) == union(spans)


def test_gaps_are_what_nobody_covers() -> None:
    assert gaps([Span(1, 2), Span(4, 12)], Span(0, 10)) == (Span(0, 1), Span(2, 4))
    assert gaps([], Span(0, 10)) == (Span(0, 10),)
    assert gaps([Span(0, 10)], Span(2, 3)) == ()
    assert gaps([Span(20, 30)], Span(0, 10)) == (Span(0, 10),)


@given(MANY, SPANS, MOMENTS_S)
def test_a_moment_within_is_in_a_gap_or_covered_never_both(spans: list[Span], within: Span, at_s: float) -> None:
    in_gap = covers(gaps(spans, within), at_s)
    assert in_gap == (covers([within], at_s) and not covers(spans, at_s))


@given(MANY, SPANS)
def test_gaps_and_cover_add_up_to_the_whole(spans: list[Span], within: Span) -> None:
    assert total_s(gaps(spans, within)) + total_s(intersection(spans, [within])) == within.duration_s


def test_intersection_is_where_both_hold() -> None:
    assert intersection([Span(0, 4), Span(6, 9)], [Span(1, 2), Span(3, 7)]) == (Span(1, 2), Span(3, 4), Span(6, 7))


@given(MANY, MANY, MOMENTS_S)
def test_intersection_covers_what_both_cover(first: list[Span], second: list[Span], at_s: float) -> None:
    assert covers(intersection(first, second), at_s) == (covers(first, at_s) and covers(second, at_s))


@given(MANY, MANY)
def test_intersection_does_not_depend_on_the_side(first: list[Span], second: list[Span]) -> None:
    assert intersection(first, second) == intersection(second, first)


def test_the_total_counts_overlaps_once() -> None:
    assert total_s([Span(0, 2), Span(1, 3), Span(5, 6)]) == 4.0


@given(MANY, SPANS)
def test_touching_spans_are_those_that_are_not_wholly_before_or_after(spans: list[Span], window: Span) -> None:
    cover = union(spans)
    expected = [span for span in cover if span.end_s >= window.start_s and span.start_s <= window.end_s]
    assert list(touching(cover, window)) == expected


@given(MANY, SPANS)
def test_what_touches_a_window_is_found_as_by_looking_at_each(spans: list[Span], window: Span) -> None:
    disjoint = union(spans)
    each = tuple(span for span in disjoint if span.start_s <= window.end_s and span.end_s >= window.start_s)
    assert touching(disjoint, window) == each
