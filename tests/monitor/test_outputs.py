from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from models.work import BatchRow, State
from monitor.outputs import stems_of

names = st.sampled_from(["call.wav", "call.mp3", "CALL.wav", "other.wav", "call-aaaaaaaa.wav", "call-aaaaaaaa-2.wav"])


def row(name: str, recording_id: str = "0123456789abcdef", state: State = State.DONE) -> BatchRow:
    return BatchRow(name, (f"/in/{name}",), state, None, recording_id, 1 if state is State.DONE else None)


def test_a_name_of_its_own_is_kept() -> None:
    assert stems_of([row("one.wav"), row("two.opus")]) == ["one", "two"]


def test_rows_without_an_analysis_have_no_files() -> None:
    assert stems_of([row("one.wav", state=State.FAILED)]) == [None]


def test_shared_names_are_told_apart_by_the_recording_whatever_their_order() -> None:
    first, second = row("call.wav", "aaaaaaaa00000000"), row("call.mp3", "bbbbbbbb00000000")
    assert stems_of([first, second]) == ["call-aaaaaaaa", "call-bbbbbbbb"]
    assert stems_of([second, first]) == ["call-bbbbbbbb", "call-aaaaaaaa"]


def test_names_that_differ_in_case_alone_are_shared_on_some_file_systems() -> None:
    assert stems_of([row("Call.wav", "aaaaaaaa00000000"), row("call.wav", "bbbbbbbb00000000")]) == [
        "Call-aaaaaaaa",
        "call-bbbbbbbb",
    ]


def test_a_name_as_long_as_a_file_system_takes_leaves_room_for_the_endings(tmp_path: Path) -> None:
    (stem,) = stems_of([row("ñ" * 125 + ".wav")])
    assert stem is not None
    (tmp_path / f".{stem}-01234567-12.html.12345.part").write_text("")


@given(st.lists(st.tuples(names, st.sampled_from(["a" * 16, "b" * 16, "c" * 16])), max_size=8))
def test_no_two_rows_share_their_files(rows: list[tuple[str, str]]) -> None:
    stems = [stem.casefold() for stem in stems_of([row(*given) for given in rows]) if stem]
    assert len(set(stems)) == len(stems)
