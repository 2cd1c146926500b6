"""What a protocol holds, as a table for people and as values for programs."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from models.protocol import MeasureWeight, Protocol, Step
from models.rules import digest_of
from monitor.terminal import Terminal
from reports.catalogue import Catalogue

DIGEST_SHOWN = 12


def edition_of(protocol: Protocol, terminal: Terminal) -> str:
    """Name, version, what it extends and the start of its digest."""
    digest, name = digest_of(protocol)[:DIGEST_SHOWN], f"{protocol.name} {protocol.version}"
    if not protocol.extends:
        return terminal.text("protocol-edition", name=name, digest=digest)
    bases = ", ".join(map(str, protocol.extends))
    return terminal.text("protocol-edition_extending", name=name, digest=digest, bases=bases)


def weights_of(protocol: Protocol) -> list[dict[str, Any]]:
    """Every step, measure and violation with its points and share of the score in percent."""
    weighted: list[Step | MeasureWeight] = [*protocol.steps, *protocol.measures]
    total = sum(entry.weight for entry in weighted)
    rows = [
        {
            "kind": "step" if isinstance(entry, Step) else "measure",
            "id": entry.id,
            "phase": getattr(entry, "phase", None),
            "condition": getattr(entry, "condition", None),
            "weight": entry.weight,
            "share_percent": round(100 * entry.weight / total, 2) if total else 0.0,
        }
        for entry in weighted
    ]
    penalties = (
        {"kind": "violation", "id": entry.id, "phase": None, "condition": None, "penalty": entry.penalty}
        for entry in protocol.violations
    )
    return [*rows, *penalties]


def steps_table(protocol: Protocol, catalogue: Catalogue) -> Table:
    """A row a step, measure and violation: phase, condition, points, share of the score."""
    columns = ("step", "id", "phase", "condition", "points", "share")
    table = Table(*(catalogue.text(f"protocol-{column}") for column in columns), box=None, pad_edge=False)
    for numeric in table.columns[4:]:
        numeric.justify = "right"
    for row in weights_of(protocol):
        phase = catalogue.named("phase", row["phase"]) if row["phase"] else ""
        points = -row["penalty"] if row["kind"] == "violation" else row["weight"]
        share = catalogue.number(row["share_percent"], 1) + " %" if row.get("share_percent") else ""
        name = catalogue.named(row["kind"], row["id"])
        shown = catalogue.number(points, 0 if float(points).is_integer() else 1)
        table.add_row(*map(Text, (name, row["id"], phase, row["condition"] or "", shown, share)))
    return table
