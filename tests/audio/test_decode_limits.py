"""What a recording may cost and be, and what is said of its sound."""

from __future__ import annotations

import errno
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio import spool
from audio.decode import DecodeLimits, decode
from models.errors import RecordingError
from tests.audio.recordings import FORMATS, Samples, encoded, pcm_bytes, stereo, tone, wav_bytes

LIMITS = DecodeLimits()


def wav(path: Path, sound: Samples, rate_hz: int = 8000) -> Path:
    path.write_bytes(wav_bytes(pcm_bytes(sound), channels=sound.ndim, rate_hz=rate_hz))
    return path


def refusal(path: Path, spool_dir: Path, limits: DecodeLimits = LIMITS) -> str:
    with pytest.raises(RecordingError) as caught:
        decode(path, spool_dir, limits)
    return caught.value.code


def notes(sound: Samples, folder: Path) -> tuple[str, ...]:
    return decode(wav(folder / "call.wav", sound), folder).notes


def test_a_fifth_of_a_second_is_enough_and_less_is_too_short(tmp_path: Path) -> None:
    assert decode(wav(tmp_path / "enough.wav", tone(440, 0.2)), tmp_path).clip.frames == 1600
    assert refusal(wav(tmp_path / "short.wav", tone(440, 0.19)), tmp_path) == "too_short"


@pytest.mark.parametrize("name", ["wav s16", "flac", "opus"])
def test_a_recording_over_the_longest_is_refused_and_leaves_no_spool(name: str, tmp_path: Path) -> None:
    path = encoded(name, tone(440, 3.0, FORMATS[name].rate_hz), tmp_path / f"call{FORMATS[name].suffix}")
    assert refusal(path, tmp_path, replace(LIMITS, max_duration_s=2.0)) == "too_long"
    assert list(tmp_path.iterdir()) == [path]


def test_a_decode_bomb_ends_at_the_most_bytes(tmp_path: Path) -> None:
    path = encoded("flac", np.zeros(60 * 8000), tmp_path / "bomb.flac")
    assert path.stat().st_size < 20_000 < 60 * 8000 * 2  # small on disk, large when decoded
    assert refusal(path, tmp_path, replace(LIMITS, max_decoded_bytes=100_000)) == "too_long"


def test_decoding_that_takes_too_long_ends(tmp_path: Path) -> None:
    assert refusal(wav(tmp_path / "call.wav", tone(440)), tmp_path, replace(LIMITS, max_decode_s=-1.0)) == "too_slow"


def test_400_channels_in_another_container_are_too_many(tmp_path: Path) -> None:
    caf = b"caff\x00\x01\x00\x00desc" + (32).to_bytes(8, "big") + np.array([8000.0], ">f8").tobytes()
    caf += b"lpcm" + b"".join(value.to_bytes(4, "big") for value in (2, 800, 1, 400, 16))
    path = tmp_path / "call.caf"
    path.write_bytes(caf + b"data" + (80004).to_bytes(8, "big") + bytes(80004))
    assert refusal(path, tmp_path) == "too_many_channels"


def test_a_missing_file_has_vanished(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.wav", tmp_path) == "vanished"


def test_a_file_that_the_user_may_not_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wav(tmp_path / "closed.wav", tone(440))

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)  # root may read everything, so the system's refusal is played
    assert refusal(path, tmp_path) == "no_permission"


def test_a_folder_and_a_pipe_are_not_audio(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert [refusal(tmp_path / "pipe.wav", tmp_path), refusal(tmp_path, tmp_path)] == ["not_audio", "not_audio"]


def test_a_name_that_no_system_allows_is_unreadable(tmp_path: Path) -> None:
    assert refusal(Path("a\0b.wav"), tmp_path) == "unreadable"


def test_a_full_disk_is_no_fault_of_the_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise RecordingError("no room left to decode", "no_space")

    path = wav(tmp_path / "call.wav", tone(440))
    monkeypatch.setattr(spool, "_write", full)
    assert refusal(path, tmp_path) == "no_space"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_write_that_the_disk_refuses_is_no_space() -> None:
    with open("/dev/full", "wb", buffering=0) as file, pytest.raises(RecordingError) as caught:  # noqa: PTH123 # a device
        spool._write(file, np.zeros((70_000, 2), dtype=np.int16))
    assert caught.value.code == "no_space"


def test_a_missing_spool_folder_is_no_space(tmp_path: Path) -> None:
    assert refusal(wav(tmp_path / "call.wav", tone(440)), tmp_path / "gone") == "no_space"


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    path = tmp_path / "long.ul"
    path.write_bytes(b"\x80\xff" * 8000 * 600)  # 20 minutes, 19 MB decoded
    decode(wav(tmp_path / "warm.wav", tone(440)), tmp_path)
    tracemalloc.start()
    assert decode(path, tmp_path).clip.duration_s == 1200.0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000


def test_silence_is_noted(tmp_path: Path) -> None:
    assert notes(np.zeros(8000), tmp_path) == ("all_silent",)
    assert notes(tone(440, amplitude=0.0009), tmp_path) == ("all_silent",)
    assert notes(tone(440, amplitude=0.002), tmp_path) == ()


def test_one_silent_channel_is_noted(tmp_path: Path) -> None:
    assert notes(stereo(tone(440), np.zeros(8000)), tmp_path) == ("channel_silent",)


def test_an_offset_is_noted_from_1_percent_of_full_scale_on(tmp_path: Path) -> None:
    assert notes(tone(440) + 0.011, tmp_path) == ("dc_offset",)
    assert notes(tone(440) + 0.009, tmp_path) == ()


def test_a_silent_line_with_an_offset_has_both_notes(tmp_path: Path) -> None:
    assert notes(np.full(8000, 0.1), tmp_path) == ("all_silent", "dc_offset")


def test_flat_tops_are_noted_and_single_peaks_are_not(tmp_path: Path) -> None:
    assert notes(np.clip(tone(440, amplitude=3.0), -1, 1), tmp_path) == ("clipped_heavily",)
    clicks = tone(440)
    clicks[::400] = 1.0
    assert notes(clicks, tmp_path) == ()
