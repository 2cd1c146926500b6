"""The daemon's log on standard error; under systemd with the journal's priorities instead of the time."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_JOURNAL_FORMAT = "%(name)s: %(message)s"
_PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
"""Of syslog (RFC 5424); see sd-daemon(3)."""
_UNPRINTABLE = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F) if code != 0x0A}


class PlainFormatter(logging.Formatter):
    """Control characters are written out: what a peer sent must not pass for lines of our own."""

    def format(self, record: logging.LogRecord) -> str:
        first, *rest = super().format(record).translate(_UNPRINTABLE).split("\n")
        return "\n".join([first, *(f"  {line}" for line in rest)])


class JournalFormatter(PlainFormatter):
    """Each line with its priority, as the journal reads it."""

    def format(self, record: logging.LogRecord) -> str:
        priority = _PRIORITIES.get(record.levelno, 6)
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).split("\n"))


def log_to_stderr(level: str, environment: Mapping[str, str] = os.environ) -> None:
    """Everything of `level` (`debug` to `error`) and above; of other programs' parts, warnings."""
    handler = logging.StreamHandler(sys.stderr)
    journal = "JOURNAL_STREAM" in environment
    handler.setFormatter(JournalFormatter(_JOURNAL_FORMAT) if journal else PlainFormatter(_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("audio", "models", "monitor", "reports"):
        logging.getLogger(name).setLevel(level.upper())
