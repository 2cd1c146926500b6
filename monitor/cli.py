"""`timbre`: the command line. Its words are in the message catalogue, its commands in `monitor.commands`."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from models.errors import ConfigError, ProtocolError, TimbreError
from monitor.commands import (
    analyse,
    calls,
    capture,
    config,
    devices,
    doctor,
    judge,
    mark,
    model,
    originals,
    reconcile,
    version,
)
from monitor.commands.protocol import check as protocol_check
from monitor.commands.protocol import diff as protocol_diff
from monitor.commands.protocol import explain as protocol_explain
from monitor.commands.protocol import new as protocol_new
from monitor.commands.protocol import show as protocol_show
from monitor.commands.protocol import trying as protocol_trying
from monitor.terminal import chosen_language, terminal, told
from reports.catalogue import Catalogue

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end with its status: 0, 1 some failed, 2 wrong usage or configuration, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = chosen_language(_value_of("--language", given), "auto", os.environ)
    command = typer.main.get_command(application())
    _put_help(command, "cli", Catalogue(language))
    command(args=given, prog_name="timbre")


def application() -> typer.Typer:
    """Every command under its name."""
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(_timbre)
    app.command("analyse")(_guarded(analyse.analyse))
    app.command("capture")(_guarded(capture.capture))
    app.command("run")(_guarded(capture.run))
    app.command("calls")(_guarded(calls.calls))
    app.command("devices")(_guarded(devices.devices))
    app.command("judge")(_guarded(judge.judge))
    app.command("originals")(_guarded(originals.originals))
    app.command("reconcile")(_guarded(reconcile.reconcile))
    app.command("doctor")(_guarded(doctor.doctor))
    app.command("version")(_guarded(version.version))
    _group(app, "config", {"check": config.check, "show": config.show})
    _group(app, "mark", {"start": mark.start, "end": mark.end, "pause": mark.pause, "resume": mark.resume})
    _group(app, "protocol", _protocol())
    _group(app, "model", {"list": model.list_models, "fetch": model.fetch, "verify": model.verify, "pin": model.pin})
    return app


def _protocol() -> dict[str, Callable[..., None]]:
    return {
        "new": protocol_new.new,
        "check": protocol_check.check,
        "test": protocol_trying.try_out,
        "diff": protocol_diff.diff,
        "explain": protocol_explain.explain,
        "show": protocol_show.show,
    }


def _timbre() -> None:
    """Do nothing: without a command the help is shown."""


def _group(app: typer.Typer, name: str, commands: dict[str, Callable[..., None]]) -> None:
    group = typer.Typer(no_args_is_help=True)
    for verb, function in commands.items():
        group.command(verb)(_guarded(function))
    app.add_typer(group, name=name)


def _guarded(function: Callable[..., None]) -> Callable[..., None]:
    """The command with its errors told to people and turned into an exit status."""

    @functools.wraps(function)
    def command(**options: Any) -> None:
        speaker = terminal(chosen_language(options.get("language"), "auto", os.environ))
        try:
            function(**options)
        except TimbreError as error:
            speaker.failed(told(error, speaker.catalogue))
            raise typer.Exit(USAGE if isinstance(error, ConfigError | ProtocolError) else FAILED) from error
        except KeyboardInterrupt as error:
            speaker.note("cli-interrupted")
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:  # the reader of our output, such as `head`, has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(FAILED) from error

    return command


def _put_help(command: Any, name: str, catalogue: Catalogue) -> None:
    """Give a command and all below it the catalogue's words.

    Ids are `cli-<command>-help`, `cli-<command>-examples`, and for a parameter `cli-<command>-<parameter>`
    or, where commands share it, `cli-option-<parameter>`.
    """
    command.help = catalogue.text(f"{name}-help")
    examples = f"{name}-examples"
    command.epilog = catalogue.text(examples) if catalogue.has(examples) else None
    for parameter in command.params:
        own, shared = f"{name}-{parameter.name}", f"cli-option-{parameter.name}"
        if catalogue.has(own) or not parameter.help:
            parameter.help = catalogue.text(own if catalogue.has(own) else shared)
    for verb, child in getattr(command, "commands", {}).items():
        _put_help(child, f"{name}-{verb}", catalogue)


def _value_of(name: str, arguments: Sequence[str]) -> str | None:
    """The value of an option before the line is parsed: the words of a usage error depend on it."""
    for index, argument in enumerate(arguments):
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
        if argument == name and index + 1 < len(arguments):
            return arguments[index + 1]
    return None
