"""`timbre protocol check|show`: the service protocol as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from monitor.commands.options import ConfigOption, LanguageOption, setting

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


def check(file: FileArgument, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Name every mistake of a protocol file, or say what is in it."""
    from monitor.protocol.pack import read_protocol

    found = setting(config, language)
    protocol = read_protocol(file)
    found.terminal.say(
        "protocol-fine",
        file=str(file),
        name=protocol.name,
        version=protocol.version,
        steps=len(protocol.steps),
        violations=len(protocol.violations),
    )


def show(config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Print the steps that calls are judged by."""
    from monitor.parts import rules

    found = setting(config, language)
    protocol = rules(found.settings).protocol
    text, named = found.terminal.text, found.terminal.catalogue.named
    table = Table(*(text(f"protocol-{column}") for column in ("step", "phase", "points", "condition")), box=None)
    for step in protocol.steps:
        points = found.terminal.catalogue.number(step.weight, 0)
        table.add_row(named("step", step.id), named("phase", step.phase), points, step.condition or "")
    found.terminal.out.print(f"{protocol.name} {protocol.version}", markup=False, highlight=False)
    found.terminal.out.print(table)
