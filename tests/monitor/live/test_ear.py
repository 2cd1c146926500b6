"""A live call is recognised as the whole recording would be, a window at a time."""

from pathlib import Path

from audio.clip import Clip
from audio.heard import Reading
from audio.packing import packed
from models.span import Span
from monitor.live.memory import Memory, remembered
from tests.monitor.live.calls import KEY, T0, WordTranscriber, detector, ear, follow, live, talk, two_way
from tests.sounds import joined, ringing, silence, stereo


def windows_at_once(clip: Clip, transcriber: WordTranscriber) -> set[tuple[int, tuple[Span, ...]]]:
    return {
        (window.channel, tuple(piece.span for piece in window.pieces))
        for channel, spans in enumerate(detector().detect(clip))
        for window in packed(channel, spans, clip.duration_s, transcriber.packing)
    }


def test_whole_windows_are_those_of_the_whole_recording(tmp_path: Path) -> None:
    transcriber, clip = WordTranscriber(), two_way(200.0)
    follow(ear(tmp_path, transcriber), clip)
    read = {(window.channel, tuple(piece.span for piece in window.pieces)) for _, window in transcriber.reads}
    assert len(read) >= 5
    assert read <= windows_at_once(clip, transcriber)


def test_no_window_is_read_twice(tmp_path: Path) -> None:
    transcriber = WordTranscriber()
    follow(ear(tmp_path, transcriber), two_way(200.0))
    assert len(transcriber.reads) == len({(window.channel, window.pieces) for _, window in transcriber.reads})


def test_at_the_end_only_the_last_windows_are_left(tmp_path: Path) -> None:
    transcriber, clip = WordTranscriber(), two_way(200.0)
    hearing = ear(tmp_path, transcriber)
    follow(hearing, clip)
    speech = detector().detect(clip)
    found = transcriber.transcribe(clip, speech, hearing.memory.heard)
    assert [window.channel for window in transcriber.at_the_end] == [0, 1]
    assert found.words == WordTranscriber().transcribe(clip, speech).words


def test_tails_leave_less_than_their_length_of_speech(tmp_path: Path) -> None:
    transcriber, clip = WordTranscriber(), two_way(117.0)
    hearing = ear(tmp_path, transcriber)
    follow(hearing, clip, tails=True)
    transcriber.transcribe(clip, detector().detect(clip), hearing.memory.heard)
    for window in transcriber.at_the_end:
        assert (
            sum(piece.span.duration_s for piece in window.pieces) < 8.0 + 5.0 + 2.0
        )  # a tail, a step, what may change
    assert any(reading is Reading.TAIL for reading, _ in transcriber.reads)


def test_a_tail_counts_only_until_a_whole_window_holds_it(tmp_path: Path) -> None:
    hearing = ear(tmp_path)
    follow(hearing, two_way(200.0), tails=True)
    tails = [one.window.channel for one in hearing.memory.heard if one.reading is Reading.TAIL]
    assert len(tails) == len(set(tails))


def test_speech_that_has_not_ended_waits(tmp_path: Path) -> None:
    hearing = ear(tmp_path)
    hearing.look(live(stereo(talk(9.0, speech_s=9.0), silence(9.0)), 9.0))
    assert hearing.due(tails=True) is None


def test_a_voice_that_never_pauses_is_read_window_by_window(tmp_path: Path) -> None:
    transcriber = WordTranscriber()
    follow(ear(tmp_path, transcriber), stereo(talk(120.0, pause_s=0.2), silence(120.0)))
    assert [round(window.duration_s, 1) for _, window in transcriber.reads] == [29.5, 29.5, 29.5]


def test_ringing_is_not_recognised(tmp_path: Path) -> None:
    transcriber = WordTranscriber()
    customer = joined(ringing(3, 1.5, 3.0), talk(60.0))
    follow(ear(tmp_path, transcriber), stereo(joined(silence(13.5), talk(60.0, seed=90)), customer), tails=True)
    read = [piece.span for _, window in transcriber.reads for piece in window.pieces]
    assert max(span.duration_s for span in read if span.start_s < 13.0) < 0.6  # the edges of rings that last 1.5 s
    assert max(span.duration_s for span in read) > 4.0


