"""Opening what was found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from audio.sources.folder import FolderRules, find_recordings
from audio.sources.opening import OpenedRecording, content_sha256, open_recording
from models.errors import RecordingError
from models.recording import Party
from tests.audio.recordings import Samples, loudest_hz, pcm_bytes, stereo, tone, wav_bytes

RULES = FolderRules()
AGENT, CUSTOMER, BOTH = Party.AGENT, Party.CUSTOMER, Party.BOTH
CALLS = Path(__file__).parents[4] / "shared" / "calls" / "real"


def written(folder: Path, name: str, sound: Samples) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(wav_bytes(pcm_bytes(sound), channels=sound.ndim))


def opened(calls: Path, spool_dir: Path, rules: FolderRules = RULES) -> OpenedRecording:
    spool_dir.mkdir(exist_ok=True)
    (found,) = find_recordings([calls], rules).recordings
    made = open_recording(found, spool_dir)
    assert made.clip.channels == len(made.recording.channels)
    assert list(spool_dir.iterdir()) == [made.clip.pcm]  # nothing else is left there
    return made


def pitches(made: OpenedRecording) -> dict[Party, int]:
    clip = made.clip
    heard = enumerate(made.recording.channels)
    return {party: round(loudest_hz(clip.read(channel), clip.sample_rate_hz)) for channel, party in heard}


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


def test_a_stereo_file_has_the_agent_where_the_rules_say(calls: Path, tmp_path: Path) -> None:
    written(calls, "call.wav", stereo(tone(500), tone(900)))
    assert pitches(opened(calls, tmp_path / "a")) == {AGENT: 500, CUSTOMER: 900}
    assert pitches(opened(calls, tmp_path / "b", FolderRules(agent_channel=1))) == {CUSTOMER: 500, AGENT: 900}


def test_a_mono_file_holds_both(calls: Path, tmp_path: Path) -> None:
    written(calls, "call.wav", tone(500))
    made = opened(calls, tmp_path / "spool")
    assert (made.recording.channels, made.recording.notes, made.recording.mixed) == ((BOTH,), (), True)


def test_two_channels_with_the_same_sound_are_mixed(calls: Path, tmp_path: Path) -> None:
    written(calls, "call.wav", stereo(tone(500), 0.8 * tone(500)))
    made = opened(calls, tmp_path / "spool")
    assert (made.recording.channels, made.recording.notes) == ((BOTH,), ("channels_identical",))


def test_a_recording_is_known_by_its_content(calls: Path, tmp_path: Path) -> None:
    written(calls, "call.wav", tone(500))
    recording = opened(calls, tmp_path / "spool").recording
    expected = hashlib.sha256((calls / "call.wav").read_bytes()).hexdigest()
    assert (recording.sha256, recording.id, recording.file) == (expected, expected[:16], "call.wav")
    assert (recording.duration_s, recording.sample_rate_hz) == (1.0, 8000)


def test_two_legs_become_two_channels_of_one_recording(calls: Path, tmp_path: Path) -> None:
    written(calls, "1_agent.wav", tone(500))
    written(calls, "1_caller.wav", tone(900, 2.0))
    made = opened(calls, tmp_path / "spool")
    content = (calls / "1_agent.wav").read_bytes() + (calls / "1_caller.wav").read_bytes()
    assert pitches(made) == {AGENT: 500, CUSTOMER: 900}
    assert (made.recording.sha256, made.recording.duration_s) == (hashlib.sha256(content).hexdigest(), 2.0)
    assert made.recording.notes == ()


def test_a_silent_leg_is_a_silent_channel_and_not_a_silent_call(calls: Path, tmp_path: Path) -> None:
    written(calls, "1_agent.wav", tone(500))
    written(calls, "1_caller.wav", np.zeros(8000))
    assert opened(calls, tmp_path / "spool").recording.notes == ("channel_silent",)


def test_an_unreadable_leg_leaves_the_other(calls: Path, tmp_path: Path) -> None:
    written(calls, "1_agent.wav", tone(500))
    (calls / "1_caller.wav").write_bytes(b"")
    made = opened(calls, tmp_path / "spool")
    assert (made.recording.channels, made.recording.notes) == ((AGENT,), ("leg_missing", "leg_empty"))


def test_two_unreadable_legs_fail_with_the_agents_reason(calls: Path, tmp_path: Path) -> None:
    calls.mkdir()
    (calls / "1_agent.wav").write_bytes(b"")
    (calls / "1_caller.wav").write_bytes(b"hello, this is text")
    (found,) = find_recordings([calls]).recordings
    with pytest.raises(RecordingError) as caught:
        open_recording(found, tmp_path)
    assert caught.value.code == "empty"


def test_a_lone_leg_that_is_stereo_is_a_whole_call(calls: Path, tmp_path: Path) -> None:
    written(calls, "1_agent.wav", stereo(tone(500), tone(900)))
    recording = opened(calls, tmp_path / "spool").recording
    assert (recording.channels, recording.notes) == ((AGENT, CUSTOMER), ())


def test_an_unreadable_leg_of_a_stereo_pair_is_averaged(calls: Path, tmp_path: Path) -> None:
    written(calls, "1_caller.wav", stereo(tone(500), tone(500)))
    (calls / "1_agent.wav").write_bytes(b"")
    made = opened(calls, tmp_path / "spool")
    assert pitches(made) == {CUSTOMER: 500}


def test_a_file_that_goes_meanwhile_has_vanished(calls: Path, tmp_path: Path) -> None:
    written(calls, "call.wav", tone(500))
    (found,) = find_recordings([calls]).recordings
    found.files[0].unlink()
    with pytest.raises(RecordingError) as caught:
        open_recording(found, tmp_path)
    assert caught.value.code == "vanished"


def test_the_order_of_legs_is_part_of_the_content(calls: Path) -> None:
    written(calls, "a.wav", tone(500))
    written(calls, "b.wav", tone(900))
    a, b = calls / "a.wav", calls / "b.wav"
    assert content_sha256([a, b]) != content_sha256([b, a])


def test_the_call_of_people_in_two_legs_is_one_recording(tmp_path: Path) -> None:
    if not CALLS.exists():
        pytest.skip(f"../shared is not here: {CALLS.name}")
    legs = [CALLS / f"en-auto-repairs-40_{leg}.wav" for leg in ("caller", "agent")]
    (found,) = find_recordings(legs).recordings
    made = open_recording(found, tmp_path)
    assert (made.recording.channels, made.recording.file) == ((AGENT, CUSTOMER), "en-auto-repairs-40_agent.wav")
    assert made.recording.duration_s == pytest.approx(245.38, abs=0.01)
