"""`timbre reconcile`: calls that have no recording, and recordings of no call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from reports.catalogue import Catalogue

if TYPE_CHECKING:
    from audio.sources.cdr import Cdr
    from monitor.reconcile import KeptCall, Reconciliation

INCOMPLETE = 1

CdrOption = Annotated[list[Path], typer.Option("--cdr", metavar="FILE", exists=True, dir_okay=False)]
PathsArgument = Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", exists=True)]


def reconcile(
    cdr: CdrOption,
    paths: PathsArgument = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Compare an exchange's call detail records with the calls that were kept; status 1 where something is missing."""
    from audio.sources.cdr_files import read_cdrs
    from monitor.config import capture_folder
    from monitor.kept import captured_calls, kept_calls
    from monitor.parts import folder_rules
    from monitor.reconcile import reconcile as compared

    found = setting(config, language)
    rules = folder_rules(found.settings)
    files = [read_cdrs(file, rules.zone) for file in cdr]
    kept = kept_calls(paths, rules) if paths else list(captured_calls(capture_folder(found.settings)))
    result = compared([row for file in files for row in file.rows], kept)
    unreadable = sum(file.unreadable for file in files)
    if as_json:
        found.terminal.json({**_plain(result), "unreadable_rows": unreadable})
    else:
        if not result.complete:
            found.terminal.out.print(reconcile_table(result, found.terminal.catalogue))
        counts = {name: len(getattr(result, name)) for name in ("unrecorded", "unlisted", "differing")}
        found.terminal.say("reconcile-summary", matched=result.matched, **counts)
        if unreadable:
            found.terminal.note("reconcile-unreadable", count=unreadable)
    if not result.complete:
        raise typer.Exit(INCOMPLETE)


def reconcile_table(result: Reconciliation, catalogue: Catalogue) -> Table:
    """One row for each thing that is missing or differs; no telephone numbers."""
    columns = ("finding", "started", "talk", "recorded", "call")
    table = Table(*(catalogue.text(f"reconcile-{column}") for column in columns), box=None, pad_edge=False)
    for cdr in result.unrecorded:
        _row(table, catalogue, "unrecorded", cdr, None)
    for call in result.unlisted:
        _row(table, catalogue, "unlisted", None, call)
    for one in result.differing:
        _row(table, catalogue, "differing", one.cdr, one.call)
    return table


def _row(table: Table, catalogue: Catalogue, kind: str, cdr: Cdr | None, call: KeptCall | None) -> None:
    started = (cdr.facts.started_at if cdr else None) or (call.started_at if call else None)
    names = (*(cdr.ids[:1] if cdr else ()), *((call.id,) if call else ()))
    table.add_row(
        catalogue.text(f"reconcile-kind-{kind}"),
        _moment(started) or "–",
        _seconds(cdr.talk_s if cdr else None, catalogue),
        _seconds(call.duration_s if call else None, catalogue),
        Text(" ↔ ".join(names), overflow="fold"),
    )


def _seconds(value: float | None, catalogue: Catalogue) -> str:
    return "–" if value is None else catalogue.quantity(value, "s", 0)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _plain(result: Reconciliation) -> dict[str, Any]:
    return {
        "matched": result.matched,
        "unrecorded": [_cdr(cdr) for cdr in result.unrecorded],
        "unlisted": _calls(result.unlisted),
        "differing": [{"cdr": _cdr(one.cdr), "call": _calls([one.call])[0]} for one in result.differing],
    }


def _cdr(cdr: Cdr) -> dict[str, Any]:
    times = {"started_at": _moment(cdr.facts.started_at), "duration_s": cdr.duration_s, "talk_s": cdr.talk_s}
    return {"ids": list(cdr.ids), "recording": cdr.recording, **times}


def _calls(calls: Sequence[KeptCall]) -> list[dict[str, Any]]:
    return [{"id": one.id, "started_at": _moment(one.started_at), "duration_s": one.duration_s} for one in calls]
