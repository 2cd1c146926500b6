"""What `timbre analyse` does, from looking for recordings to telling where the pages are."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from models.store import Store
from models.work import BatchRow
from monitor.batch import Asked, ask, judge_unchanged
from monitor.capture.files import calls_in
from monitor.commands.model import fetched
from monitor.commands.options import Setting
from monitor.commands.results import counts_of, results_table, row_summary
from monitor.commands.waiting import batch_progress
from monitor.config import capture_files_folder, database_url
from monitor.fingerprint import analysis_key, pages_sha256
from monitor.outputs import Publication, Result, publish
from monitor.parts import folder_rules, located_voices, masker, rules, speech_model
from monitor.workers import Job, run_workers


def results_of(found: Setting, store: Store, paths: list[Path], *, retry: bool) -> list[Result]:
    """Everything from looking for recordings to writing the pages."""
    today = rules(found.settings)  # a wrong protocol is told before an hour of work, not after
    model = fetched(found, speech_model(found.settings))
    store.migrate()
    voices = located_voices(found.settings)
    key = analysis_key(found.settings, model.sha256, voices.sha256 if voices else None)
    with found.terminal.err.status(found.terminal.text("batch-finding")):
        asked = ask(
            store,
            paths,
            folder_rules(found.settings),
            key,
            retry_failed=retry,
            captured=partial(calls_in, folder=capture_files_folder(found.settings), section=found.settings.capture),
        )
    job = Job(database_url(found.settings), found.settings, model, asked.batch_id, key)
    _work(job, asked, store, found)
    judge_unchanged(store, asked, today)
    rows = list(store.batch_rows(asked.batch_id))
    return publish(rows, partial(document_of, store), publication(found)) if rows else []


def _work(job: Job, asked: Asked, store: Store, found: Setting) -> None:
    if asked.waiting:
        workers = min(found.settings.analysis.jobs, len(asked.waiting))
        with batch_progress(found.terminal, asked.waiting) as ended:
            run_workers(job, workers, store, ended)


def document_of(store: Store, row: BatchRow) -> dict[str, Any] | None:
    """The row's document under the row's own name: the same recording may lie in several files."""
    stored = store.stored(row.analysis_id) if row.analysis_id is not None else None
    if stored is None:
        return None
    return stored.document | {"recording": stored.document["recording"] | {"file": row.name}}


def publication(found: Setting) -> Publication:
    """Where pages go and how they are made."""
    settings = found.settings
    return Publication(
        out=Path(settings.analysis.out).expanduser(),
        catalogue=found.terminal.catalogue,
        embed_audio_max_bytes=settings.reports.embed_audio_max_bytes,
        limits=settings.reading.limits,
        made_by=pages_sha256(),
        masker=masker(settings, found.terminal.catalogue),
        tone=settings.personal_data.sound_as == "tone",
    )


def tell(found: Setting, results: list[Result], paths: list[Path], *, as_json: bool) -> None:
    """The table of verdicts and where everything is; as JSON for programs."""
    out = Path(found.settings.analysis.out).expanduser()
    counts = counts_of(results)
    if as_json:
        found.terminal.json({"out": str(out), "counts": counts, "calls": [row_summary(result) for result in results]})
        return
    if not results:
        found.terminal.note("batch-empty", paths=", ".join(map(str, paths)))
        return
    found.terminal.out.print(results_table(results, found.terminal.catalogue))
    for result in results:
        if result.renamed:
            found.terminal.note("batch-renamed", name=result.row.name, written=f"{result.stem}.json")
    found.terminal.say("batch-summary", **counts)
    found.terminal.say("batch-written", folder=str(out), page=str(out / "index.html"))
