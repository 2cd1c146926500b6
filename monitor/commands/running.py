"""What `timbre run` does beside capture: the model, the workers' job, and the pages of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from models.store import Store
from models.work import BatchRow, State
from monitor.capture.handover import day_label
from monitor.commands.analysing import document_of, publication
from monitor.commands.model import fetched
from monitor.commands.options import Setting
from monitor.config import database_url
from monitor.daemon.derived import AnalysisPart
from monitor.fingerprint import analysis_key
from monitor.outputs import publish
from monitor.parts import located_voices, rules, speech_model
from monitor.presence import now
from monitor.workers import Job


def analysis_of(found: Setting) -> AnalysisPart:
    """The analysis part of a daemon.

    Raises:
        ModelError, ProtocolError: where no recording could be analysed or judged.
    """
    rules(found.settings)  # a wrong protocol is told at the start, not after the first call
    model = fetched(found, speech_model(found.settings))
    voices = located_voices(found.settings)
    key = analysis_key(found.settings, model.sha256, voices.sha256 if voices else None)
    job = Job(database_url(found.settings), found.settings, model, None, key)
    return AnalysisPart(job, _Days(found).publish)


@dataclass(slots=True)
class _Days:
    """Documents, pages and tables of each day's calls, in a folder of the day's name."""

    found: Setting
    open_days: set[str] = field(default_factory=lambda: {_day(1)})
    """Days of which something may still be analysed: calls of before midnight are, after it."""

    def publish(self) -> None:
        store = Store(database_url(self.found.settings))
        try:
            for day in sorted(self.open_days | {_day()}):
                if self._publish(store, day) or day == _day():
                    self.open_days.add(day)
                else:
                    self.open_days.discard(day)
        finally:
            store.close()

    def _publish(self, store: Store, day: str) -> bool:
        """Whether something of that day is still to be analysed."""
        batch_id = store.batch_named(day_label(day))
        rows = list(_once(store.batch_rows(batch_id))) if batch_id is not None else []
        if rows:
            target = publication(self.found)
            publish(rows, partial(document_of, store), replace(target, out=target.out / day))
        return any(row.state in (State.WAITING, State.RUNNING) for row in rows)


def _day(ago: int = 0) -> str:
    return (now() - timedelta(days=ago)).strftime("%Y-%m-%d")


def _once(rows: Iterable[BatchRow]) -> Iterator[BatchRow]:
    """Each file once: after a crash a call may have been handed over a second time."""
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        key = (row.name, *row.paths)
        if key not in seen:
            seen.add(key)
            yield row
