from __future__ import annotations

import time
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.events import Sound
from audio.wav import wav_header
from models.call import CallRecord, Outcome, Side
from models.span import Span
from monitor.recorder.documents import read_document
from monitor.recorder.live_clip import live_clip
from monitor.recorder.recorded import Gap, Recorded, RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record
from tests.monitor.recorder.calls import INLINE, T0, closed, header, ramp, recorder, sound, table


def test_both_sides_lie_on_one_time_line_to_the_sample(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(1.0, ramp(8000)))
    rec.write("call", 1, sound(1.0 + 123 / 8000, ramp(8000, 500)))
    finished = closed(rec)
    frames = table(finished.recorded.paths[0])
    assert finished.recorded.started_s == T0 + 1.0
    assert np.array_equal(frames[:8000, 0], ramp(8000))
    assert np.array_equal(frames[123:8123, 1], ramp(8000, 500))
    assert not frames[:123, 1].any()
    assert len(frames) == 8123


def test_two_minutes_of_20_ms_sounds_with_rounded_starts_stays_bit_exact(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    whole = ramp(120 * 8000)
    for k in range(120 * 50):
        rec.write("call", 0, sound(0.123_456_7 + k * 0.02, whole[k * 160 : (k + 1) * 160]))
        if k % 500 == 0:
            rec.flush(T0)
    frames = table(closed(rec).recorded.paths[0])
    assert np.array_equal(frames[:, 0], whole)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 2500), st.booleans()), max_size=20))
def test_pieces_of_any_size_in_any_rhythm_give_the_same_recording(pieces: list[tuple[int, int, bool]]) -> None:
    whole = [ramp(4000), ramp(4000, 9000)]
    at = [0, 0]
    with TemporaryDirectory() as folder:
        rec = recorder(Path(folder))
        rec.open("call", T0)
        for channel, size, flush in [*pieces, (0, 4000, False), (1, 4000, False)]:
            piece = whole[channel][at[channel] : at[channel] + size]
            rec.write("call", channel, sound((at[channel] + channel * 77) / 8000, piece))
            at[channel] += len(piece)
            if flush:
                rec.flush(T0)
        frames = table(closed(rec).recorded.paths[0])
    assert np.array_equal(frames[:4000, 0], whole[0])
    assert np.array_equal(frames[77:4077, 1], whole[1])
    assert len(frames) == 4077


def test_a_gap_is_silence_of_its_length(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, ramp(800)))
    rec.flush(T0)
    rec.write("call", 0, sound(10.0, ramp(800)))
    frames = table(closed(rec).recorded.paths[0])
    assert not frames[800:80_000].any()
    assert np.array_equal(frames[80_000:80_800, 0], ramp(800))


def test_an_earlier_sound_that_comes_late_moves_time_zero_back(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(1.0, ramp(8000)))
    rec.flush(T0)
    rec.write("call", 1, sound(0.5, ramp(8000, 3)))
    finished = closed(rec)
    frames = table(finished.recorded.paths[0])
    assert finished.recorded.started_s == T0 + 0.5
    assert header(finished.recorded.paths[0]).started_s == T0 + 0.5
    assert np.array_equal(frames[4000:12_000, 0], ramp(8000))
    assert np.array_equal(frames[:8000, 1], ramp(8000, 3))


def test_wideband_first_makes_a_16_khz_recording_and_narrowband_is_resampled(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 8000)).astype(np.int16)
    rec.write("call", 0, sound(0.0, tone))
    rec.write("call", 1, sound(0.0, ramp(3200), 16_000))
    finished = closed(rec)
    frames = table(finished.recorded.paths[0])
    assert finished.recorded.sample_rate_hz == 16_000
    assert np.array_equal(frames[:3200, 1], ramp(3200))
    assert len(frames) == 32_000
    expected = soxr.resample(tone.astype(np.float32) / 32768, 8000, 16_000) * 32768
    assert np.abs(frames[:, 0] - expected).max() <= 1.0


