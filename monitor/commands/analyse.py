"""`timbre analyse`: recordings in, verdicts out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting

SOME_FAILED, NOTHING_FOUND = 1, 2

PathsArgument = Annotated[list[Path], typer.Argument(metavar="PATH...", exists=True)]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", file_okay=False)]
JobsOption = Annotated[int | None, typer.Option("--jobs", metavar="N", min=1, max=64)]
ChannelOption = Annotated[str | None, typer.Option("--agent-channel", metavar="left|right")]
RetryOption = Annotated[bool, typer.Option("--retry")]


def analyse(
    paths: PathsArgument,
    out: OutOption = None,
    jobs: JobsOption = None,
    *,
    agent_channel: ChannelOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
    retry: RetryOption = False,
    as_json: JsonOption = False,
) -> None:
    """Analyse recordings and write what came of them."""
    from models.store import Store
    from monitor.batch import failed
    from monitor.commands.analysing import results_of, tell
    from monitor.config import database_url

    found = setting(config, language, _overrides(out, jobs, agent_channel))
    store = Store(database_url(found.settings))
    try:
        results = results_of(found, store, paths, retry=retry)
    finally:
        store.close()
    tell(found, results, paths, as_json=as_json)
    if not results:
        raise typer.Exit(NOTHING_FOUND)
    if failed([result.row for result in results]):
        raise typer.Exit(SOME_FAILED)


def _overrides(out: Path | None, jobs: int | None, agent_channel: str | None) -> dict[str, str]:
    """The options that stand for keys of the configuration."""
    from audio.sources.agent_channel import parse_agent_channel

    overrides = {"TIMBRE_ANALYSIS__OUT": out and str(out), "TIMBRE_ANALYSIS__JOBS": jobs and str(jobs)}
    if agent_channel is not None:
        try:
            channel = parse_agent_channel(agent_channel)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--agent-channel") from error
        overrides["TIMBRE_READING__AGENT_CHANNEL"] = ("left", "right")[channel]
    return {name: value for name, value in overrides.items() if value}
