"""One daemon a folder: a second one would take the calls that the first is recording for those of a crash."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from models.errors import SourceError

_LOCK = "lock"


class FolderLock:
    """Held until `release` or until the process is no more, however it ends.

    Raises:
        SourceError: `folder_in_use` where another process holds it; `folder_unwritable` where no lock can be made.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / _LOCK
        try:
            self._descriptor = _opened(path)
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}", "folder_unwritable") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise SourceError(f"{folder}: process {holder or '?'}", "folder_in_use") from error
        with suppress(OSError):  # on a full disk the lock counts all the same
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)


def _opened(path: Path) -> int:
    """For writing, or where the disk is read-only as it is: what counts is the lock."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
