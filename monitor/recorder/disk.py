"""All that the recorder asks of a file system, in one small interface, so that tests can make any of it fail."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_SYNC_EACH = 8
"""Up to so many files are flushed one by one. 300 files took 100 to 170 ms and 40 ms of processor with `fdatasync`,
8 to 13 ms and under 1 ms with one `syncfs`; for a few, `fdatasync` leaves other programs' data alone."""
_PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700


@dataclass(frozen=True, slots=True)
class Space:
    """Of the file system that holds a folder."""

    free_bytes: int
    """What this user may still take."""
    total_bytes: int


class Disk(Protocol):
    """Every method raises `OSError` as the system does."""

    def open(self, path: Path, *, create: bool) -> int:
        """A descriptor for reading and writing; with `create` the file must be new."""

    def close(self, descriptor: int) -> None: ...

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        """Up to `size` bytes; fewer at the file's end."""

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        """All of `data`; where it fails, a first part of it may have been written."""

    def truncate(self, descriptor: int, size: int) -> None: ...

    def size(self, descriptor: int) -> int: ...

    def append(self, path: Path, data: bytes) -> None:
        """To the file's end, made where there is none; where it fails, a first part may have been written."""

    def read(self, path: Path) -> bytes: ...

    def sync_files(self, paths: Sequence[Path]) -> None:
        """What was written to these files survives a power cut from here on. A file that is gone is passed over."""

    def sync_folder(self, path: Path) -> None:
        """What was created, renamed and removed in this folder survives a power cut from here on."""

    def rename(self, old: Path, new: Path) -> None: ...

    def unlink(self, path: Path) -> None:
        """A file that is not there is no error."""

    def mkdir(self, path: Path) -> None:
        """One folder; one that is there already is no error."""

    def names(self, folder: Path) -> list[str]:
        """Sorted names of what a folder holds; none where there is no folder."""

    def space(self, path: Path) -> Space: ...


class SystemDisk:
    """The real one."""

    def open(self, path: Path, *, create: bool) -> int:
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if create else 0)
        return os.open(path, flags, _PRIVATE)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        return os.pread(descriptor, size, offset)

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        left = memoryview(data)
        while left:
            written = os.pwrite(descriptor, left, offset)
            left, offset = left[written:], offset + written

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def size(self, descriptor: int) -> int:
        return os.fstat(descriptor).st_size

    def append(self, path: Path, data: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def sync_files(self, paths: Sequence[Path]) -> None:
        if len(paths) > _SYNC_EACH and _SYNCFS is not None:
            with _opened(paths[0].parent) as descriptor:
                _syncfs(descriptor)
            return
        for path in paths:
            try:
                with _opened(path) as descriptor:
                    os.fdatasync(descriptor)
            except FileNotFoundError:
                continue

    def sync_folder(self, path: Path) -> None:
        with _opened(path) as descriptor:
            os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.rename(new)

    def unlink(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def mkdir(self, path: Path) -> None:
        path.mkdir(_PRIVATE_FOLDER, exist_ok=True)

    def names(self, folder: Path) -> list[str]:
        try:
            return sorted(path.name for path in folder.iterdir())
        except FileNotFoundError:
            return []

    def space(self, path: Path) -> Space:
        found = os.statvfs(path)
        return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


class UnsyncedDisk(SystemDisk):
    """For work that can be done again, such as a capture file's: nothing waits for the device."""

    def sync_files(self, paths: Sequence[Path]) -> None:
        pass

    def sync_folder(self, path: Path) -> None:
        pass


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


_SYNCFS = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
"""Linux's; Python has no name for it."""


def _syncfs(descriptor: int) -> None:
    if _SYNCFS is not None and _SYNCFS(descriptor) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
