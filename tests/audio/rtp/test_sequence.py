from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.sequence import Unwrapper


def unwrapped(numbers: list[int]) -> list[int]:
    return Unwrapper.of_sequence_numbers().feed(np.array(numbers, np.uint16)).tolist()


def test_a_sequence_number_goes_on_counting_where_it_wraps() -> None:
    assert unwrapped([65534, 65535, 0, 1]) == [65534, 65535, 65536, 65537]


def test_a_packet_late_across_the_wrap_keeps_its_place() -> None:
    assert unwrapped([65534, 0, 65535, 1]) == [65534, 65536, 65535, 65537]


def test_a_timestamp_wraps_at_32_bits() -> None:
    unwrapper = Unwrapper.of_timestamps()
    assert unwrapper.feed(np.array([2**32 - 160, 0], np.uint32)).tolist() == [2**32 - 160, 2**32]


def test_reordering_by_two_thousand_is_no_restart() -> None:
    numbers = [*range(1000, 3001), 1000, 3001]
    assert unwrapped(numbers) == numbers


def test_one_stray_number_changes_nothing_after_it() -> None:
    unwrapper = Unwrapper.of_sequence_numbers()
    extended = unwrapper.feed(np.array([10, 11, 40000, 12, 13], np.uint16))
    assert extended.tolist() == [10, 11, 40000, 12, 13]
    assert unwrapper.strays.tolist() == [2]
    assert unwrapper.restarts.tolist() == []


def test_two_in_sequence_elsewhere_are_a_restart_that_counts_on_above() -> None:
    unwrapper = Unwrapper.of_sequence_numbers()
    extended = unwrapper.feed(np.array([50000, 50001, 7, 8, 9], np.uint16))
    assert unwrapper.restarts.tolist() == [3]
    assert extended.tolist() == [50000, 50001, 65543, 65544, 65545]


def test_a_backward_restart_counts_on_above_as_well() -> None:
    unwrapper = Unwrapper.of_sequence_numbers()
    assert unwrapper.feed(np.array([9000, 5000, 5001], np.uint16)).tolist() == [9000, 65536 + 5000, 65536 + 5001]


@given(st.lists(st.integers(0, 65535), max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_batches_may_be_cut_anywhere(numbers: list[int], cuts: list[int]) -> None:
    unwrapper = Unwrapper.of_sequence_numbers()
    parts = np.split(np.array(numbers, np.uint16), sorted(min(cut, len(numbers)) for cut in cuts))
    assert [n for part in parts for n in unwrapper.feed(part).tolist()] == unwrapped(numbers)


@given(st.integers(0, 65535), st.lists(st.integers(-40, 60), max_size=70))
def test_small_steps_unwrap_to_the_numbers_they_were(first: int, steps: list[int]) -> None:
    true = np.cumsum([first, *steps])
    assert unwrapped((true % 65536).tolist()) == true.tolist()
    assert unwrapped(true.tolist()[:1]) == [first]


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=60))
def test_every_number_is_itself_modulo_its_size(numbers: list[int]) -> None:
    assert [n % 65536 for n in unwrapped(numbers)] == numbers
