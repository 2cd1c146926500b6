"""Long sounds in pieces, and copies of a voice that are kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.events import LegEnded, Sound, SourceEvent
from models.call import Side
from models.span import Span
from monitor.capture.copies import Copies
from monitor.capture.turns import end_s, in_turns, part


def sound(start_s: float, seconds: float, leg: str = "a", *concealed: Span) -> Sound:
    samples = np.arange(round(8000 * seconds), dtype=np.int16)
    return Sound(leg, Side.CALLER, start_s, 8000, samples, concealed)


def starts(events: list[SourceEvent]) -> list[tuple[str, float]]:
    return [
        (event.leg, event.start_s) if isinstance(event, Sound) else (type(event).__name__, event.at_s)  # type: ignore[union-attr] # only ends
        for event in events
    ]


def test_sounds_of_a_shared_call_take_turns_and_an_end_comes_between_them() -> None:
    events: list[SourceEvent] = [sound(10.0, 1.0, "a"), sound(10.1, 1.0, "b"), LegEnded(10.4, "a")]
    told = starts(list(in_turns(events, lambda _: True)))
    assert told[:5] == [("a", 10.0), ("b", 10.1), ("a", 10.25), ("b", 10.35), ("LegEnded", 10.4)]


def test_a_call_of_one_leg_is_taken_as_it_comes() -> None:
    whole = sound(10.0, 60.0)
    assert list(in_turns([whole], lambda _: False)) == [whole]


@given(st.floats(min_value=0.0, max_value=5.0))
def test_the_pieces_are_the_sound(seconds: float) -> None:
    whole = sound(10.0, seconds)
    pieces = [event for event in in_turns([whole], lambda _: True) if isinstance(event, Sound)]
    assert np.array_equal(np.concatenate([piece.samples for piece in pieces]), whole.samples)
    assert [piece.start_s for piece in pieces] == [pytest.approx(10.0 + 0.25 * index) for index in range(len(pieces))]


def test_what_was_made_up_is_known_in_each_piece() -> None:
    """Concealed from 0.2 to 0.3 s: the second piece, from 0.25 s on, has it in its first 50 ms."""
    first, second = (
        part(sound(0.0, 1.0, "a", Span(0.2, 0.3)), 0, 2000),
        part(sound(0.0, 1.0, "a", Span(0.2, 0.3)), 2000, 8000),
    )
    assert [span.end_s - span.start_s for span in first.concealed] == [pytest.approx(0.05)]
    assert [span.end_s for span in second.concealed if span.start_s == 0.0] == [pytest.approx(0.05)]


def test_copies_give_what_is_later_than_what_was_recorded() -> None:
    copies = Copies()
    for start_s in (10.0, 11.0, 12.0):
        copies.keep(sound(start_s, 1.0))
    found = copies.taken("a", Side.CALLER, 11.5)
    assert [(one.start_s, end_s(one)) for one in found] == [(11.5, 12.0), (12.0, 13.0)]
    assert copies.taken("a", Side.CALLER, 0.0) == []


def test_copies_keep_seconds_and_no_hours() -> None:
    copies = Copies()
    for index in range(1000):
        copies.keep(sound(float(index), 1.0))
    assert len(copies.taken("a", Side.CALLER, 0.0)) <= 7
