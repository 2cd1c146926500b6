import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.packing import PackSettings, halves, packed, wordless
from models.span import Span, total_s, union
from models.transcript import Word

SETTINGS = PackSettings(window_s=10.0, pad_s=0.1, pause_s=0.5)


def test_short_stretches_share_a_window_with_a_pause_between() -> None:
    (window,) = packed(0, [Span(1, 2), Span(20, 21)], 60, SETTINGS)
    assert [(round(piece.at_s, 3), piece.span) for piece in window.pieces] == [
        (0.0, Span(0.9, 2.1)),
        (1.7, Span(19.9, 21.1)),  # 1.2 s of the first piece and 0.5 s of pause
    ]


def test_a_stretch_that_does_not_fit_opens_a_new_window() -> None:
    windows = packed(0, [Span(0, 6), Span(20, 26)], 60, SETTINGS)
    assert [len(window.pieces) for window in windows] == [1, 1]


def test_a_stretch_longer_than_a_window_is_cut() -> None:
    windows = packed(0, [Span(0, 25)], 60, SETTINGS)
    assert [window.pieces[0].span for window in windows] == [Span(0, 10), Span(10, 20), Span(20, 25.1)]


def test_no_speech_gives_no_windows() -> None:
    assert packed(0, [], 60, SETTINGS) == ()


@pytest.mark.parametrize(
    ("start_s", "end_s", "found"),
    [
        (0.0, 0.5, Span(0.9, 1.4)),
        (1.7, 2.7, Span(19.9, 20.9)),
        (0.9, 1.75, Span(1.8, 2.1)),  # stretched over the pause: 0.3 s in the first piece, 0.05 s in the second
        (1.1, 2.5, Span(19.9, 20.7)),  # 0.1 s in the first, 0.8 s in the second
        (1.3, 1.4, Span(2.1, 2.1)),  # in the pause, nearer to the first
        (98.0, 99.0, Span(21.1, 21.1)),  # behind the end
    ],
)
def test_a_stretch_of_the_window_comes_back_to_one_place_in_the_recording(
    start_s: float, end_s: float, found: Span
) -> None:
    (window,) = packed(0, [Span(1, 2), Span(20, 21)], 60, SETTINGS)
    span = window.recording_span(start_s, end_s)
    assert (span.start_s, span.end_s) == pytest.approx((found.start_s, found.end_s))


def test_pieces_without_a_word_are_found_again() -> None:
    windows = packed(0, [Span(1, 2), Span(20, 22), Span(30, 30.1)], 60, SETTINGS)
    said = [Word("sí", 1.2, 1.5, 0.9)]
    assert wordless(windows, said) == [Span(19.9, 22.1)]  # the last is too short to hold a word


def test_halves_hold_the_same_speech() -> None:
    (window,) = packed(1, [Span(0, 1), Span(3, 4), Span(6, 7)], 60, SETTINGS)
    first, second = halves(window, SETTINGS)
    assert [piece.span for piece in (*first.pieces, *second.pieces)] == [piece.span for piece in window.pieces]
    assert (first.channel, second.channel, second.pieces[0].at_s) == (1, 1, 0.0)


stretches = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 400)), max_size=30).map(
    lambda pairs: union(Span(start / 10, (start + length) / 10) for start, length in pairs)
)


@given(stretches)
def test_all_speech_is_packed_and_no_window_is_too_long(speech: tuple[Span, ...]) -> None:
    windows = packed(0, speech, 400, SETTINGS)
    pieces = [piece.span for window in windows for piece in window.pieces]
    assert total_s([*pieces, *speech]) == pytest.approx(total_s(pieces))
    assert all(window.duration_s <= SETTINGS.window_s + 1e-5 for window in windows)
