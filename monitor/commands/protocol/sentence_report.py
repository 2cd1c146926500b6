"""How a protocol fared on labelled sentences, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from models.rules import Rules
from monitor.commands.protocol.tables import edition_of
from monitor.sentences import Count, Marks, Miss
from monitor.terminal import Terminal


def plain_sentences(old: Marks, new: Marks, before: Rules, after: Rules) -> dict[str, Any]:
    """Counts, precision and recall of each step and violation under both protocols, and what was missed."""
    return {
        "sentences": new.sentences,
        "before": {"protocol": before.protocol.name, "version": before.protocol.version, **_counts(old)},
        "after": {"protocol": after.protocol.name, "version": after.protocol.version, **_counts(new)},
        "misses": [asdict(miss) for miss in new.misses],
    }


def _counts(marks: Marks) -> dict[str, Any]:
    return {"total": _count(marks.total), "by_id": {name: _count(one) for name, one in sorted(marks.counts.items())}}


def _count(count: Count) -> dict[str, Any]:
    return asdict(count) | {"precision": count.precision, "recall": count.recall}


def print_sentences(old: Marks, new: Marks, before: Rules, after: Rules, terminal: Terminal) -> None:
    """A table of both, then each miss with its words."""
    for sign, rules in (("−", before), ("+", after)):
        line = f"{sign} {edition_of(rules.protocol, terminal)}"
        terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)
    terminal.out.print(_table(old, new, after, terminal))
    terminal.say("sentences-misses", count=len(new.misses))
    for miss in new.misses:
        terminal.out.print(f"  {_told(miss, after, terminal)}", markup=False, highlight=False, soft_wrap=True)


def _table(old: Marks, new: Marks, after: Rules, terminal: Terminal) -> Table:
    columns = ("step", "right", "wrong", "missed", "precision", "recall")
    table = Table(*(terminal.text(f"sentences-{column}") for column in columns), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for label in sorted(old.counts.keys() | new.counts.keys()):
        name = _name(label, after, terminal)
        _add(table, name, old.counts.get(label, Count()), new.counts.get(label, Count()), terminal)
    table.add_section()
    _add(table, terminal.text("sentences-total"), old.total, new.total, terminal)
    return table


def _add(table: Table, name: str, old: Count, new: Count, terminal: Terminal) -> None:
    shares = (_change(getattr(old, kind), getattr(new, kind), terminal) for kind in ("precision", "recall"))
    table.add_row(Text(name), str(new.right), str(new.wrong), str(new.missed), *shares)


def _change(old: float | None, new: float | None, terminal: Terminal) -> str:
    before, after = ("–" if share is None else terminal.catalogue.number(share, 3) for share in (old, new))
    return after if before == after else f"{before} → {after}"


def _name(label: str, rules: Rules, terminal: Terminal) -> str:
    forbidden = {one.id for one in rules.protocol.violations}
    return terminal.catalogue.named("violation" if label in forbidden else "step", label)


def _told(miss: Miss, rules: Rules, terminal: Terminal) -> str:
    name = _name(miss.label, rules, terminal)
    return terminal.text(f"sentences-{miss.kind}_one", id=miss.id, name=name, text=miss.text, quote=miss.quote or "")
