"""`timbre capture`: record calls as they happen. `timbre run`: record and analyse them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import ConfigError
from monitor.commands.options import ConfigOption, LanguageOption, Setting, at_address, setting

if TYPE_CHECKING:
    from monitor.daemon.daemon import Daemon
    from monitor.daemon.pages import StatusServer

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
    _run(found, lambda: Daemon(found.settings, CAPTURED), lambda _: None)


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

    def reload(daemon: Daemon) -> None:
        again = _with_sources(config, language, source, interface, out)
        daemon.reload(again.settings, analysis_of(again))

    _run(found, lambda: Daemon(found.settings, part.job.analysis_key, part), reload)


def _with_sources(
    config: Path | None, language: str | None, source: list[str] | None, interface: str | None, out: Path | None = None
) -> Setting:
    """The configuration with the options over it."""
    names = source or (["interface"] if interface else [])
    overrides = {
        "TIMBRE_CAPTURE__SOURCES": json.dumps(names) if names else None,
        "TIMBRE_CAPTURE__INTERFACE__NAME": interface,
        "TIMBRE_ANALYSIS__OUT": out and str(out),
    }
    found = setting(config, language, {name: value for name, value in overrides.items() if value})
    if not found.settings.capture.sources:
        raise ConfigError(found.terminal.text("capture-no-sources"))
    return found


def _run(found: Setting, made: Callable[[], Daemon], reload: Callable[[Daemon], None]) -> None:
    """The address is had before any source is opened: a second daemon disturbs nothing of the first."""
    from monitor.daemon.logs import log_to_stderr
    from monitor.daemon.pages import StatusServer
    from monitor.daemon.running import run_until_stopped

    section = found.settings.daemon
    log_to_stderr(section.log_level)
    server = StatusServer(section.host, section.port, lambda: daemon.status)
    try:
        daemon = made()
        finished = run_until_stopped(daemon, lambda: reload(daemon), lambda: _started(found, daemon, server))
    finally:
        server.stop()
    found.terminal.note("capture-stopped" if finished else "capture-stopped-unfinished")
    if not finished:
        raise typer.Exit(UNFINISHED)


def _started(found: Setting, daemon: Daemon, server: StatusServer) -> None:
    server.start()
    address = f"http://{at_address(found.settings.daemon.host, server.port)}/health"
    found.terminal.note("capture-running", sources=", ".join(daemon.sources), address=address)
