"""Who may see a call as it was said, and a record of each look."""

from __future__ import annotations

import grp
import json
import os
import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.errors import TimbreError

_LOGIN = Path("/proc/self/loginuid")
_NO_LOGIN = 2**32 - 1


class OriginalsError(TimbreError):
    """Somebody may not see the originals, or their look cannot be recorded."""

    code = "originals_refused"


@dataclass(frozen=True, slots=True)
class Reader:
    """A person by the operating system's account, which no variable of the environment changes."""

    user: str
    uid: int
    groups: frozenset[str]
    login: str | None = None
    """The account that logged in, where the kernel knows it: behind `sudo` it is another one."""


def this_reader() -> Reader:
    """Whoever runs this process."""
    uid = os.getuid()
    groups = (_group(number) for number in {os.getgid(), *os.getgroups()})
    return Reader(_user(uid), uid, frozenset(name for name in groups if name), _login())


def may_see(reader: Reader, users: Sequence[str], groups: Sequence[str]) -> bool:
    """Whether the configuration names the account or one of its groups; nobody else may, `root` neither."""
    return reader.user in users or not reader.groups.isdisjoint(groups)


def record(file: Path, reader: Reader, recording_id: str, at: datetime, *, shown: bool) -> None:
    """Add a line to the record of looks: who, when, which call, and whether it was shown; never what was said.

    Raises:
        OriginalsError: `originals_unrecorded`, where the line does not reach the disk.
    """
    entry = {
        "at": at.isoformat(timespec="seconds"),
        "user": reader.user,
        "uid": reader.uid,
        "login": reader.login,
        "recording_id": recording_id,
        "shown": shown,
    }
    line = json.dumps(entry, ensure_ascii=True).encode() + b"\n"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            written = os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise OriginalsError(f"{file}: {error.strerror}", "originals_unrecorded") from error
    if written != len(line):
        raise OriginalsError(f"{file}: {written} of {len(line)} bytes", "originals_unrecorded")


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(number: int) -> str | None:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return None


def _login() -> str | None:
    try:
        uid = int(_LOGIN.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return None if uid == _NO_LOGIN else _user(uid)
