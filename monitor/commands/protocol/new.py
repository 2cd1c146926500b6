"""`timbre protocol new`: a protocol to start from, with what to do next."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.options import ConfigOption, LanguageOption, setting

NameArgument = Annotated[str, typer.Argument(metavar="NAME")]
FromOption = Annotated[str, typer.Option("--from", metavar="NAME|FILE")]
CopyOption = Annotated[bool, typer.Option("--copy")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", dir_okay=False)]
ForceOption = Annotated[bool, typer.Option("--force")]
_NAME = re.compile(r"\w[\w.-]{0,63}")


def new(
    name: NameArgument,
    base: FromOption = "telephone-service-es",
    out: OutOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
    *,
    copy: CopyOption = False,
    force: ForceOption = False,
) -> None:
    """Write a file that extends a protocol, or a copy of it, to be edited."""
    from monitor.protocol.starter import copied, starter

    if not _NAME.fullmatch(name):
        raise typer.BadParameter(f"{name}: a-z 0-9 . - _", param_hint="NAME")
    terminal = setting(config, language).terminal
    path = out or Path(f"{name}.toml")
    text = copied(name, base) if copy else starter(name, base, path.parent, terminal.catalogue.language)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise typer.BadParameter(terminal.text("protocol-exists", file=str(path)), param_hint="--out") from error
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--out") from error
    terminal.say("protocol-written", file=str(path), base=base)
