"""What only containers can do: leave time out, carry several streams, change on the way."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from audio.decode import decode
from models.errors import RecordingError
from tests.audio.recordings import encoded, loudest_hz, tone

RATE_HZ = 48000
PACKET = 960  # samples of 20 ms


def muxed(path: Path, starts_s: list[float], streams: int = 1) -> Path:
    """Opus in WebM or Matroska: half a second of a tone from each start on, nothing between."""
    with av.open(str(path), "w") as container:
        tracks = [container.add_stream("libopus", rate=RATE_HZ, layout="mono") for _ in range(streams)]
        for start_s in starts_s:
            for index in range(25):
                for number, track in enumerate(tracks):
                    sound = tone(1000 * (number + 1), 0.5, RATE_HZ)[index * PACKET : (index + 1) * PACKET]
                    frame = av.AudioFrame.from_ndarray(
                        np.rint(sound * 32767).astype(np.int16)[None, :], format="s16", layout="mono"
                    )
                    frame.sample_rate, frame.time_base = RATE_HZ, Fraction(1, RATE_HZ)
                    frame.pts = round(start_s * RATE_HZ) + index * PACKET
                    container.mux(track.encode(frame))
        for track in tracks:
            container.mux(track.encode(None))
    return path


def test_what_was_not_sent_is_silence_so_that_times_stay_true(tmp_path: Path) -> None:
    found = decode(muxed(tmp_path / "call.webm", [0.0, 2.0]), tmp_path)
    heard = found.clip.read(0)
    assert "gaps_filled" in found.notes
    assert found.clip.duration_s == pytest.approx(2.5, abs=0.05)
    assert np.abs(heard[round(0.6 * RATE_HZ) : round(1.9 * RATE_HZ)]).max() == 0
    assert heard[round(2.1 * RATE_HZ) : round(2.4 * RATE_HZ)].std() > 0.1


def test_a_gap_longer_than_any_call_is_a_wrong_time_stamp(tmp_path: Path) -> None:
    found = decode(muxed(tmp_path / "call.mka", [0.0, 100 * 3600.0]), tmp_path)
    assert found.clip.duration_s == pytest.approx(1.0, abs=0.05)
    assert "gaps_filled" not in found.notes


def test_further_streams_are_noted_and_the_first_is_read(tmp_path: Path) -> None:
    found = decode(muxed(tmp_path / "call.mka", [0.0], streams=2), tmp_path)
    assert found.notes == ("more_streams",)
    assert loudest_hz(found.clip.read(0), RATE_HZ) == pytest.approx(1000, abs=5)


def test_a_recording_that_turns_stereo_keeps_the_channels_it_began_with(tmp_path: Path) -> None:
    first = encoded("mp3", tone(1000), tmp_path / "first.mp3").read_bytes()
    second = encoded("mp3", np.column_stack([tone(1000), tone(1000)]), tmp_path / "second.mp3").read_bytes()
    path = tmp_path / "both.mp3"
    path.write_bytes(first + second)
    clip = decode(path, tmp_path).clip
    assert clip.channels == 1
    assert clip.duration_s == pytest.approx(2.0, abs=0.3)
    assert loudest_hz(clip.read(0)[9000:15000], 8000) == pytest.approx(1000, abs=10)


def test_a_protected_track_is_encrypted(tmp_path: Path) -> None:
    content = encoded("m4a", tone(1000, 1.0, 16000), tmp_path / "call.m4a").read_bytes()
    path = tmp_path / "drm.m4a"
    path.write_bytes(content.replace(b"mp4a", b"enca"))
    with pytest.raises(RecordingError) as caught:
        decode(path, tmp_path)
    assert caught.value.code == "encrypted"


def test_a_packet_that_is_damaged_is_left_out_and_noted(tmp_path: Path) -> None:
    path = encoded("flac", 0.1 * np.random.default_rng(1).standard_normal(32000), tmp_path / "call.flac")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    found = decode(path, tmp_path)
    assert found.clip.duration_s > 2.0
    assert {"damaged", "truncated"} & set(found.notes)
