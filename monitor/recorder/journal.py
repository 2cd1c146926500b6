"""What happened to a call while it was recorded, a JSON line each, beside its sound until both are in `done/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.recorder.disk import Disk

_PENDING_BYTES = 1 << 20
_LONGEST_LINE = 1 << 16
Entry = Mapping[str, Any]


@dataclass(slots=True)
class Journal:
    """Lines wait in memory until the disk takes them; where it never does, the newest beyond a limit are lost."""

    disk: Disk
    path: Path
    version: int = 0
    """Counts writes."""
    synced: int = 0
    _lines: int = 0
    _pending: list[bytes] = field(default_factory=list)
    _pending_bytes: int = 0
    _torn: bool = False

    def add(self, entry: Entry) -> bool:
        """False where the line is too long or too many wait."""
        numbered = {"n": self._lines, **entry}
        line = json.dumps(numbered, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n"
        if len(line) > _LONGEST_LINE or self._pending_bytes + len(line) > _PENDING_BYTES:
            return False
        self._lines += 1
        self._pending.append(line)
        self._pending_bytes += len(line)
        return True

    @property
    def waits(self) -> bool:
        return bool(self._pending)

    def write(self) -> None:
        """Put what waits on the disk.

        Raises:
            OSError: then it waits on, and a torn line is left behind in the file.
        """
        if not self._pending:
            return
        data = b"".join(self._pending)
        try:
            self.disk.append(self.path, b"\n" + data if self._torn else data)
        except OSError:
            self._torn = True
            raise
        self.version += 1
        self._torn, self._pending, self._pending_bytes = False, [], 0


def entries(data: bytes) -> list[dict[str, Any]]:
    """The lines of a journal that can be read, each once: a write that failed half-way is made again as a whole."""
    found: dict[object, dict[str, Any]] = {}
    for line in data.splitlines():
        try:
            entry = json.loads(line) if line else None
        except ValueError:  # torn by a crash or a full disk; a bad encoding is one too
            continue
        if isinstance(entry, dict) and isinstance(entry.get("n"), int):
            found.setdefault(entry["n"], entry)
    return list(found.values())
