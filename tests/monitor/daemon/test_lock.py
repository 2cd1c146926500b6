from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import SourceError
from monitor.daemon.lock import FolderLock

HOLDS = """
import sys
from pathlib import Path
from monitor.daemon.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SourceError, match=str(other.pid)) as refused:
            FolderLock(tmp_path)
        assert refused.value.code == "folder_in_use"
        other.kill()
    FolderLock(tmp_path).release()


def test_a_lock_that_was_released_can_be_had_again(tmp_path: Path) -> None:
    FolderLock(tmp_path).release()
    FolderLock(tmp_path).release()


def test_a_lock_on_a_full_disk_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    lock = FolderLock(tmp_path)
    with pytest.raises(SourceError, match="process"):
        FolderLock(tmp_path)
    lock.release()


def test_a_folder_that_cannot_be_written_is_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        FolderLock(tmp_path / "none")
    assert refused.value.code == "folder_unwritable"
