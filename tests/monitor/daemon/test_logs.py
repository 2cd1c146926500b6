from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from monitor.daemon.logs import log_to_stderr

log = logging.getLogger("monitor.of_this_test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, names = logging.getLogger(), ("audio", "models", "monitor", "reports")
    handlers, levels = list(root.handlers), [(name, logging.getLogger(name).level) for name in ("", *names)]
    root.handlers.clear()
    yield
    root.handlers[:] = handlers
    for name, level in levels:
        logging.getLogger(name).setLevel(level)


def test_a_line_has_its_time_its_level_and_where_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", {})
    log.info("%d calls", 3)
    log.debug("not asked for")
    line = capsys.readouterr().err
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO monitor\.of_this_test: 3 calls\n", line)


def test_under_systemd_the_journal_has_the_time_and_we_give_the_priority(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", {"JOURNAL_STREAM": "8:1234"})
    log.error("the disk is full")
    log.warning("two\nlines")
    assert capsys.readouterr().err == (
        "<3>monitor.of_this_test: the disk is full\n<4>monitor.of_this_test: two\n<4>  lines\n"
    )


def test_what_a_peer_sent_passes_for_no_line_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", {})
    log.info("device %s", "a\n2026-01-01 ERROR all is lost\x1b[31m\r")
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("device a")
    assert second == "  2026-01-01 ERROR all is lost\\x1b[31m\\x0d"


def test_other_peoples_parts_only_warn(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("debug", {})
    logging.getLogger("alembic").info("much")
    logging.getLogger("alembic").warning("something")
    log.debug("ours")
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines()] == ["something", "ours"]