def test_wideband_that_comes_later_in_pieces_is_resampled_without_seams(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, ramp(160)))
    rec.flush(T0)
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(32_000) / 16_000)).astype(np.int16)
    for k in range(100):
        rec.write("call", 1, sound(0.5 + k * 0.02, tone[k * 320 : (k + 1) * 320], 16_000))
        rec.flush(T0)
    frames = table(closed(rec).recorded.paths[0])
    there = 8000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 8000)
    assert len(frames) == 4000 + 16_000
    assert np.abs(frames[4200:19_800, 1] - there[200:15_800]).max() < 8.0  # 0.1 % of the amplitude


def test_two_legs_heard_at_once_on_one_channel_are_both_heard(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, np.full(800, 100, np.int16), leg="a"))
    rec.write("call", 0, sound(0.05, np.full(800, 7, np.int16), leg="b"))
    frames = table(closed(rec).recorded.paths[0])[:, 0]
    assert (frames[:400] == 100).all()
    assert (frames[400:800] == 107).all()
    assert (frames[800:1200] == 7).all()


def test_every_reader_takes_the_file_while_it_grows(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    for k in range(4):
        rec.write("call", 0, sound(k * 0.1, ramp(800, 800 * k + 1)))
        rec.flush(T0)
        (path,) = (tmp_path / "live").glob("*.wav")
        with wave.open(str(path)) as file:
            assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8000, 800 * (k + 1))
        with path.open("rb") as raw:
            found = wav_header(raw)
        assert (found.data_bytes, found.notes) == (3200 * (k + 1), ())


def test_what_is_written_so_far_can_be_read_as_a_clip(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    assert live_clip(tmp_path, "call") is None
    rec.open("call", T0)
    rec.write("call", 0, sound(2.0, ramp(1600)))
    rec.write("call", 1, sound(2.1, ramp(400)))
    rec.flush(T0)
    found = live_clip(tmp_path, "call")
    assert found is not None
    assert found.started_s == T0 + 2.0
    assert found.heard_s == (0.2, 0.15)
    assert np.array_equal(found.clip.pcm_frames(0, 1600)[:, 0], ramp(1600))
    assert np.array_equal(found.clip.read(1, Span(0.1, 0.15)), ramp(400) / np.float32(32768))


def test_a_long_call_goes_on_in_another_file_at_an_exact_frame(tmp_path: Path) -> None:
    rec = recorder(tmp_path, RecorderSettings(durable=False, reserve_bytes=0, reserve_ratio=0, part_max_s=1.0))
    rec.open("call", T0)
    whole = ramp(20_000)
    for k in range(10):
        rec.write("call", 0, sound(k * 0.25, whole[k * 2000 : (k + 1) * 2000]))
        rec.flush(T0)
    rec.write("call", 1, sound(0.9, ramp(2000, 5)))  # late, over the edge of two files
    recorded = closed(rec).recorded
    assert [part.start_s for part in recorded.parts] == [0.0, 1.0, 2.0]
    assert [part.duration_s for part in recorded.parts] == [1.0, 1.0, 0.5]
    assert [part.path.name[-6:] for part in recorded.parts] == [".1.wav", ".2.wav", ".3.wav"]
    frames = np.concatenate([table(path) for path in recorded.paths])
    assert np.array_equal(frames[:, 0], whole)
    assert np.array_equal(frames[7200:9200, 1], ramp(2000, 5))


def test_no_setting_lets_a_file_reach_4_gib() -> None:
    with pytest.raises(ValueError, match="below 4 GiB"):
        RecorderSettings(part_max_s=20 * 3600.0)


def test_a_silence_of_many_hours_is_not_written(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, ramp(800)))
    rec.flush(T0)
    rec.write("call", 0, sound(6 * 3600.0, ramp(800)))
    recorded = closed(rec).recorded
    assert [part.start_s for part in recorded.parts] == [0.0, 6 * 3600.0]
    assert [part.duration_s for part in recorded.parts] == [0.1, 0.1]
    assert recorded.duration_s == 6 * 3600.0 + 0.1


def test_a_clock_gone_mad_writes_nothing_and_is_told(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, ramp(800)))
    rec.write("call", 0, sound(30 * 86400.0, ramp(800)))
    for start_s in (float("nan"), float("inf"), -1e12, 1e300):
        rec.write("call", 0, sound(start_s, ramp(800)))
    recorded = closed(rec).recorded
    assert recorded.duration_s == 0.1
    assert [gap.reason for gap in recorded.missing[0]] == ["wrong_clock"]


