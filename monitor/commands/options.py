"""Options that several commands share, and the setting that they make."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.terminal import Terminal, chosen_language, terminal

if TYPE_CHECKING:
    from monitor.settings.reading import Loaded
    from monitor.settings.sections import Settings

# Help texts are put in from the catalogue by `monitor.cli`, under the names of the parameters.
ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="FILE", dir_okay=False)]
LanguageOption = Annotated[str | None, typer.Option("--language", metavar="es|en")]
JsonOption = Annotated[bool, typer.Option("--json")]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a command runs under."""

    loaded: Loaded
    terminal: Terminal

    @property
    def settings(self) -> Settings:
        return self.loaded.settings


def setting(config: Path | None, language: str | None, overrides: Mapping[str, str] | None = None) -> Setting:
    """The configuration and the terminal for a command's options.

    `overrides` are options that stand for keys of the configuration, as variables of the environment.

    Raises:
        typer.BadParameter: for a language that there are no messages in.
        InvalidConfigError: with every mistake of the configuration.
    """
    from monitor.config import configured

    if language not in (None, "es", "en"):
        raise typer.BadParameter(f"{language}: es, en", param_hint="--language")
    loaded = configured(config, {**os.environ, **(overrides or {})}, Path.cwd())
    return Setting(loaded, terminal(chosen_language(language, loaded.settings.reports.language, os.environ)))


def at_address(host: str, port: int) -> str:
    """Host and port as a URL has them. Who listens everywhere is asked here."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 # asked, not listened on
    return f"[{here}]:{port}" if ":" in here else f"{here}:{port}"
