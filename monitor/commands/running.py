"""What `timbre run` does beside capture: the model, the workers' job, and the pages of a day."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from models.store import Store
from monitor.capture.handover import day_label
from monitor.commands.analysing import document_of, publication
from monitor.commands.model import fetched
from monitor.commands.options import Setting
from monitor.config import database_url
from monitor.daemon.daemon import AnalysisPart
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
    return AnalysisPart(job, partial(_publish_today, found))


def _publish_today(found: Setting) -> None:
    """The day's documents, pages and tables, in a folder of the day's name."""
    day = now().strftime("%Y-%m-%d")
    store = Store(database_url(found.settings))
    try:
        batch_id = store.batch_named(day_label(day))
        rows = list(store.batch_rows(batch_id)) if batch_id is not None else []
        if rows:
            target = publication(found)
            publish(rows, partial(document_of, store), replace(target, out=target.out / day))
    finally:
        store.close()