def test_concealed_and_missing_spans_are_told_on_the_recordings_time_line(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(1.0, ramp(1600), concealed=(Span(0.02, 0.04), Span(0.04, 0.06))))
    rec.missing("call", 1, T0 + 1.1, T0 + 1.5, "encrypted")
    finished = closed(rec)
    recorded = finished.recorded
    (concealed,), (gap,) = recorded.concealed[0], recorded.missing[1]
    assert (concealed.start_s, concealed.end_s) == pytest.approx((0.02, 0.06), abs=1e-6)
    assert (gap.span.start_s, gap.span.end_s) == pytest.approx((0.1, 0.5), abs=1e-6)
    assert gap.reason == "encrypted"
    assert recorded.duration_s == 0.5  # silence stands where sound is missing, to its end
    assert not table(recorded.paths[0])[1600:].any()


def test_a_call_without_sound_has_a_document_and_no_file(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.missing("call", 0, T0 + 1, T0 + 5, "encrypted")
    finished = closed(rec)
    assert finished.recorded.parts == ()
    assert finished.recorded.sample_rate_hz is None
    assert finished.recorded.missing[0] == (Gap(Span(1.0, 5.0), "encrypted"),)
    assert [path.name for path in (tmp_path / "done").rglob("*.*")] == [finished.document.name]


def test_the_document_gives_back_what_was_recorded(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(1.0, ramp(1600), concealed=(Span(0.02, 0.04),)))
    rec.missing("call", 1, T0 + 1.1, T0 + 1.5, "encrypted")
    finished = closed(rec)
    record, recorded = read_document(finished.document)
    assert recorded.parts == finished.recorded.parts
    assert recorded.notes == ("encrypted",)
    assert record.id == "call"
    assert recorded.missing[1][0].reason == "encrypted"


def test_nothing_is_left_in_live_once_a_call_is_finished(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(1.0, ramp(1600)))
    closed(rec)
    assert list((tmp_path / "live").iterdir()) == []


def test_an_id_that_no_file_can_have_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    rec = recorder(tmp_path / "root")
    for call_id in ("../../etc/passwd", "a/b", "", "ñ\n", "x" * 1000):
        rec.open(call_id, T0)
        rec.write(call_id, 0, sound(0.0, ramp(80)))
        rec.close(call_id, bare_record)
    rec.flush(T0)
    documents = [finished.document for finished in rec.finished()]
    assert len(set(documents)) == 5
    assert {read_document(path)[1].call_id for path in documents} == {"../../etc/passwd", "a/b", "", "ñ\n", "x" * 1000}
    assert [path.name for path in tmp_path.iterdir()] == ["root"]


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    paths = []
    for k in range(2):
        rec.open("call", T0)
        rec.write("call", 0, sound(0.0, ramp(80, 10 * k + 1)))
        paths += closed(rec).recorded.paths
    assert len(set(paths)) == 2
    assert table(paths[0])[0, 0] == 1


def test_the_callers_own_mistake_costs_no_recording(tmp_path: Path) -> None:
    def broken(recorded: object) -> None:
        raise KeyError("a defect")

    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, ramp(80)))
    rec.close("call", broken)
    rec.flush(T0)
    (finished,) = rec.finished()
    assert finished.record.id == "call"
    assert np.array_equal(table(finished.recorded.paths[0])[:, 0], ramp(80))


def test_a_record_that_cannot_be_written_costs_no_recording(tmp_path: Path) -> None:
    def unwritable(recorded: Recorded) -> CallRecord:
        return CallRecord(recorded.call_id, "sip", Outcome.ANSWERED, ring_to_answer_s=np.float32(1.0))  # type: ignore[arg-type]  # the defect

    rec = recorder(tmp_path)
    for call_id in ("bad", "good"):
        rec.open(call_id, T0)
        rec.write(call_id, 0, sound(0.0, ramp(80)))
    rec.close("bad", unwritable)
    rec.close("good", bare_record)
    rec.flush(T0)
    assert {finished.call_id for finished in rec.finished()} == {"bad", "good"}


