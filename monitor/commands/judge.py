"""`timbre judge`: what the rules of today say of the calls that are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from monitor.commands.selecting import (
    AgentOption,
    BatchOption,
    FlaggedOption,
    QueueOption,
    SinceOption,
    UntilOption,
    selection_of,
)
from monitor.terminal import Terminal

if TYPE_CHECKING:
    from monitor.judging import Difference, Judged
    from monitor.rejudge import Cause


def judge(
    *,
    agent: AgentOption = None,
    queue: QueueOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    batch: BatchOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
    flagged: FlaggedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge stored analyses again where the rules changed, and tell which verdicts changed and why."""
    from models.store import Store
    from monitor.config import database_url
    from monitor.judging import judge_again
    from monitor.parts import rules
    from monitor.presence import now

    found = setting(config, language)
    today = rules(found.settings)
    archive = Store(database_url(found.settings))
    try:
        archive.migrate()
        zone = found.settings.reading.timezone
        selection = selection_of(
            archive, zone, agent=agent, queue=queue, since=since, until=until, batch=batch, flagged=flagged
        )
        judged = list(judge_again(archive, today, selection, now))
    finally:
        archive.close()
    changed = [call for call in judged if call.differences]
    if as_json:
        found.terminal.json({"judged": len(judged), "changed": [_plain(call) for call in changed]})
        return
    for call in changed:
        found.terminal.out.print(f"{call.file}  ({call.recording_id})", markup=False, highlight=False)
        for line in (*(_change(item, found.terminal) for item in call.differences), _why(call.causes, found.terminal)):
            found.terminal.out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    found.terminal.say("judge-summary", judged=len(judged), changed=len(changed))


def _plain(call: Judged) -> dict[str, Any]:
    return {
        "recording_id": call.recording_id,
        "file": call.file,
        "differences": [asdict(item) for item in call.differences],
        "causes": [asdict(item) for item in call.causes],
    }


def _change(difference: Difference, terminal: Terminal) -> str:
    subject = difference.kind.partition("_")[0]
    name = terminal.catalogue.named(subject, difference.id) if difference.id else ""
    before, after = (_said(value, terminal) for value in (difference.before, difference.after))
    return terminal.text(f"judge-{difference.kind}", name=name, before=before, after=after)


def _why(causes: Sequence[Cause], terminal: Terminal) -> str:
    """The causes in one line; limits by the names of their keys, as the configuration has them."""
    said = (
        terminal.text(f"judge-cause_{cause.kind}", id=cause.id, before=str(cause.before), after=str(cause.after))
        for cause in causes
    )
    return terminal.text("judge-why", causes="; ".join(said) or terminal.text("judge-cause_first"))


def _said(value: str | float | None, terminal: Terminal) -> str:
    if value is None:
        return terminal.text("judge-none")
    return terminal.catalogue.named("verdict", value) if isinstance(value, str) else terminal.catalogue.number(value, 1)
