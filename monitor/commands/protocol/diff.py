"""`timbre protocol diff`: what two protocols say differently, by meaning."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from monitor.terminal import Terminal

if TYPE_CHECKING:
    from models.protocol import Protocol
    from monitor.protocol.differing import Change

BeforeArgument = Annotated[str, typer.Argument(metavar="A")]
AfterArgument = Annotated[str, typer.Argument(metavar="B")]
DIFFERENT = 1
"""Exit status, as that of `diff`."""


def diff(
    before: BeforeArgument,
    after: AfterArgument,
    config: ConfigOption = None,
    language: LanguageOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Tell what two protocols, files or names of shipped ones, say differently; ends with 1 where they differ."""
    from monitor.commands.protocol.tables import edition_of
    from monitor.protocol.differing import changes
    from monitor.protocol.pack import named_protocol

    terminal = setting(config, language).terminal
    old, new = named_protocol(before), named_protocol(after)
    found = changes(old, new)
    if as_json:
        head = {"same": not found, "before": _head(old), "after": _head(new)}
        terminal.json(head | {"changes": [asdict(change) for change in found]})
    else:
        for sign, protocol in (("−", old), ("+", new)):
            line = f"{sign} {edition_of(protocol, terminal)}"
            terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)
        for change in found:
            _print(change, terminal)
        terminal.say("diff-summary", count=len(found))
    if found:
        raise typer.Exit(DIFFERENT)


def _head(protocol: Protocol) -> dict[str, Any]:
    from models.rules import digest_of

    extends = [asdict(edition) for edition in protocol.extends]
    return {
        "name": protocol.name,
        "version": protocol.version,
        "extends": extends,
        "sha256": digest_of(protocol),
    }


def _print(change: Change, terminal: Terminal) -> None:
    """The change in a line, and a line for each phrase or word that is new or gone."""

    def line(text: str) -> None:
        terminal.out.print(text, markup=False, highlight=False, soft_wrap=True)

    subject = terminal.text(f"diff-{change.kind}", name=_name(change, terminal), id=change.id)
    if change.key is None:
        line(terminal.text("diff-new" if change.before is None else "diff-gone", subject=subject))
    elif change.added or change.gone:
        line(subject if change.kind == "words" else f"{subject}: {change.key}")
    else:
        before, after = (_said(value, terminal) for value in (change.before, change.after))
        line(f"{subject}: {change.key} {before} → {after}")
    for sign, texts in (("+", change.added), ("−", change.gone)):
        for text in texts:
            line(f"  {sign} {text}")


def _name(change: Change, terminal: Terminal) -> str:
    if change.kind in ("step", "violation", "measure"):
        return terminal.catalogue.named(change.kind, change.id)
    return change.id


def _said(value: Any, terminal: Terminal) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return terminal.catalogue.number(value, 0 if value.is_integer() else 1)
    return str(value).lower() if isinstance(value, bool) else str(value)
