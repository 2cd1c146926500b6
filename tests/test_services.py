from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.settings.sections import Settings

FOLDER = Path(__file__).parents[1] / "contrib" / "systemd"
SERVICES = ("timbre.service", "timbre-dumpcap.service")
DROP_IN = FOLDER / "timbre-ring.conf"
MOST_EXPOSED = 25
"""Tenths of systemd's exposure level: 0 is best, 100 worst, and below 50 it says OK."""

Unit = dict[str, list[str]]


def unit(*paths: Path) -> Unit:
    """What holds after all files were read in their order: an empty value empties a list."""
    found: Unit = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.partition("=")
            if line.startswith(("#", "[")) or not line.strip():
                continue
            assert equals, f"{path.name} has a line that sets nothing: {line}"
            found[name] = [*found.get(name, []), value] if value else []
    return found


def seconds(text: str) -> float:
    parts = re.fullmatch(r"(\d+)(s|min)", text)
    assert parts
    return int(parts[1]) * {"s": 1, "min": 60}[parts[2]]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_privilege_but_capture(name: str) -> None:
    found = unit(FOLDER / name)
    assert found["CapabilityBoundingSet"] == found["AmbientCapabilities"] == ["CAP_NET_RAW CAP_NET_ADMIN"]
    assert found["NoNewPrivileges"] == found["ProtectHome"] == found["PrivateTmp"] == ["yes"]
    assert found["ProtectSystem"] == ["strict"]
    assert found["UMask"] == ["0077"]
    assert found["User"] == ["timbre"]
    assert "root" not in found["User"]


def test_with_a_ring_of_files_nothing_is_left_of_the_privileges() -> None:
    found = unit(FOLDER / "timbre.service", DROP_IN)
    assert found["CapabilityBoundingSet"] == found["AmbientCapabilities"] == []
    assert "AF_PACKET" not in found["RestrictAddressFamilies"][0]
    assert found["User"] == unit(FOLDER / "timbre-dumpcap.service")["User"]


def test_systemd_waits_longer_for_the_stop_than_the_daemon_takes() -> None:
    stop_s = Settings().daemon.stop_s
    found = unit(FOLDER / "timbre.service")
    assert seconds(found["TimeoutStopSec"][0]) > 2 * stop_s
    assert found["KillMode"] == ["mixed"]


def test_what_the_daemon_tells_systemd_is_what_the_service_expects() -> None:
    found = unit(FOLDER / "timbre.service")
    assert (found["Type"], found["Restart"]) == (["notify"], ["on-failure"])
    assert seconds(found["WatchdogSec"][0]) >= 30
    assert found["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert found["OOMPolicy"] == ["continue"]


def test_sockets_suffice_for_every_session_that_is_let_in() -> None:
    """Two lines a session, and for each a port for RTP and one for RTCP."""
    sessions = Settings().capture.siprec.limits.sessions
    assert int(unit(FOLDER / "timbre.service")["LimitNOFILE"][0]) > 10 * 4 * sessions


def test_dumpcap_writes_the_ring_that_timbre_is_told_to_read() -> None:
    (command,) = unit(FOLDER / "timbre-dumpcap.service")["ExecStart"]
    written = command.split("-w ")[1]
    assert f'file = "{written}"' in DROP_IN.read_text(encoding="utf-8")
    state = unit(FOLDER / "timbre-dumpcap.service")["StateDirectory"][0]
    assert written.startswith(f"/var/lib/{state}/")


@pytest.fixture
def analyse() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("no systemd-analyze here")
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_no_mistake(name: str, analyse: str, tmp_path: Path) -> None:
    """With programs that this machine has in place of those that it may not have."""
    text = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", (FOLDER / name).read_text(encoding="utf-8"))
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run([analyse, "verify", "--man=no", tmp_path / name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_judges_it_little_exposed(name: str, analyse: str) -> None:
    options = ("security", "--offline=yes", f"--threshold={MOST_EXPOSED}")
    done = subprocess.run([analyse, *options, FOLDER / name], capture_output=True, text=True, check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip(f"no systemd-analyze here that judges files: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout.splitlines()[-1]
