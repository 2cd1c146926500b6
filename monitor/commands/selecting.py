"""Options that say which stored calls a command is about, and the selection that they make."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from models.store import Store
    from models.work import Selection

_DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]

AgentOption = Annotated[str | None, typer.Option("--agent", metavar="ID")]
QueueOption = Annotated[str | None, typer.Option("--queue", metavar="NAME")]
SinceOption = Annotated[datetime | None, typer.Option("--since", formats=_DAYS, metavar="YYYY-MM-DD")]
UntilOption = Annotated[datetime | None, typer.Option("--until", formats=_DAYS, metavar="YYYY-MM-DD")]
BatchOption = Annotated[str | None, typer.Option("--batch", metavar="LABEL")]
FlaggedOption = Annotated[bool | None, typer.Option("--flagged/--not-flagged")]


def selection_of(
    store: Store,
    zone: str,
    *,
    agent: str | None,
    queue: str | None,
    since: datetime | None,
    until: datetime | None,
    batch: str | None,
    flagged: bool | None,
) -> Selection:
    """The calls that these options select; moments are of `zone`.

    Raises:
        typer.BadParameter: for a batch that is not there.
    """
    from models.work import Selection

    batch_id = None if batch is None else store.batch_named(batch)
    if batch is not None and batch_id is None:
        raise typer.BadParameter(batch, param_hint="--batch")
    here = ZoneInfo(zone)
    begins, ends = (moment and moment.replace(tzinfo=here) for moment in (since, until))
    return Selection(batch_id, agent_id=agent, queue=queue, since=begins, until=ends, flagged=flagged)
