"""`timbre protocol explain`: why a stored call got its verdict on a step or violation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.errors import StoreError
from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, Setting, setting

if TYPE_CHECKING:
    from models.rules import Rules
    from monitor.protocol.explaining import Explanation

CallArgument = Annotated[str, typer.Argument(metavar="CALL")]
EntryArgument = Annotated[str | None, typer.Argument(metavar="ID")]
ProtocolOption = Annotated[str | None, typer.Option("--protocol", metavar="FILE|NAME")]
SIZE_MAX = 100_000_000
LISTED_MAX = 5


def explain(
    call: CallArgument,
    entry: EntryArgument = None,
    protocol: ProtocolOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show what led to the verdict: where was searched, what was heard, what it lacked."""
    from models.document import analysis_from, verdict_from
    from monitor.commands.protocol.explain_report import plain_explained, print_explained

    found = setting(config, language)
    rules = _rules(found, protocol)
    document = _document(found, call)
    rules = rules.spoken_in(analysis_from(document).analysed_with.language)
    explained = _explained(document, rules, entry)
    stored = verdict_from(document)
    file = document["recording"]["file"]
    if as_json:
        found.terminal.json(plain_explained(file, explained, rules, stored))
    else:
        print_explained(file, explained, rules, stored, found.terminal, whole=entry is not None)


def _rules(found: Setting, protocol: str | None) -> Rules:
    from dataclasses import replace

    from monitor.parts import rules
    from monitor.protocol.pack import named_protocol

    today = rules(found.settings)
    return today if protocol is None else replace(today, protocol=named_protocol(protocol), others=())


def _explained(document: dict[str, Any], rules: Rules, entry: str | None) -> list[Explanation]:
    """The explanations asked for: of one step or violation, or of all."""
    from models.document import analysis_from
    from monitor.commands.protocol.show import entry_of
    from monitor.protocol.call import call_of
    from monitor.protocol.engine import step_results
    from monitor.protocol.explaining import explained_step, explained_violation
    from monitor.protocol.violations import violations

    if entry is not None:
        entry_of(rules.protocol, entry)
    call = call_of(analysis_from(document), rules)
    broken = violations(call)
    steps = {step.id: step for step in rules.protocol.steps}
    return [
        *(
            explained_step(call, steps[result.id], result)
            for result in step_results(call)
            if entry in (None, result.id)
        ),
        *(explained_violation(call, one, broken) for one in rules.protocol.violations if entry in (None, one.id)),
    ]


def _document(found: Setting, call: str) -> dict[str, Any]:
    """The document of a call: a file of it, or what the database has under this id or file name."""
    path = Path(call)
    return _read(path) if path.suffix == ".json" and path.is_file() else _stored(found, call)


def _read(path: Path) -> dict[str, Any]:
    """The document in a file.

    Raises:
        typer.BadParameter: where it is none of ours.
    """
    from models.document import SCHEMA, analysis_from

    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
        if len(content) > SIZE_MAX:
            raise typer.BadParameter(f"{path}: > {SIZE_MAX} bytes", param_hint="CALL")
        document: dict[str, Any] = json.loads(content)
        analysis_from(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise typer.BadParameter(f"{path}: {SCHEMA}: {type(error).__name__}", param_hint="CALL") from error
    return document


def _stored(found: Setting, call: str) -> dict[str, Any]:
    """The document that the database has of a call.

    Raises:
        StoreError: `call_unknown`, `call_ambiguous`.
    """
    from itertools import islice

    from models.archive import Archive
    from models.work import Selection
    from monitor.config import database_url

    archive = Archive(database_url(found.settings))
    try:
        archive.check()
        by_id = list(archive.documents(Selection(recording_id=call)))
        named = by_id or list(islice(archive.documents(Selection(name=call)), LISTED_MAX))
    finally:
        archive.close()
    if not named:
        raise StoreError(call, "call_unknown")
    if len(named) > 1:
        raise StoreError("\n".join(f"{call}: {one.recording_id}" for one in named), "call_ambiguous")
    return named[0].document
