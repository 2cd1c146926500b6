"""A reserve of free space, and what happens in which order as it goes."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.recorder.disk import Space
from monitor.recorder.recorded import DiskState, RecorderSettings

_BACK_AGAIN = 1.1
"""New calls are recorded again once there is so many times the reserve: no flapping at the edge."""


@dataclass(slots=True)
class DiskGuard:
    """Fed with what the file system and the writes say; tells what may still be done.

    In order, as space goes: derived work stops; new calls get no recording, with an alarm; those that have one go on
    until the disk takes no more, and then their gaps are marked. Nothing is ever deleted.
    """

    settings: RecorderSettings
    space: Space | None = None
    """`None` where the file system does not even say that."""
    write_reason: str | None = None
    """Why the last write failed; `None` where it went well."""
    _refusing: bool = False

    def saw(self, space: Space | None) -> None:
        self.space = space
        if space is None:
            return
        limit = self.reserve_bytes * (_BACK_AGAIN if self._refusing else 1.0)
        self._refusing = space.free_bytes < limit

    @property
    def reserve_bytes(self) -> int:
        total = self.space.total_bytes if self.space else 0
        return max(self.settings.reserve_bytes, int(self.settings.reserve_ratio * total))

    @property
    def new_calls_allowed(self) -> bool:
        return not self._refusing

    @property
    def state(self) -> DiskState:
        if self.write_reason == "disk_full":
            return DiskState.FULL
        if self.write_reason == "disk_read_only":
            return DiskState.READ_ONLY
        if self.write_reason is not None or self.space is None:
            return DiskState.FAILING
        if self._refusing:
            return DiskState.RESERVE
        return DiskState.LOW if self.space.free_bytes < 2 * self.reserve_bytes else DiskState.OK
