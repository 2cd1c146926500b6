"""Asterisk's `queue_log`: who waited in which queue, and which agent's telephone rang for how long.

A line is `epoch|unique id|queue|agent|event|...`; the parameters of each event are in Asterisk's documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC

from audio.sources.cdr import Cdr, ids_of, seconds_of, text_of
from audio.sources.names import EPOCH, parse_time
from models.recording import CallFacts

_FIELDS = 5
_NOBODY = frozenset({"NONE", "REALTIME", "MANAGER"})
_MOST_CALLS = 500_000


def queue_log_rows(lines: Iterable[str]) -> Iterator[Cdr | None]:
    """A record of each call that entered a queue, in that order; `None` for each line that is none."""
    calls: dict[str, Cdr] = {}
    for line in lines:
        fields = line.rstrip("\r\n").split("|")
        if len(fields) < _FIELDS:
            yield None
        elif fields[1] not in _NOBODY and (fields[1] in calls or len(calls) < _MOST_CALLS):
            calls[fields[1]] = _told(calls.get(fields[1], Cdr(ids_of(fields[1:2]))), fields)
    yield from (call for call in calls.values() if call.ids and call.facts.queue)


def _told(call: Cdr, fields: list[str]) -> Cdr:
    """The call after one line. Without ENTERQUEUE (the log was rotated) its start is not known."""
    epoch, _, queue, agent, event, *more = fields
    if event == "ENTERQUEUE":
        start = call.facts.started_at or parse_time(epoch, EPOCH, UTC)
        facts = replace(call.facts, started_at=start, queue=text_of(queue), caller=text_of(_at(more, 1)))
        return replace(call, facts=facts, answered=bool(call.answered))
    if event == "CONNECT" and not call.answered:  # the first agent's; a later one is a transfer's
        ids = ids_of((*call.ids, _at(more, 1)))
        return replace(call, ids=ids, facts=_connected(call.facts, queue, agent, _at(more, 2)), answered=True)
    if event in ("COMPLETEAGENT", "COMPLETECALLER"):
        waited_s, talked_s = seconds_of(_at(more, 0)), seconds_of(_at(more, 1))
        known = waited_s is not None and talked_s is not None
        return replace(call, talk_s=talked_s, duration_s=(waited_s or 0) + (talked_s or 0) if known else None)
    if event == "ABANDON":
        return replace(call, duration_s=seconds_of(_at(more, 2)), answered=bool(call.answered))
    return call


def _connected(facts: CallFacts, queue: str, agent: str, ring_time: str | None) -> CallFacts:
    name = text_of(agent.partition("/")[2].partition("@")[0] or agent)
    return replace(facts, queue=text_of(queue), agent_id=name, ring_to_answer_s=seconds_of(ring_time, 3600.0))


def _at(values: list[str], index: int) -> str | None:
    return values[index] if index < len(values) else None
