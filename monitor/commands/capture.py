"""`timbre capture`: record calls as they happen. `timbre run`: record and analyse them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import ConfigError
from monitor.commands.options import ConfigOption, LanguageOption, Setting, setting

if TYPE_CHECKING:
    from monitor.daemon.daemon import Daemon

UNFINISHED = 1

OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", file_okay=False)]
SourceOption = Annotated[list[str] | None, typer.Option("--source", metavar="interface|ring|siprec|soundcard")]
InterfaceOption = Annotated[str | None, typer.Option("--interface", metavar="NAME")]


def capture(
    source: SourceOption = None,
    interface: InterfaceOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
) -> None:
    """Record calls until stopped; what is recorded waits in the queue for analysis."""
    from monitor.daemon.daemon import Daemon
    from monitor.fingerprint import CAPTURED

    found = _with_sources(config, language, source, interface)
    daemon = Daemon(found.settings, CAPTURED)
    _run(found, daemon, lambda: None)


def run(
    source: SourceOption = None,
    interface: InterfaceOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
) -> None:
    """Record calls and analyse each as soon as it ends, until stopped."""
    from monitor.commands.running import analysis_of
    from monitor.daemon.daemon import Daemon

    found = _with_sources(config, language, source, interface, out)
    part = analysis_of(found)
    daemon = Daemon(found.settings, part.job.analysis_key, part)

    def reload() -> None:
        try:
            again = _with_sources(config, language, source, interface, out)
            daemon.reload(again.settings, analysis_of(again))
        except ConfigError as error:
            found.terminal.failed([str(error)])

    _run(found, daemon, reload)


def _with_sources(
    config: Path | None, language: str | None, source: list[str] | None, interface: str | None, out: Path | None = None
) -> Setting:
    """The configuration with the options over it."""
    names = source or (["interface"] if interface else [])
    overrides = {
        "TIMBRE_CAPTURE__SOURCES": "[" + ", ".join(f'"{name}"' for name in names) + "]" if names else None,
        "TIMBRE_CAPTURE__INTERFACE__NAME": interface,
        "TIMBRE_ANALYSIS__OUT": out and str(out),
    }
    found = setting(config, language, {name: value for name, value in overrides.items() if value})
    if not found.settings.capture.sources:
        raise ConfigError(found.terminal.text("capture-no-sources"))
    return found


def _run(found: Setting, daemon: Daemon, reload: Callable[[], None]) -> None:
    from monitor.daemon.pages import StatusServer
    from monitor.daemon.running import run_until_stopped

    section = found.settings.daemon
    server = StatusServer(section.host, section.port, lambda: daemon.status)
    server.start()
    found.terminal.note(
        "capture-running", sources=", ".join(daemon.sources), address=f"http://{section.host}:{server.port}/health"
    )
    try:
        finished = run_until_stopped(daemon, reload)
    finally:
        server.stop()
    found.terminal.note("capture-stopped" if finished else "capture-stopped-unfinished")
    if not finished:
        raise typer.Exit(UNFINISHED)
