"""`timbre doctor`: what works on this machine, and how to mend what does not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from monitor.terminal import Terminal

if TYPE_CHECKING:
    from monitor.doctor import Check

_STYLE = {"fine": "green", "limited": "yellow", "broken": "bold red"}


def doctor(config: ConfigOption = None, language: LanguageOption = None, *, as_json: JsonOption = False) -> None:
    """Look at everything that calls need; the status is 1 where they could not be analysed."""
    from monitor.doctor import Health, examine

    found = setting(config, language)
    checks = list(examine(found.settings, Path(found.settings.analysis.out)))
    if as_json:
        found.terminal.json([asdict(check) | {"mend": _mend(check, found.terminal)} for check in checks])
    else:
        for check in checks:
            _show(check, found.terminal)
    if any(check.health is Health.BROKEN for check in checks):
        raise typer.Exit(1)


def _show(check: Check, terminal: Terminal) -> None:
    health = terminal.text(f"doctor-{check.health}")
    terminal.out.print(
        f"[{_STYLE[check.health.value]}]{health:>9}[/]", terminal.text(f"doctor-check-{check.id}"), end=": "
    )
    terminal.out.print(check.found, markup=False, highlight=False, soft_wrap=True)
    for line in _mend(check, terminal).splitlines():
        terminal.out.print(f"{'':>10}{line}", markup=False, highlight=False, soft_wrap=True)


def _mend(check: Check, terminal: Terminal) -> str:
    return terminal.text(f"doctor-mend-{check.mend}", **check.args) if check.mend else ""