def test_a_call_whose_opening_time_is_nonsense_is_recorded(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", float("nan"))
    now_s = time.time()
    rec.write("call", 0, Sound("leg", Side.CALLER, now_s, 8000, ramp(80)))
    assert np.array_equal(table(closed(rec).recorded.paths[0])[:, 0], ramp(80))


def test_sound_that_only_filled_a_gap_gives_way(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("first", T0)
    rec.open("second", T0)
    rec.write("first", 0, sound(0.0, ramp(800), leg="a"))
    rec.write("second", 0, sound(0.0, ramp(1600, 50), leg="b"))
    rec.flush(T0)
    rec.join("first", "second")
    rec.write("first", 0, sound(0.1, ramp(400, 9), leg="a"))
    frames = table(closed(rec, "first").recorded.paths[0])[:, 0]
    assert np.array_equal(frames[800:1200], ramp(400, 9))
    assert np.array_equal(frames[1200:], ramp(400, 1250))


def test_joined_calls_are_one_recording_with_the_sound_of_both(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("first", T0)
    rec.open("second", T0)
    rec.write("first", 0, sound(1.0, ramp(8000)))
    rec.write("second", 0, sound(0.5, ramp(8000, 7)))
    rec.write("second", 1, sound(1.5, ramp(8000, 9)))
    rec.note("second", {"kind": "answered"})
    rec.flush(T0)
    rec.join("first", "second")
    rec.write("first", 0, sound(2.0, ramp(80)))
    finished = closed(rec, "first")
    frames = table(finished.recorded.paths[0])
    assert finished.recorded.started_s == T0 + 0.5
    assert np.array_equal(frames[:4000, 0], ramp(4000, 7))
    assert np.array_equal(frames[4000:12_000, 0], ramp(8000))  # heard twice: the first stays
    assert np.array_equal(frames[8000:16_000, 1], ramp(8000, 9))
    assert np.array_equal(frames[12_000:12_080, 0], ramp(80))
    assert list((tmp_path / "live").iterdir()) == []


def test_a_joined_call_goes_on_on_the_channels_that_are_its_in_the_other(tmp_path: Path) -> None:
    """Two recording sessions of one call: each brought one voice as its channel 0."""
    rec = recorder(tmp_path)
    rec.open("first", T0)
    rec.open("second", T0)
    rec.write("first", 0, sound(1.0, ramp(8000)))
    rec.write("second", 0, sound(1.0, ramp(8000, 7)))
    rec.missing("second", 0, T0 + 2.0, T0 + 2.5, "lost")
    rec.flush(T0)
    rec.join("first", "second", (1, None))
    finished = closed(rec, "first")
    frames = table(finished.recorded.paths[0])
    assert np.array_equal(frames[:8000, 0], ramp(8000))
    assert np.array_equal(frames[:8000, 1], ramp(8000, 7))
    assert [gap.reason for gap in finished.recorded.missing[1]] == ["lost"]
    assert finished.recorded.missing[0] == ()


def test_a_recorder_with_threads_finishes_calls_without_being_waited_for(tmp_path: Path) -> None:
    settings = RecorderSettings(reserve_bytes=0, reserve_ratio=0, write_s=0.01, sync_s=0.02)
    rec = Recorder(tmp_path, settings)
    for call in range(20):
        rec.open(str(call), T0)
        for k in range(10):
            rec.write(str(call), k % 2, sound(k // 2 * 0.02, ramp(160, 1 + k)))
        rec.close(str(call), bare_record)
    assert rec.stop()
    finished = rec.finished()
    assert {one.call_id for one in finished} == {str(call) for call in range(20)}
    assert all(len(table(one.recorded.paths[0])) == 800 for one in finished)
    health = rec.health()
    assert (health.live, health.finishing, health.queued_bytes) == (0, 0, 0)
    assert health.counts.sounds == 200


def test_sound_of_a_call_that_is_not_open_is_counted(tmp_path: Path) -> None:
    rec = recorder(tmp_path, INLINE)
    rec.write("nobody", 0, sound(0.0, ramp(80)))
    rec.flush(T0)
    assert rec.health().counts.strays == 1
