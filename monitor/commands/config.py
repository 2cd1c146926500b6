"""`timbre config check|show`: is the configuration right, and what does each key come to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting

FileArgument = Annotated[Path | None, typer.Argument(metavar="[FILE]", dir_okay=False)]


def check(file: FileArgument = None, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Name every mistake of a configuration, or say that there is none."""
    found = setting(file or config, language)
    name = found.loaded.file or found.terminal.text("config-no_file")
    found.terminal.say("config-fine", file=str(name))


def show(config: ConfigOption = None, language: LanguageOption = None, *, as_json: JsonOption = False) -> None:
    """Print every key, its value and where the value comes from."""
    from monitor.settings.reading import values_of

    found = setting(config, language)
    values = {key: _masked(key, value) for key, value in values_of(found.settings).items()}
    origins = found.loaded.origins
    if as_json:
        rows = [{"key": ".".join(key), "value": value, "origin": origins[key]} for key, value in values.items()]
        found.terminal.json({"file": found.loaded.file and str(found.loaded.file), "values": rows})
        return
    for key, value in values.items():
        origin = found.terminal.catalogue.named("origin", origins[key])
        line = f"{'.'.join(key)} = {json.dumps(value, ensure_ascii=False)}  # {origin}"
        found.terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)


def _masked(key: tuple[str, ...], value: Any) -> Any:
    """The value as JSON has it, without what must not be shown."""
    from models.database import database_url, shown

    if key == ("database", "url") and value:
        return shown(database_url(value))
    if key[-1] == "token" and value:
        return "***"
    return to_jsonable_python(value)
