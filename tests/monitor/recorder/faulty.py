"""Disks that fail where they are told to."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.recorder.disk import Space, SystemDisk, UnsyncedDisk


class Crash(BaseException):
    """The process is gone: nothing it would do happens any more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens from operation `at` on (the first is 1), for `lasts` operations."""

    at: int
    kind: str
    """`ENOSPC`, `EIO`, `EROFS`, or `crash`."""
    lasts: int = 1
    torn: bool = False
    """Whether half of what was to be written is written."""

    def strikes(self, operation: int) -> bool:
        return operation >= self.at and (self.kind == "crash" or operation < self.at + self.lasts)

    def error(self) -> BaseException:
        if self.kind == "crash":
            return Crash()
        number = getattr(errno, self.kind)
        return OSError(number, os.strerror(number))


NEVER = Fault(1 << 62, "EIO")


class FaultyDisk(UnsyncedDisk):
    """The system's, but for one fault. Every operation counts, but not opening and listing.

    It does not really sync: to a process that goes on, or is killed, that makes no difference.
    """

    def __init__(self, fault: Fault = NEVER) -> None:
        self.fault = fault
        self.operations: list[str] = []

    def open(self, path: Path, *, create: bool) -> int:
        if create:
            self._next("create")
        return super().open(path, create=create)

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        self._next("read")
        return super().read_at(descriptor, size, offset)

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        half = memoryview(data)[: len(data) // 2]
        self._next("write", lambda: SystemDisk.write_at(self, descriptor, half, offset))
        super().write_at(descriptor, data, offset)

    def truncate(self, descriptor: int, size: int) -> None:
        self._next("truncate")
        super().truncate(descriptor, size)

    def append(self, path: Path, data: bytes) -> None:
        self._next("append", lambda: SystemDisk.append(self, path, data[: len(data) // 2]))
        super().append(path, data)

    def sync_files(self, paths: Sequence[Path]) -> None:
        self._next("sync")
        super().sync_files(paths)

    def sync_folder(self, path: Path) -> None:
        self._next("sync folder")
        super().sync_folder(path)

    def rename(self, old: Path, new: Path) -> None:
        self._next("rename")
        super().rename(old, new)

    def unlink(self, path: Path) -> None:
        self._next("unlink")
        super().unlink(path)

    def mkdir(self, path: Path) -> None:
        self._next("mkdir")
        super().mkdir(path)

    def space(self, path: Path) -> Space:
        return Space(1 << 40, 1 << 41)

    def _next(self, name: str, half: object = None) -> None:
        self.operations.append(name)
        if self.fault.strikes(len(self.operations)):
            first = len(self.operations) == self.fault.at
            if self.fault.torn and callable(half) and (first or self.fault.kind != "crash"):
                half()
            raise self.fault.error()
