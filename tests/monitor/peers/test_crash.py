"""What survives: kill -9 and SIGTERM in the middle of calls, and a store that is away."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio.g711 import alaw_samples
from models.call import Outcome
from models.recording import Party
from tests.monitor.peers.conftest import filter_settings
from tests.monitor.peers.daemon import Call, captured, capturing, queued
from tests.monitor.peers.programs import need, need_capture, wait_for
from tests.monitor.peers.sipp import Pair, pause, play, receive, request, response, sdp, touch
from tests.monitor.peers.speech import Pcm, heard, spoken, written
from tests.postgres import Server

pytestmark = pytest.mark.peers
PACKETS = 500
CALLS = 3
FIRST_PORT, SECOND_PORT = 22600, 22700
STATUS_PORT = 22903


@dataclass(frozen=True, slots=True)
class Story:
    """A daemon is killed and one stopped, each in the middle of calls, while the store is away."""

    folder: Path
    said: dict[Party, Pcm]
    away: Any
    """Health page meanwhile."""
    killed_s: float
    repaired: list[Call]
    stopped_s: float
    stop_status: int
    stopped: list[Call]
    calls: list[Call]
    """All: what the killed calls' telephones went on saying is calls without signalling."""
    queue_while_away: int
    queued: dict[str, str]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    need("sipp")
    need_capture()
    folder = tmp_path_factory.mktemp("crash")
    with ExitStack() as stack:
        away_folder = folder / "store"
        away_folder.touch()  # a file where the database's folder should be
        url = f"sqlite:///{away_folder / 'timbre.db'}"
        settings = filter_settings(()) | {"TIMBRE_DATABASE__URL": url}
        daemon = stack.enter_context(capturing(folder, STATUS_PORT, ("--interface", "lo"), settings))
        said = _talking(stack, folder, "killed", FIRST_PORT)
        wait_for(lambda: "store_unavailable" in daemon.asked("health")["alarms"], 60, "noticing that the store is away")
        away = daemon.asked("health")
        killed_s = time.time()
        daemon.kill()
        daemon = stack.enter_context(capturing(folder, STATUS_PORT, ("--interface", "lo"), settings))
        repaired = daemon.finished("killed", CALLS)
        _talking(stack, folder, "stopped", SECOND_PORT)
        handed_before = daemon.asked("health")["handed_over"]
        away_folder.unlink()
        away_folder.mkdir()
        stopped_s = time.time()
        status = daemon.stop()
        return Story(
            *(folder, said, away, killed_s, repaired, stopped_s, status, daemon.calls("stopped")),
            *(daemon.calls(), handed_before, queued(url)),
        )


def _talking(stack: ExitStack, folder: Path, name: str, port: int) -> dict[Party, Pcm]:
    """Calls of which each has been answered, 3 s ago."""
    voices = {party: spoken(party.value, PACKETS) for party in (Party.CUSTOMER, Party.AGENT)}
    files = {party: written(codes, folder / f"{party.value}.al") for party, codes in voices.items()}
    for number in range(CALLS):
        answered = folder / f"{name}{number}.answered"
        caller = [request("INVITE", 1, sdp(), first=True), receive(180), receive(200), request("ACK", 1)]
        caller += [play(files[Party.CUSTOMER]), touch(answered), pause(60_000)]
        callee = [receive("INVITE"), response("180 Ringing"), pause(300), response("200 OK", sdp()), receive("ACK")]
        callee += [play(files[Party.AGENT]), receive("BYE")]
        stack.enter_context(Pair(f"{name}{number}", caller, callee, port + 30 * number).running(folder))
    for number in range(CALLS):
        wait_for((folder / f"{name}{number}.answered").exists, 60, "the answer")
    time.sleep(3.0)
    return {party: alaw_samples(codes) for party, codes in voices.items()}


def kept_until_s(call: Call, party: Party) -> float:
    last = int(np.flatnonzero(call.channel(party))[-1])
    assert call.recorded.sample_rate_hz is not None
    return call.recorded.started_s + (last + 1) / call.recorded.sample_rate_hz


def test_the_next_start_finishes_calls_that_kill_9_cut_off(story: Story) -> None:
    assert len(story.repaired) == CALLS
    for call in story.repaired:
        assert "repaired" in call.record.notes
        assert call.record.outcome is Outcome.ANSWERED
        assert call.record.ring_to_answer_s == pytest.approx(0.3, abs=0.1)
        assert call.record.callee is not None


def test_kill_9_costs_at_most_a_second_of_each_party(story: Story) -> None:
    for call in story.repaired:
        for party in story.said:
            assert kept_until_s(call, party) > story.killed_s - 1.0


def test_what_kill_9_left_is_bit_exact(story: Story) -> None:
    for call in story.repaired:
        for party, sound in story.said.items():
            kept = heard(call.channel(party))
            assert kept.size > 0
            assert np.array_equal(kept, sound[: kept.size])


def test_a_stop_finishes_what_is_open(story: Story) -> None:
    assert story.stop_status == 0
    assert len(story.stopped) == CALLS
    for call in story.stopped:
        assert "repaired" not in call.record.notes
        assert call.record.outcome is Outcome.ANSWERED
        for party, sound in story.said.items():
            kept = heard(call.channel(party))
            assert np.array_equal(kept, sound[: kept.size])
            assert kept_until_s(call, party) > story.stopped_s - 1.0


def test_a_store_that_is_away_delays_hand_over_only(story: Story) -> None:
    assert (story.away["healthy"], story.queue_while_away) == (False, 0)
    assert {part.path.name for call in story.calls for part in call.recorded.parts} == set(story.queued)
    assert set(story.queued.values()) == {"waiting"}


@pytest.mark.postgres
def test_what_was_recorded_waits_until_its_database_is_there(
    story: Story, postgres_server: Server, tmp_path: Path
) -> None:
    url = postgres_server.url("made_later")
    shutil.copytree(captured(story.folder), captured(tmp_path), ignore=shutil.ignore_patterns("*.queued", "*.lock"))
    settings = filter_settings(()) | {"TIMBRE_DATABASE__URL": url}
    with capturing(tmp_path, STATUS_PORT, ("--interface", "lo"), settings) as daemon:
        wait_for(lambda: "store_unavailable" in daemon.asked("health")["alarms"], 60, "noticing that the store is away")
        with postgres_server._connect() as connection:
            connection.execute("CREATE DATABASE made_later")
        wait_for(lambda: daemon.asked("health")["handed_over"] == len(story.calls), 60, "the hand-over")
        assert daemon.asked("health")["alarms"] == []
        assert daemon.stop() == 0
    assert queued(url) == story.queued
