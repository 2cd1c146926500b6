"""`timbre protocol test`: a protocol tried on stored calls or on labelled sentences. Nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, Setting, setting
from monitor.commands.selecting import (
    AgentOption,
    BatchOption,
    FlaggedOption,
    QueueOption,
    SinceOption,
    UntilOption,
    selection_of,
)

if TYPE_CHECKING:
    from models.rules import Rules
    from models.store import Store
    from models.work import Selection

ProtocolArgument = Annotated[str, typer.Argument(metavar="FILE|NAME")]
AgainstOption = Annotated[str | None, typer.Option("--against", metavar="FILE|NAME")]
SentencesOption = Annotated[Path | None, typer.Option("--sentences", metavar="FILE.jsonl", dir_okay=False)]
CallsOption = Annotated[int, typer.Option("--calls", min=0, max=1000)]


def try_out(
    protocol: ProtocolArgument,
    *,
    agent: AgentOption = None,
    queue: QueueOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    batch: BatchOption = None,
    sentences: SentencesOption = None,
    against: AgainstOption = None,
    calls: CallsOption = 10,
    config: ConfigOption = None,
    language: LanguageOption = None,
    flagged: FlaggedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who would be judged differently by a protocol than by the one in force, or `--against` another."""
    from models.store import Store
    from monitor.config import database_url

    found = setting(config, language)
    before, after = _rules(found, against, protocol)
    if sentences is not None:
        _try_sentences(found, sentences, before, after, as_json=as_json)
        return
    store = Store(database_url(found.settings))
    try:
        store.check()
        zone = found.settings.reading.timezone
        selection = selection_of(
            store, zone, agent=agent, queue=queue, since=since, until=until, batch=batch, flagged=flagged
        )
        _try_calls(found, store, selection, before, after, calls=calls, as_json=as_json)
    finally:
        store.close()


def _rules(found: Setting, against: str | None, protocol: str) -> tuple[Rules, Rules]:
    """The rules of today with the one protocol and with the other: only that differs."""
    from dataclasses import replace

    from monitor.parts import rules
    from monitor.protocol.pack import named_protocol

    today = rules(found.settings)
    before = today if against is None else replace(today, protocol=named_protocol(against), others=())
    return before, replace(today, protocol=named_protocol(protocol), others=())


def _try_calls(
    found: Setting, store: Store, selection: Selection, before: Rules, after: Rules, *, calls: int, as_json: bool
) -> None:
    from monitor.commands.protocol.trial_report import plain_trial, print_trial
    from monitor.commands.waiting import counted
    from monitor.trial import Trial, tried

    count = store.count(selection)
    trial = Trial(most=calls)
    for call in counted(found.terminal, "trial-progress", tried(store.documents(selection), before, after), count):
        trial.add(call)
    if as_json:
        found.terminal.json(plain_trial(trial, before, after))
    else:
        print_trial(trial, before, after, found.terminal)


def _try_sentences(found: Setting, path: Path, before: Rules, after: Rules, *, as_json: bool) -> None:
    from monitor.commands.protocol.sentence_report import plain_sentences, print_sentences
    from monitor.commands.waiting import counted
    from monitor.sentences import Marks, read_sentences

    read = read_sentences(path)
    old, new = Marks(read), Marks(read)
    for sentence in counted(found.terminal, "trial-sentences_progress", read, len(read)):
        old.add(sentence, before)
        new.add(sentence, after)
    if as_json:
        found.terminal.json(plain_sentences(old, new, before, after))
    else:
        print_sentences(old, new, before, after, found.terminal)
