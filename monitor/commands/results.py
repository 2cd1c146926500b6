"""The rows of a batch as a table for people and as values for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from models.work import UNCHANGED, State
from monitor.outputs import Result
from reports.catalogue import Catalogue
from reports.wording import Wording

_STYLES = {"critical": "bold red", "warning": "yellow", "info": "dim"}


def results_table(results: Sequence[Result], catalogue: Catalogue) -> Table:
    """Call, agent, score and flags; where there is no verdict, the reason stands in the place of the flags."""
    columns = ("call", "agent", "score", "flags")
    table = Table(*(catalogue.text(f"batch-{column}") for column in columns), box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for result in results:
        summary = result.summary
        agent = Text((summary and summary.agent_id) or "–")
        score = "–" if summary is None or summary.score is None else catalogue.number(summary.score, 1)
        table.add_row(Text(result.row.name), agent, score, _flags(result, catalogue))
    return table


def _flags(result: Result, catalogue: Catalogue) -> Text:
    if result.summary is None:
        words = catalogue.named("reason", result.row.reason or result.row.state.value)
        return Text(words, style="dim" if result.row.state is State.SKIPPED else "bold red")
    wording = Wording(catalogue)
    flags = [Text(wording.flag(flag), style=_STYLES.get(severity, "")) for flag, severity in result.summary.flags]
    return Text(", ").join(flags) if flags else Text(catalogue.text("batch-no_flags"), style="green")


def counts_of(results: Sequence[Result]) -> dict[str, int]:
    """How many rows there are of each kind."""
    rows = [result.row for result in results]
    unchanged = sum(row.reason == UNCHANGED for row in rows)
    done = sum(row.state is State.DONE for row in rows)
    skipped = sum(row.state is State.SKIPPED for row in rows)
    failed = len(rows) - done - skipped
    return {"done": done - unchanged, "unchanged": unchanged, "failed": failed, "skipped": skipped}


def row_summary(result: Result) -> dict[str, Any]:
    """One row for programs."""
    row, summary = result.row, result.summary
    return {
        "file": row.name,
        "paths": list(row.paths),
        "state": row.state.value,
        "reason": row.reason,
        "recording_id": row.recording_id,
        "document": f"{result.stem}.json" if result.stem else None,
        "agent_id": summary and summary.agent_id,
        "score": summary and summary.score,
        "flags": [{"id": flag, "severity": severity} for flag, severity in summary.flags] if summary else [],
    }
