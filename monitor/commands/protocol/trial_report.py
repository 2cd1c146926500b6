"""What trying a protocol on stored calls gave, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from models.plain import plain
from models.rules import Rules, digest_of
from monitor.commands.protocol.tables import edition_of
from monitor.terminal import Terminal
from monitor.trial import BAND, Change, Scores, Trial, Tried, bands, mean, median
from reports.catalogue import clock

BAR = 24
"""Characters of the longest bar."""


def plain_trial(trial: Trial, before: Rules, after: Rules) -> dict[str, Any]:
    """Everything that changes, JSON-ready."""
    rows = sorted(trial.changes.items(), key=lambda row: (-row[1], *map(str, row[0])))
    return {
        "before": _head(before),
        "after": _head(after),
        "calls": trial.scores.calls,
        "changed": trial.scores.changed,
        "changes": [
            {"kind": kind, "id": name, "before": old, "after": new, "calls": count}
            for (kind, name, old, new), count in rows
        ],
        "scores": _scores(trial.scores),
        "agents": [{"agent_id": agent or None, **_scores(scores)} for agent, scores in sorted(trial.agents.items())],
        "most_changed": [plain(call) for call in trial.calls],
    }


def _head(rules: Rules) -> dict[str, Any]:
    protocol = rules.protocol
    extends = [asdict(edition) for edition in protocol.extends]
    return {"name": protocol.name, "version": protocol.version, "extends": extends, "sha256": digest_of(protocol)}


def _scores(scores: Scores) -> dict[str, Any]:
    def figures(totals: Sequence[float]) -> dict[str, Any]:
        middle = {"mean": mean(totals), "median": median(totals)}
        return {key: None if value is None else round(value, 2) for key, value in middle.items()} | {
            "bands": bands(totals)
        }

    return {
        "calls": scores.calls,
        "changed": scores.changed,
        "before": figures(scores.before),
        "after": figures(scores.after),
    }


def print_trial(trial: Trial, before: Rules, after: Rules, terminal: Terminal) -> None:
    """Tables of what changes, for whom, the scores, and the calls that change most with their words."""
    for sign, rules in (("−", before), ("+", after)):
        line = f"{sign} {edition_of(rules.protocol, terminal)}"
        terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)
    tables = [_changes_table(trial, terminal)] if trial.changes else []
    if trial.scores.calls:
        tables += [_agents_table(trial, terminal), _bands_table(trial.scores, terminal)]
    for table in tables:
        terminal.out.print()
        terminal.out.print(table)
    terminal.out.print()
    for call in trial.calls:
        for line in _call_lines(call, terminal):
            terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)
    terminal.say("trial-summary", calls=trial.scores.calls, changed=trial.scores.changed)


def _table(terminal: Terminal, title: str, *columns: str, left: int = 1) -> Table:
    names = (terminal.text(f"trial-{column}") for column in columns)
    table = Table(*names, box=None, pad_edge=False, title=terminal.text(f"trial-{title}"), title_justify="left")
    for column in table.columns[left:]:
        column.justify = "right"
    return table


def _changes_table(trial: Trial, terminal: Terminal) -> Table:
    table = _table(terminal, "changes", "step", "before", "after", "calls", left=3)
    for (kind, name, old, new), count in sorted(
        trial.changes.items(), key=lambda row: (row[0][0], -row[1], row[0][1], str(row[0][2]))
    ):
        shown = (_said(old, terminal), _said(new, terminal))
        table.add_row(Text(terminal.catalogue.named(kind, name)), *shown, str(count))
    return table


def _agents_table(trial: Trial, terminal: Terminal) -> Table:
    table = _table(terminal, "agents", "agent", "calls", "changed", "mean")
    rows = sorted(trial.agents.items(), key=lambda row: (-row[1].changed, row[0]))
    for agent, scores in rows:
        table.add_row(Text(agent or "–"), str(scores.calls), str(scores.changed), _means(scores, terminal))
    return table


def _means(scores: Scores, terminal: Terminal) -> str:
    before, after = (_figure(mean(totals), terminal) for totals in (scores.before, scores.after))
    return before if before == after else f"{before} → {after}"


def _figure(value: float | None, terminal: Terminal) -> str:
    return "–" if value is None else terminal.catalogue.number(value, 1)


def _bands_table(scores: Scores, terminal: Terminal) -> Table:
    table = _table(terminal, "scores", "score", "before_calls", "after_calls", left=3)
    before, after = bands(scores.before), bands(scores.after)
    most = max((*before, *after, 1))
    for band, counts in enumerate(zip(before, after, strict=True)):
        if any(counts):
            low, high = band * BAND, (band + 1) * BAND
            bars = (f"{'█' * round(BAR * count / most)} {count}" for count in counts)
            table.add_row(f"{low}–{high}", *bars)
    table.add_row(
        terminal.text("trial-median"), *(_figure(median(one), terminal) for one in (scores.before, scores.after))
    )
    return table


def _call_lines(call: Tried, terminal: Terminal) -> list[str]:
    scores = f"{_figure(call.before, terminal)} → {_figure(call.after, terminal)}"
    head = terminal.text("trial-call", file=call.file, id=call.recording_id, agent=call.agent_id or "–", scores=scores)
    return [head, *(f"  {_change(change, terminal)}" for change in call.changes)]


def _change(change: Change, terminal: Terminal) -> str:
    name = terminal.catalogue.named(change.kind, change.id)
    line = f"{name}: {_said(change.before, terminal)} → {_said(change.after, terminal)}"
    if not change.quote:
        return line
    place = "" if change.start_s is None else f" ({clock(change.start_s)})"
    return f"{line}  «{change.quote}»{place}"


def _said(value: str | int | None, terminal: Terminal) -> str:
    if value is None:
        return "–"
    return terminal.catalogue.named("verdict", value) if isinstance(value, str) else str(value)
