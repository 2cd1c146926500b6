"""Finding recordings in files and folders."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audio.sources.agent_channel import ChannelRule
from audio.sources.folder import FolderRules, FoundRecording, Skipped, find_recordings
from models.recording import CallFacts, Party
from tests.audio.recordings import pcm_bytes, tone, wav_bytes

RULES = FolderRules()
WAV = wav_bytes(pcm_bytes(tone(440)))


def laid_out(folder: Path, *names: str, content: bytes = WAV) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def names_in(folder: Path, rules: FolderRules = RULES) -> list[str]:
    found = find_recordings([folder], rules).recordings
    return [found.files[0].relative_to(folder).as_posix() for found in found]


def only(folder: Path, rules: FolderRules = RULES) -> FoundRecording:
    (found,) = find_recordings([folder], rules).recordings
    return found


def test_folders_are_searched_to_the_bottom_in_one_order(tmp_path: Path) -> None:
    laid_out(tmp_path, "b.wav", "a/z.mp3", "a/deep/er/c.opus", "a.al", "10.WAV")
    assert names_in(tmp_path) == ["10.WAV", "a/deep/er/c.opus", "a/z.mp3", "a.al", "b.wav"]


def test_papers_hidden_files_and_unfinished_copies_are_passed_over(tmp_path: Path) -> None:
    laid_out(tmp_path, "call.wav", "call.json", "call.truth.json", "x.csv", "._call.wav", ".git/y.wav", "z.wav.part")
    found = find_recordings([tmp_path])
    assert ([found.name for found in found.recordings], found.skipped) == (["call.wav"], ())


def test_sound_under_a_strange_name_is_found_by_its_content(tmp_path: Path) -> None:
    laid_out(tmp_path, "recording.dat", "recording")
    assert names_in(tmp_path) == ["recording", "recording.dat"]


def test_what_is_no_recording_is_listed_with_its_reason(tmp_path: Path) -> None:
    laid_out(tmp_path, "picture.png", content=b"\x89PNG\r\n\x1a\n")
    gone = tmp_path / "gone.wav"
    found = find_recordings([tmp_path, gone])
    assert found.skipped == (Skipped(tmp_path / "picture.png", "not_audio"), Skipped(gone, "vanished"))


def test_a_file_given_by_name_is_taken_whatever_it_is(tmp_path: Path) -> None:
    path = laid_out(tmp_path, "notes.txt", content=b"hola") / "notes.txt"
    assert [found.files for found in find_recordings([path]).recordings] == [(path,)]


def test_a_recording_given_twice_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out(tmp_path, "call.wav")
    monkeypatch.chdir(tmp_path)
    assert len(find_recordings([Path("call.wav"), tmp_path, tmp_path / "call.wav"]).recordings) == 1


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    laid_out(tmp_path, "a/call.wav")
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    assert names_in(tmp_path) == ["a/call.wav"]


def test_legs_become_one_recording(tmp_path: Path) -> None:
    laid_out(tmp_path, "1_caller.wav", "1_agent.wav", "2.wav")
    pair, whole = find_recordings([tmp_path]).recordings
    assert (pair.name, pair.parties, pair.notes) == ("1_agent.wav", (Party.AGENT, Party.CUSTOMER), ())
    assert (whole.name, whole.parties) == ("2.wav", (Party.BOTH,))


def test_a_leg_alone_is_noted(tmp_path: Path) -> None:
    found = only(laid_out(tmp_path, "1_agent.wav"))
    assert (found.parties, found.notes) == ((Party.AGENT,), ("leg_missing",))


def test_rules_and_the_override_say_which_channel_is_the_agent(tmp_path: Path) -> None:
    laid_out(tmp_path, "ventas/1.wav")
    rule = ChannelRule("ventas/", 1)
    assert only(tmp_path).agent_channel == 0
    assert only(tmp_path, FolderRules(agent_channels=(rule,))).agent_channel == 1
    assert only(tmp_path, FolderRules(agent_channels=(rule,), agent_channel=0)).agent_channel == 0


def test_a_sidecar_knows_better_than_the_table_and_the_table_better_than_the_name(tmp_path: Path) -> None:
    name = "q-600-555-20260115-101500-1768468500.1"
    laid_out(tmp_path, f"{name}.wav")
    (tmp_path / "calls.csv").write_text(f"file,agent_id,queue\n{name}.wav,104,ventas\n", encoding="utf-8")
    (tmp_path / f"{name}.json").write_text(json.dumps({"agent_id": "ana"}), encoding="utf-8")
    expected = CallFacts(datetime(2026, 1, 15, 9, 15, tzinfo=UTC), "ana", "ventas", "555")
    assert only(tmp_path).facts == expected


def test_the_facts_of_two_legs_come_from_the_name_they_share(tmp_path: Path) -> None:
    laid_out(tmp_path, "20260115-101500_ana_555_agent.wav", "20260115-101500_ana_555_caller.wav")
    (tmp_path / "20260115-101500_ana_555.json").write_text('{"queue": "ventas"}', encoding="utf-8")
    found = only(tmp_path, FolderRules(timezone="America/Bogota"))
    assert found.facts == CallFacts(datetime(2026, 1, 15, 15, 15, tzinfo=UTC), "ana", "ventas", "555")


def test_a_bad_sidecar_is_a_note_and_no_failure(tmp_path: Path) -> None:
    laid_out(tmp_path, "call.wav")
    (tmp_path / "call.json").write_bytes(b"{")
    assert only(tmp_path).notes == ("sidecar_unreadable",)


def test_a_time_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such time zone: 'Mars/Base'"):
        FolderRules(timezone="Mars/Base")
