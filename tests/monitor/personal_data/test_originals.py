from __future__ import annotations

import grp
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.personal_data.originals import OriginalsError, Reader, may_see, record, this_reader

ANA = Reader("ana", 1001, frozenset({"quality"}))
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("users", "groups", "may"),
    [((), (), False), (("ana",), (), True), ((), ("quality", "audit"), True), (("an", "root"), ("qual",), False)],
)
def test_whom_the_configuration_names_may_see(users: tuple[str, ...], groups: tuple[str, ...], may: bool) -> None:
    assert may_see(ANA, users, groups) is may


def test_root_is_nobody_special() -> None:
    assert not may_see(Reader("root", 0, frozenset({"root"})), ["ana"], ["quality"])


def test_who_runs_this_is_the_systems_account_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    reader = this_reader()
    assert (reader.uid, reader.user) != (None, "somebody-else")
    assert grp.getgrgid(os.getgid()).gr_name in reader.groups


def test_each_look_adds_a_line_and_none_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "log" / "originals.log"
    record(file, ANA, "0123456789abcdef", NOW, shown=True)
    record(file, ANA, 'a "call"\nof two lines', NOW, shown=False)
    first, second = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert (first["user"], first["recording_id"], first["at"]) == (
        "ana",
        "0123456789abcdef",
        "2026-11-22T10:00:00+00:00",
    )
    assert (second["recording_id"], second["shown"]) == ('a "call"\nof two lines', False)


def test_a_record_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OriginalsError, match="link"):
        record(tmp_path / "link", ANA, "0", NOW, shown=True)
