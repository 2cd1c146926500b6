"""`timbre model list|fetch|verify|pin`: the speech models and their bytes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from audio.known_models import KNOWN, Model
from audio.weights import LocatedModel, locate, placed_at, sha256_of_file, sweep, verified
from models.errors import ModelError
from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, Setting, setting

_STALE_S = 86_400.0
"""No fetch takes a day: what is older was left by one that crashed."""

VOICES = "voices"
NameArgument = Annotated[str | None, typer.Argument(metavar="[NAME]")]
FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False)]


def list_models(config: ConfigOption = None, language: LanguageOption = None, *, as_json: JsonOption = False) -> None:
    """Print the models that are known and those that are here."""
    found = setting(config, language)
    rows = [_row(found, model) for model in ({**KNOWN, found.settings.transcriber.model: _model(found, None)}).values()]
    if as_json:
        found.terminal.json(rows)
        return
    text = found.terminal.text
    table = Table(text("model-name"), text("model-size"), text("model-state"), text("model-where"), box=None)
    for row in rows:
        name = f"{row['name']} *" if row["configured"] else str(row["name"])
        size = found.terminal.catalogue.quantity(int(str(row["bytes"])) / 1e6, "MB", 0)
        table.add_row(name, size, text(f"model-state-{row['state']}"), str(row["folder"]))
    found.terminal.out.print(table)


def fetch(name: NameArgument = None, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Bring a model into the cache from the first source that has it; `voices` tells speakers on one channel apart."""
    found = setting(config, language)
    located = _voices(found) if name == VOICES else fetched(found, _model(found, name))
    found.terminal.say("model-ready", name=located.name, folder=str(located.path))


def verify(name: NameArgument = None, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Read every byte of a model that is here and compare it with its pin."""
    from monitor.config import model_cache

    found = setting(config, language)
    model = _model(found, name)
    path = _named_path(found, name) or placed_at(model, model_cache(found.settings))
    located = verified(model, path)
    found.terminal.say("model-verified", name=located.name, folder=str(located.path), sha256=located.sha256)


def pin(folder: FolderArgument, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Print the configuration that pins a model of one's own."""
    found = setting(config, language)
    out = found.terminal.out
    out.print("[transcriber.model_files]", markup=False, highlight=False)
    for path in sorted(folder.iterdir()):
        if path.suffix in {".bin", ".json", ".txt"}:
            out.print(f'"{path.name}" = "{sha256_of_file(path)}"', markup=False, highlight=False, soft_wrap=True)


def fetched(found: Setting, model: Model) -> LocatedModel:
    """The model, brought with a progress bar where it has to be.

    Raises:
        ModelError: where no source has it.
    """
    from monitor.config import model_cache
    from monitor.parts import fetchers

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=found.terminal.err, transient=True) as progress:
        task = progress.add_task("", visible=False, total=None)

        def report(source: str, done: int, total: int) -> None:
            description = found.terminal.text("model-fetching", name=model.name, source=_source(found, source))
            progress.update(task, description=description, completed=done, total=total or None, visible=True)

        cache, path = model_cache(found.settings), _named_path(found, model.name)
        sweep(cache, time.time() - _STALE_S)
        return locate(model, cache, path=path, fetchers=fetchers(found.settings), report=report)


def _source(found: Setting, source: str) -> str:
    return found.terminal.catalogue.named("source", source)


def _voices(found: Setting) -> LocatedModel:
    from monitor.parts import fetched_voices

    return fetched_voices(found.settings)


def _model(found: Setting, name: str | None) -> Model:
    from monitor.parts import speech_model

    return speech_model(found.settings, name)


def _named_path(found: Setting, name: str | None) -> Path | None:
    transcriber = found.settings.transcriber
    mine = name in (None, transcriber.model)
    return Path(transcriber.model_path).expanduser() if mine and transcriber.model_path else None


def _row(found: Setting, model: Model) -> dict[str, object]:
    from monitor.config import model_cache

    path = _named_path(found, model.name) or placed_at(model, model_cache(found.settings))
    state = "ready"
    try:
        verified(model, path)
    except ModelError as error:
        state = "damaged" if error.code == "model_damaged" else "absent"
    configured = model.name == found.settings.transcriber.model
    size = model.builds[0].size
    return {"name": model.name, "bytes": size, "state": state, "folder": str(path), "configured": configured}
