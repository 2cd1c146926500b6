"""WAV files as PBXs really leave them, also when the recorder was killed."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.clip import Clip
from audio.decode import Decoded, decode
from models.errors import RecordingError
from tests.audio.recordings import encoded, pcm_bytes, stereo, tone, wav_bytes

SOUND = pcm_bytes(tone(440))


def decoded(content: bytes, folder: Path, name: str = "call.wav") -> Decoded:
    path = folder / name
    path.write_bytes(content)
    return decode(path, folder)


def samples_of(clip: Clip) -> list[int]:
    return clip.pcm_frames(0, clip.frames)[:, 0].tolist()


def refusal(content: bytes, folder: Path) -> str:
    with pytest.raises(RecordingError) as caught:
        decoded(content, folder)
    return caught.value.code


def test_16_bit_samples_come_through_unchanged(tmp_path: Path) -> None:
    values = np.arange(-32768, 32768, 7, dtype="<i2")
    assert samples_of(decoded(wav_bytes(values.tobytes()), tmp_path).clip) == values.tolist()


@pytest.mark.parametrize(
    ("tag", "bits", "packed", "sample"),
    [
        (1, 8, b"\x00", -32768),
        (1, 8, b"\x80", 0),
        (1, 8, b"\xff", 32512),
        (1, 24, b"\x80\x00\x40", 0x4001),  # half a step up: rounded, not cut off
        (1, 24, b"\xff\xff\x7f", 32767),
        (1, 32, b"\x00\x00\x00\x80", -32768),
        (1, 32, b"\x00\x80\x00\x40", 0x4001),
        (3, 32, struct.pack("<f", 0.5), 16384),
        (3, 32, struct.pack("<f", -2.0), -32768),
        (3, 32, struct.pack("<f", float("nan")), 0),
        (3, 64, struct.pack("<d", -0.25), -8192),
        (6, 8, b"\xd5", 8),
        (7, 8, b"\x80", 32124),
    ],
)
def test_every_width_has_its_exact_value(tag: int, bits: int, packed: bytes, sample: int, tmp_path: Path) -> None:
    clip = decoded(wav_bytes(packed * 2000, tag=tag, bits=bits), tmp_path).clip
    assert samples_of(clip) == [sample] * 2000


def test_channels_are_interleaved_as_written(tmp_path: Path) -> None:
    frames = np.tile(np.array([[100, -200]], dtype="<i2"), (2000, 1))
    clip = decoded(wav_bytes(frames.tobytes(), channels=2), tmp_path).clip
    assert (clip.pcm_frames(0, 2000) == frames).all()


@pytest.mark.parametrize("declared", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000])
def test_a_size_that_was_never_filled_in_gives_all_the_sound_there_is(declared: int, tmp_path: Path) -> None:
    found = decoded(wav_bytes(SOUND, declared=declared), tmp_path)
    assert (found.clip.frames, found.notes) == (8000, ("header_repaired",))


def test_a_size_larger_than_the_file_says_that_sound_is_missing(tmp_path: Path) -> None:
    found = decoded(wav_bytes(SOUND, declared=2 * len(SOUND)), tmp_path)
    assert (found.clip.frames, found.notes) == (8000, ("header_repaired", "truncated"))


def test_a_size_last_written_halfway_gives_all_the_sound_there_is(tmp_path: Path) -> None:
    found = decoded(wav_bytes(SOUND, declared=len(SOUND) // 2), tmp_path)
    assert (found.clip.frames, found.notes) == (8000, ("header_repaired",))


@pytest.mark.parametrize("after", [b"LIST\x04\x00\x00\x00INFO", b"TAG" + bytes(125), b"\x00"])
def test_what_follows_the_sound_is_not_sound(after: bytes, tmp_path: Path) -> None:
    found = decoded(wav_bytes(SOUND) + after, tmp_path)
    assert (found.clip.frames, found.notes) == (8000, ())


def test_chunks_before_the_sound_are_passed_over(tmp_path: Path) -> None:
    plain = wav_bytes(SOUND)
    odd = b"bext\x03\x00\x00\x00abc\x00"
    found = decoded(plain[:12] + odd + plain[12:], tmp_path)
    assert (found.clip.frames, found.notes) == (8000, ())


def test_a_last_partial_frame_is_left_out(tmp_path: Path) -> None:
    assert decoded(wav_bytes(SOUND + b"\x01", declared=len(SOUND) + 1), tmp_path).clip.frames == 8000


@pytest.mark.parametrize("name", ["wav gsm", "wav ima adpcm"])
def test_a_killed_recorder_of_a_compressed_wav_loses_nothing(name: str, tmp_path: Path) -> None:
    whole = bytearray(encoded(name, tone(440), tmp_path / "whole.wav").read_bytes())
    at = whole.index(b"data") + 4
    frames = decoded(bytes(whole), tmp_path).clip.frames
    whole[at : at + 4] = bytes(4)
    found = decoded(bytes(whole), tmp_path)
    assert found.clip.frames == pytest.approx(frames, abs=512)  # `fact`, which bounded the last block, may still do so
    assert "header_repaired" in found.notes


@pytest.mark.parametrize("container", ["WAVEX", "RF64", "W64", "AIFF", "AU", "CAF"])
def test_the_relatives_of_wav_are_read(container: str, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, stereo(tone(440), tone(880)), 8000, format=container, subtype="PCM_16")
    found = decode(path, tmp_path)
    assert (found.clip.frames, found.clip.channels, found.notes) == (8000, 2, ())


def test_400_channels_are_too_many(tmp_path: Path) -> None:
    assert refusal(wav_bytes(bytes(800 * 100), channels=400), tmp_path) == "too_many_channels"


def test_no_channel_at_all_is_refused(tmp_path: Path) -> None:
    assert refusal(wav_bytes(SOUND, channels=0), tmp_path) in ("unreadable", "too_many_channels", "empty")


@pytest.mark.parametrize("rate_hz", [0, 1, 7999, 96000, 0xFFFFFFFF])
def test_a_sample_rate_of_no_telephone_is_refused(rate_hz: int, tmp_path: Path) -> None:
    assert refusal(wav_bytes(SOUND * 100, rate_hz=rate_hz), tmp_path) == "sample_rate"


@pytest.mark.parametrize("cut", [44, 40, 36])
def test_a_header_without_sound_is_empty(cut: int, tmp_path: Path) -> None:
    assert refusal(wav_bytes(SOUND, declared=0)[:cut], tmp_path) == "empty"


def test_an_honest_empty_recording_with_a_tag_is_empty(tmp_path: Path) -> None:
    assert refusal(wav_bytes(b"") + b"LIST\x04\x00\x00\x00INFO", tmp_path) == "empty"


def test_a_header_without_a_format_is_unreadable(tmp_path: Path) -> None:
    assert refusal(wav_bytes(SOUND).replace(b"fmt ", b"xxxx"), tmp_path) == "unreadable"
