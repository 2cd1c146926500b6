"""What was found in a live call survives as much as a file can, and never becomes something else."""

import os
import stat
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.heard import Heard, Reading
from audio.packing import Piece, Window
from models.span import Span
from models.transcript import Word
from monitor.live.memory import HEARD, Memory, forget_old, memory_path, remembered
from tests.monitor.live.calls import KEY


def heard(start_s: float, reading: Reading = Reading.FULL, channel: int = 0, text: str = "señor") -> Heard:
    window = Window(channel, (Piece(0.0, Span(start_s, start_s + 2.0)),))
    return Heard(reading, window, (Word(text, start_s, start_s + 0.5, 0.75),), "es", "00ff")


def filled(path: Path) -> Memory:
    memory = Memory(path, KEY)
    memory.keep(heard(1.0))
    memory.probabilities["abc"] = np.array([0.0, 0.125, 1.0], np.float32)
    memory.keep_probabilities()
    memory.keep(heard(4.0))
    return memory


@given(st.text(max_size=30), st.floats(0, 1e5), st.floats(0, 1))
def test_a_window_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, text: str, at_s: float, p: float
) -> None:
    path = tmp_path_factory.mktemp("memory") / "call.jsonl"
    window = Window(1, (Piece(0.0, Span(at_s, at_s + 1.5)), Piece(1.85, Span(at_s + 3, at_s + 4))))
    one = Heard(Reading.AGAIN, window, (Word(text, at_s, at_s + 0.3, p),), "es", "00ff")
    Memory(path, KEY).keep(one)
    assert remembered(path, KEY).heard == (one,)


def test_probabilities_come_back_to_the_bit(tmp_path: Path) -> None:
    filled(tmp_path / "call.jsonl")
    assert remembered(tmp_path / "call.jsonl", KEY).probabilities["abc"].tolist() == [0.0, 0.125, 1.0]


def test_a_file_cut_anywhere_gives_what_was_whole_before_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    whole = filled(path).heard
    data = path.read_bytes()
    for size in range(len(data)):
        path.write_bytes(data[:size])
        found = remembered(path, KEY).heard
        assert found == whole[: len(found)]


def test_after_a_torn_line_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    filled(path)
    path.write_bytes(path.read_bytes()[:-7])
    torn = remembered(path, KEY)
    torn.keep(heard(7.0))
    assert [one.window.pieces[0].span.start_s for one in remembered(path, KEY).heard] == [1.0, 7.0]


def test_lines_of_another_shape_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    filled(path)
    with path.open("ab") as file:
        file.write(b'[]\n7\n{"heard": {}}\n{"heard": []}\n{"speech": [1]}\n{"speech": ["x", "=="]}\n\xff\xfe\n')
    assert len(remembered(path, KEY).heard) == 2


def test_only_the_owner_may_read_the_words(tmp_path: Path) -> None:
    filled(tmp_path / "call.jsonl")
    assert stat.S_IMODE((tmp_path / "call.jsonl").stat().st_mode) == 0o600


def test_what_a_lost_call_left_is_removed_after_its_time_and_a_live_one_is_not(tmp_path: Path) -> None:
    (tmp_path / HEARD).mkdir()
    for name in ("live", "lost", "fresh"):
        filled(memory_path(tmp_path, name))
    for name in ("live", "lost"):
        os.utime(memory_path(tmp_path, name), (0, time.time() - 100))
    forget_old(tmp_path, {"live"}, 50.0)
    assert sorted(path.stem for path in (tmp_path / HEARD).iterdir()) == ["fresh", "live"]
