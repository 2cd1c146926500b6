"""A file system in memory that forgets in a power cut what was not synced, after SQLite's test6.c."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from monitor.recorder.disk import Space
from tests.monitor.recorder.faulty import Crash

_SECTOR = 512


@dataclass(slots=True)
class Inode:
    """A file's content as the process sees it, as the device has it, and the writes between the two."""

    content: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    writes: list[tuple[int, bytes]] = field(default_factory=list)
    """Offset and data; an offset below zero cuts the file to `-offset - 1` bytes."""

    def write(self, offset: int, data: bytes) -> None:
        _write(self.content, offset, data)
        self.writes.append((offset, data))

    def truncate(self, size: int) -> None:
        _truncate(self.content, size)
        self.writes.append((-size - 1, b""))

    def sync(self) -> None:
        self.synced, self.writes = bytes(self.content), []

    def after_power_cut(self, chance: random.Random) -> bytes:
        """Each write that was not synced is there, is not, or is there in some of its sectors."""
        content = bytearray(self.synced)
        for offset, data in self.writes:
            fate = chance.random()
            if offset < 0 and fate < 0.5:
                _truncate(content, -offset - 1)
            elif offset >= 0 and fate < 0.4:
                _write(content, offset, data)
            elif offset >= 0 and fate < 0.6:
                for sector in _sectors(offset, data):
                    if chance.random() < 0.5:
                        _write(content, *sector)
        return bytes(content)


@dataclass(slots=True, eq=False)
class Change:
    """One change of a folder: a name with what it stands for (`None` a folder), or gone."""

    name: str
    inode: Inode | None = None
    gone: bool = False
    synced: bool = False
    moved_to: Change | None = None
    """Of a file renamed into another folder: it leaves this one only where it arrived in that one."""


class VolatileDisk:
    """Every operation may be the last before the power goes: `crash_at` counts them.

    What a folder's changes since its last sync become is any first part of them; a rename happens as a whole or not at
    all, as on any file system with a journal.
    """

    def __init__(self, root: Path, crash_at: int = 1 << 62) -> None:
        self._root = root
        self._folders: dict[Path, dict[str, Inode | None]] = {root.parent: {root.name: None}, root: {}}
        self._changes: dict[Path, list[Change]] = {}
        self._descriptors: dict[int, Inode] = {}
        self._crash_at = crash_at
        self.operations: list[str] = []

    def after_power_cut(self, folder: Path, chance: random.Random) -> None:
        """Put into a real `folder`, in the place of the root, what the device still has."""
        for changes in self._changes.values():
            synced = max((at + 1 for at, change in enumerate(changes) if change.synced), default=0)
            for change in changes[: chance.randint(synced, len(changes))]:
                change.synced = True
        self._materialise(self._root, folder, chance)

    def _materialise(self, source: Path, target: Path, chance: random.Random) -> None:
        target.mkdir(parents=True, exist_ok=True)
        entries: dict[str, Inode | None] = {}
        for change in self._changes.get(source, []):
            if change.synced and not change.gone:
                entries[change.name] = change.inode
            elif change.synced and (change.moved_to is None or change.moved_to.synced):
                entries.pop(change.name, None)
        for name, inode in entries.items():
            if isinstance(inode, Inode):
                (target / name).write_bytes(inode.after_power_cut(chance))
            else:
                self._materialise(source / name, target / name, chance)

    def open(self, path: Path, *, create: bool) -> int:
        there = self._folders[path.parent]
        if create:
            self._next("create")
            if path.name in there:
                raise FileExistsError(errno.EEXIST, "exists", str(path))
            self._change(path, Inode())
        inode = self._inode(path)
        self._descriptors[len(self._descriptors) + 3] = inode
        return len(self._descriptors) + 2

    def close(self, descriptor: int) -> None:
        pass

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        return bytes(self._descriptors[descriptor].content[offset : offset + size])

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
        self._next("write")
        self._descriptors[descriptor].write(offset, bytes(data))

    def truncate(self, descriptor: int, size: int) -> None:
        self._next("truncate")
        self._descriptors[descriptor].truncate(size)

    def size(self, descriptor: int) -> int:
        return len(self._descriptors[descriptor].content)

    def append(self, path: Path, data: bytes) -> None:
        self._next("append")
        if path.name not in self._folders[path.parent]:
            self._change(path, Inode())
        inode = self._inode(path)
        inode.write(len(inode.content), data)

    def read(self, path: Path) -> bytes:
        return bytes(self._inode(path).content)

    def sync_files(self, paths: Sequence[Path]) -> None:
        self._next("sync")
        for path in paths:
            if path.name in self._folders[path.parent]:
                self._inode(path).sync()

    def sync_folder(self, path: Path) -> None:
        self._next("sync folder")
        for change in self._changes.get(path, []):
            change.synced = True
            if change.moved_to is not None:
                change.moved_to.synced = True

    def rename(self, old: Path, new: Path) -> None:
        self._next("rename")
        arrived = self._change(new, self._inode(old))
        self._change(old, gone=True, moved_to=arrived)

    def unlink(self, path: Path) -> None:
        self._next("unlink")
        if path.name in self._folders[path.parent]:
            self._change(path, gone=True)

    def mkdir(self, path: Path) -> None:
        self._next("mkdir")
        if path not in self._folders:
            self._folders[path] = {}
            self._change(path)

    def names(self, folder: Path) -> list[str]:
        return sorted(self._folders.get(folder, {}))

    def space(self, path: Path) -> Space:
        return Space(1 << 40, 1 << 41)

    def _inode(self, path: Path) -> Inode:
        inode = self._folders[path.parent].get(path.name)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return inode

    def _change(
        self, path: Path, inode: Inode | None = None, *, gone: bool = False, moved_to: Change | None = None
    ) -> Change:
        if gone:
            del self._folders[path.parent][path.name]
        else:
            self._folders[path.parent][path.name] = inode
        change = Change(path.name, inode, gone, moved_to=moved_to)
        self._changes.setdefault(path.parent, []).append(change)
        return change

    def _next(self, name: str) -> None:
        self.operations.append(name)
        if len(self.operations) >= self._crash_at:
            raise Crash


def _write(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def _truncate(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


def _sectors(offset: int, data: bytes) -> list[tuple[int, bytes]]:
    cuts = [offset, *range(-(-(offset + 1) // _SECTOR) * _SECTOR, offset + len(data), _SECTOR), offset + len(data)]
    return [(start, data[start - offset : stop - offset]) for start, stop in pairwise(cuts)]