def test_what_was_passed_over_is_read_again_window_by_window(tmp_path: Path) -> None:
    transcriber = WordTranscriber(deaf=True)
    clip = stereo(talk(200.0), silence(200.0))
    hearing = ear(tmp_path, transcriber)
    follow(hearing, clip)
    assert sum(reading is Reading.AGAIN for reading, _ in transcriber.reads) >= 3
    found = transcriber.transcribe(clip, detector().detect(clip), hearing.memory.heard)
    assert found.words == WordTranscriber(deaf=True).transcribe(clip, detector().detect(clip)).words


def test_a_time_line_that_moved_makes_words_be_read_anew(tmp_path: Path) -> None:
    hearing, clip = ear(tmp_path), two_way(100.0)
    follow(hearing, clip)
    assert hearing.memory.heard
    moved = stereo(joined(silence(3.0), clip.read(0)), joined(silence(3.0), clip.read(1)))
    hearing.look(live(moved, 103.0, T0 - 3.0))
    assert not hearing.memory.heard
    assert hearing.due(tails=False) is not None


def test_after_a_crash_nothing_is_read_again(tmp_path: Path) -> None:
    clip, before, after = two_way(150.0), WordTranscriber(), WordTranscriber()
    first = ear(tmp_path, before)
    follow(first, clip)
    again = ear(tmp_path, after, remembered(first.memory.path, KEY))
    again.look(live(clip, 150.0))
    assert again.due(tails=False) is None
    assert before.reads
    assert not after.reads


def test_a_moved_time_line_is_remembered_over_a_crash_only_by_its_sound(tmp_path: Path) -> None:
    clip, transcriber = two_way(100.0), WordTranscriber()
    first = ear(tmp_path, transcriber)
    follow(first, clip)
    moved = stereo(joined(silence(3.0), clip.read(0)), joined(silence(3.0), clip.read(1)))
    found = transcriber.transcribe(moved, detector().detect(moved), remembered(first.memory.path, KEY).heard)
    assert found.words == WordTranscriber().transcribe(moved, detector().detect(moved)).words


def test_what_was_found_is_kept_under_its_key_alone(tmp_path: Path) -> None:
    hearing = ear(tmp_path, memory=Memory(tmp_path / "call.jsonl", KEY))
    follow(hearing, two_way(100.0))
    assert remembered(tmp_path / "call.jsonl", KEY).heard == hearing.memory.heard
    assert remembered(tmp_path / "call.jsonl", "another").heard == ()


def test_of_a_call_that_stands_still_nothing_is_left_for_its_end(tmp_path: Path) -> None:
    transcriber, clip = WordTranscriber(), two_way(110.0)
    hearing, whole = ear(tmp_path, transcriber), live(clip, 110.0)
    follow(hearing, clip)
    assert not hearing.is_still(whole, 7.0)
    assert hearing.is_still(whole, 7.6)
    hearing.look(whole, still=True)
    while due := hearing.due(tails=False):
        hearing.read(whole.clip, due)
    found = transcriber.transcribe(clip, detector().detect(clip), hearing.memory.heard)
    assert transcriber.at_the_end == []
    assert found.words == WordTranscriber().transcribe(clip, detector().detect(clip)).words


def test_a_call_that_goes_on_after_standing_still_is_read_as_if_it_had_not(tmp_path: Path) -> None:
    transcriber, clip = WordTranscriber(), two_way(200.0)
    hearing = ear(tmp_path, transcriber)
    follow(hearing, live(clip, 71.0).clip)
    hearing.look(live(clip, 71.0), still=True)
    while due := hearing.due(tails=False):
        hearing.read(live(clip, 71.0).clip, due)
    follow(hearing, clip, from_s=70.0)
    full = [(one.window.channel, one.window.pieces) for one in hearing.memory.heard if one.reading is Reading.FULL]
    plain = ear(tmp_path / "none", WordTranscriber(), Memory(tmp_path / "plain.jsonl", KEY))
    follow(plain, clip)
    assert full == [(one.window.channel, one.window.pieces) for one in plain.memory.heard]
