"""`timbre protocol check`: every mistake of a protocol, or what is in it and what to look at."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from monitor.terminal import Terminal

if TYPE_CHECKING:
    from monitor.protocol.doubts import Doubt

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


def check(
    file: FileArgument, config: ConfigOption = None, language: LanguageOption = None, *, as_json: JsonOption = False
) -> None:
    """Name every mistake of a protocol file, or say what is in it and what is probably not meant."""
    from models.rules import digest_of
    from monitor.commands.protocol.tables import edition_of, steps_table, weights_of
    from monitor.protocol.doubts import doubts
    from monitor.protocol.pack import read_with_base

    terminal = setting(config, language).terminal
    protocol, base = read_with_base(file)
    found = doubts(protocol, base)
    if as_json:
        head = {"name": protocol.name, "version": protocol.version, "sha256": digest_of(protocol)}
        extends = [asdict(edition) for edition in protocol.extends]
        warnings = [asdict(doubt) for doubt in found]
        terminal.json(head | {"extends": extends, "entries": weights_of(protocol), "warnings": warnings})
        return
    counts = {"steps": len(protocol.steps), "violations": len(protocol.violations)}
    terminal.say("protocol-fine", file=str(file), name=protocol.name, version=protocol.version, **counts)
    terminal.out.print(edition_of(protocol, terminal), markup=False, highlight=False, soft_wrap=True)
    terminal.out.print(steps_table(protocol, terminal.catalogue))
    terminal.say("protocol-warnings", count=len(found))
    for doubt in found:
        terminal.out.print(f"  {_told(doubt, terminal)}", markup=False, highlight=False, soft_wrap=True)


def _told(doubt: Doubt, terminal: Terminal) -> str:
    id_, other = doubt.id, doubt.other
    return terminal.text(f"protocol-doubt_{doubt.kind}", id=id_, pattern=doubt.pattern, other=other)
