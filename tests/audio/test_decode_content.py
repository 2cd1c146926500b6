"""The content decides what a file is."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from audio.decode import RawFormat, decode
from models.errors import RecordingError
from tests.audio.recordings import FORMATS, encoded, loudest_hz, pcm_bytes, stereo, tone, wav_bytes


def refusal(content: bytes, folder: Path, name: str = "call.wav") -> str:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(RecordingError) as caught:
        decode(path, folder)
    return caught.value.code


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"alaw", "mulaw", "sln", "gsm", "g722"}))
def test_a_wrong_name_does_not_matter(name: str, tmp_path: Path) -> None:
    rate_hz = FORMATS[name].rate_hz
    path = encoded(name, tone(1000, 1.0, rate_hz), tmp_path / f"right{FORMATS[name].suffix}")
    wrong = path.rename(tmp_path / "wrong.ul")
    clip = decode(wrong, tmp_path).clip
    assert clip.sample_rate_hz == rate_hz
    assert loudest_hz(clip.read(0), rate_hz) == pytest.approx(1000, abs=10)


def test_an_mp3_behind_a_tag_and_a_broken_start_is_found(tmp_path: Path) -> None:
    sound = encoded("mp3", tone(1000), tmp_path / "call.mp3").read_bytes()
    path = tmp_path / "tagged.wav"
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256) + b"\xff\x00 broken" + sound)
    assert decode(path, tmp_path).clip.duration_s == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(
    "head",
    [
        b"Salted__12345678",
        b"age-encryption.org/v1\n",
        b"-----BEGIN PGP MESSAGE-----\n",
        b"\x8c\x0d\x04\x09\x03\x08",
        b"\x85\x02\x0c\x03",
        b"PK\x03\x04\x33\x00\x01\x00\x63\x00",
    ],
    ids=["openssl", "age", "armoured pgp", "gpg password", "gpg key", "zip password"],
)
def test_encrypted_files_say_so(head: bytes, tmp_path: Path) -> None:
    assert refusal(head + os.urandom(2000), tmp_path) == "encrypted"


@pytest.mark.parametrize("name", ["call.wav", "call.ul", "call"])
def test_a_text_is_not_audio_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    assert refusal(b"#EXTM3U\nfile:///etc/hostname\nand some more words\n" * 50, tmp_path, name) == "not_audio"


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\x00\x00", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", bytes(5000)])
def test_other_kinds_of_files_are_not_audio(content: bytes, tmp_path: Path) -> None:
    assert refusal(content + b"\x00\x01\x02" * 500, tmp_path) == "not_audio"


def test_noise_is_not_audio(tmp_path: Path) -> None:
    noise = np.random.default_rng(7).integers(0, 256, 1 << 17, dtype=np.uint8)
    assert refusal(noise.tobytes(), tmp_path) == "not_audio"


def test_no_bytes_are_empty(tmp_path: Path) -> None:
    assert refusal(b"", tmp_path, "call.mp3") == "empty"


def test_a_video_without_sound_is_not_audio(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 16
        container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(RecordingError) as caught:
        decode(path, tmp_path)
    assert caught.value.code == "not_audio"


def test_a_headerless_recording_is_what_the_configuration_says(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    path.write_bytes(pcm_bytes(stereo(tone(500), tone(1500))))
    clip = decode(path, tmp_path, raw_formats=(RawFormat(".raw", "s16", 8000, 2),)).clip
    assert [round(loudest_hz(clip.read(channel), 8000)) for channel in (0, 1)] == [500, 1500]


def test_opus_comes_back_to_the_rate_that_its_header_tells(tmp_path: Path) -> None:
    path = encoded("opus", tone(1000, 1.0, 48000), tmp_path / "call.opus")
    content = path.read_bytes()
    at = content.index(b"OpusHead") + 12
    relabelled = bytearray(content)
    relabelled[at : at + 4] = (8000).to_bytes(4, "little")
    _write_crc(relabelled)
    path.write_bytes(relabelled)
    clip = decode(path, tmp_path).clip
    assert clip.sample_rate_hz == 8000
    assert clip.duration_s == pytest.approx(1.0, abs=0.05)
    assert loudest_hz(clip.read(0), 8000) == pytest.approx(1000, abs=5)


def _write_crc(ogg: bytearray) -> None:
    """RFC 3533, 6: the first page's checksum, polynomial 0x04c11db7, over the page with the field at zero."""
    size = 27 + ogg[26] + sum(ogg[27 : 27 + ogg[26]])
    ogg[22:26] = bytes(4)
    crc = 0
    for byte in ogg[:size]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    ogg[22:26] = crc.to_bytes(4, "little")


def test_decoding_twice_gives_the_same_samples(tmp_path: Path) -> None:
    path = encoded("opus", tone(1000, 1.0, 48000), tmp_path / "call.opus")
    first, second = (decode(path, tmp_path).clip for _ in range(2))
    assert np.array_equal(first.pcm_frames(0, first.frames), second.pcm_frames(0, second.frames))


@pytest.mark.parametrize("name", ["opus", "vorbis", "flac", "mp3", "m4a"])
def test_a_recording_cut_in_the_middle_is_read_and_said_to_be(name: str, tmp_path: Path) -> None:
    hiss = 0.1 * np.random.default_rng(3).standard_normal(4 * FORMATS[name].rate_hz)
    path = encoded(name, hiss, tmp_path / f"call{FORMATS[name].suffix}")
    content = path.read_bytes()
    if name == "m4a":  # its index is at the end: without it, nothing can be read
        assert refusal(content[: len(content) // 2], tmp_path) == "unreadable"
        return
    path.write_bytes(content[: len(content) * 6 // 10])
    found = decode(path, tmp_path)
    assert 0.5 < found.clip.duration_s < 3.9
    assert "truncated" in found.notes


@pytest.mark.parametrize("name", ["opus", "vorbis", "flac", "mp3", "m4a", "webm", "amr", "adts", "g722"])
def test_a_whole_recording_has_no_notes(name: str, tmp_path: Path) -> None:
    rate_hz = FORMATS[name].rate_hz
    path = encoded(name, tone(1000, 2.0, rate_hz), tmp_path / f"call{FORMATS[name].suffix}")
    assert decode(path, tmp_path).notes == ()


def test_a_wav_renamed_to_raw_is_still_a_wav(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    path.write_bytes(wav_bytes(pcm_bytes(tone(440)), rate_hz=16000))
    assert decode(path, tmp_path).clip.sample_rate_hz == 16000
