"""`timbre protocol show`: a protocol, or one entry of it, as it is judged: with all that it inherits."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, Setting, setting
from monitor.terminal import Terminal

if TYPE_CHECKING:
    from models.protocol import Condition, Forbidden, Protocol, Step

ProtocolArgument = Annotated[str | None, typer.Argument(metavar="NAME|FILE")]
EntryArgument = Annotated[str | None, typer.Argument(metavar="ID")]
_LISTS = ("said", "said_last", "near_misses", "excused_by")


def show(
    protocol: ProtocolArgument = None,
    entry: EntryArgument = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Print the steps that calls are judged by, or how one of them is said."""
    from monitor.commands.protocol.tables import edition_of, steps_table

    found = setting(config, language)
    terminal = found.terminal
    shown, entry = _chosen(found, protocol, entry)
    values = entry_of(shown, entry) if entry else None
    if as_json:
        terminal.json(_plain(values or shown))
        return
    terminal.out.print(edition_of(shown, terminal), markup=False, highlight=False, soft_wrap=True)
    if values:
        _print(values, terminal)
    else:
        terminal.out.print(steps_table(shown, terminal.catalogue))


def _chosen(found: Setting, named: str | None, entry: str | None) -> tuple[Protocol, str | None]:
    """The protocol and the id: one argument alone may be either."""
    from monitor.parts import rules
    from monitor.protocol.pack import named_protocol, shipped_names

    if named is None:
        return rules(found.settings).protocol, None
    if entry is None and named not in shipped_names() and not named.endswith(".toml") and not Path(named).is_file():
        return rules(found.settings).protocol, named
    return named_protocol(named), entry


def entry_of(protocol: Protocol, entry: str) -> Step | Forbidden | Condition:
    """The step, violation or condition of this id.

    Raises:
        typer.BadParameter: where there is none, with the likeliest meant.
    """
    from rapidfuzz import process

    entries: list[Step | Forbidden | Condition] = [*protocol.conditions, *protocol.violations, *protocol.steps]
    known = {one.id: one for one in entries}
    if entry not in known:
        near = process.extractOne(entry, list(known))
        raise typer.BadParameter(f"{entry}: {near[0] if near else ''}?", param_hint="ID")
    return known[entry]


def _plain(value: Any) -> Any:
    return asdict(value)


def _print(entry: Step | Forbidden | Condition, terminal: Terminal) -> None:
    def line(text: str) -> None:
        terminal.out.print(text, markup=False, highlight=False, soft_wrap=True)

    values = asdict(entry)
    kind = "step" if "phase" in values else "violation" if "penalty" in values else "condition"
    line(f"{terminal.catalogue.named(kind, entry.id)} ({entry.id})")
    for key, value in values.items():
        if key in _LISTS and value:
            line(f"  {key}:")
            for pattern in value:
                line(f"    {pattern}")
        elif key != "id" and key not in _LISTS and value not in (None, False):
            line(f"  {key}: {value}")
