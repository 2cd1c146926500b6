"""`timbre calls`: the calls that a running daemon captures, as they go."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from models.errors import SourceError
from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from reports.catalogue import Catalogue

WatchOption = Annotated[bool, typer.Option("--watch/--once")]

_ANSWER_S = 3.0
_REFRESH_S = 1.0
_MOST_BYTES = 8_000_000


def calls(
    config: ConfigOption = None,
    language: LanguageOption = None,
    *,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the live calls once, or again every second."""
    found = setting(config, language)
    section = found.settings.daemon
    address = f"http://{section.host}:{section.port}/calls"
    if as_json:
        found.terminal.json(_asked(address))
        return
    catalogue = found.terminal.catalogue
    if not watch:
        found.terminal.out.print(calls_table(_asked(address), time.time(), catalogue))
        return
    with Live(console=found.terminal.out, screen=found.terminal.out.is_terminal, auto_refresh=False) as live:
        while True:
            live.update(calls_table(_asked(address), time.time(), catalogue), refresh=True)
            time.sleep(_REFRESH_S)


def calls_table(calls: list[dict[str, Any]], now_s: float, catalogue: Catalogue) -> Table:
    """One row a call, the longest first."""
    text = catalogue.text
    columns = ("call", "state", "length", "ring", "agent-talk", "customer-talk", "silent", "agent")
    table = Table(*(text(f"calls-{name}") for name in columns), box=None, title=text("calls-title", count=len(calls)))
    for call in sorted(calls, key=lambda one: one["begun_s"]):
        agent = call["agent_channel"] or 0
        table.add_row(
            call["id"][-6:],
            text(f"calls-stage-{call['stage']}"),
            _clock(now_s - call["begun_s"]),
            "–" if call["ring_s"] is None else catalogue.quantity(call["ring_s"], "s", 1),
            _clock(call["talk_s"][agent]),
            _clock(call["talk_s"][1 - agent]),
            _clock(call["silent_s"]),
            call["agent_id"] or "–",
        )
    return table


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def _asked(address: str) -> list[dict[str, Any]]:
    """What the daemon says.

    Raises:
        SourceError: `daemon_away`, where none answers.
    """
    try:
        with urllib.request.urlopen(address, timeout=_ANSWER_S) as answer:  # noqa: S310 # our own http address
            found: list[dict[str, Any]] = json.loads(answer.read(_MOST_BYTES))["calls"]
    except (urllib.error.URLError, OSError, ValueError, KeyError) as error:
        raise SourceError(f"nobody answers at {address}", "daemon_away") from error
    return found
