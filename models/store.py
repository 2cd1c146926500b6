"""The queue of recordings to analyse, on top of the archive: what analysis workers need.

The moment is always given (`now`, aware) and never read from a clock in here. Every method raises
`StoreError` where the database fails; each is one transaction, or several where it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from models import analyses, batches, intake, queue
from models.analysis import Analysis
from models.archive import Archive
from models.errors import StoreError
from models.verdict import Verdict
from models.work import BatchRow, Intake, State, Work

_CHUNK = 200


class Store(Archive):
    """Recordings, batches and work beside the analyses and verdicts that come of them. One a process."""

    # What is asked for

    def start_batch(self, label: str, now: datetime) -> int:
        """A new, empty batch; its id."""
        with self._database.writing() as session:
            return batches.start(session, label, now)

    def batch_named(self, label: str) -> int | None:
        """The newest batch of this label; `None` where there is none."""
        with self._database.reading() as session:
            return batches.named(session, label)

    def enqueue(
        self, batch_id: int, intakes: Iterable[Intake], analysis_key: str, now: datetime, *, retry_failed: bool = False
    ) -> None:
        """Adds files to a batch, and work for each recording that was not yet analysed so.

        `analysis_key` (at most 64 characters) is the hash of all that makes an analysis: configuration,
        model, versions. A recording whose content, facts, options and key are as before is not analysed
        again; one that failed then stays failed, unless `retry_failed`. Within a batch the first name of
        a recording gives its facts and options. `intakes` may be lazy: a transaction every 200.
        """
        remaining = iter(intakes)
        while chunk := list(islice(remaining, _CHUNK)):
            with self._database.writing() as session:
                intake.one_at_a_time(session)
                intake.enqueue(session, batch_id, chunk, analysis_key=analysis_key, now=now, retry_failed=retry_failed)

    def add_unusable(
        self, batch_id: int, name: str, reason: str, *, paths: tuple[str, ...] = (), state: State = State.FAILED
    ) -> None:
        """Adds a file of which no recording can be made (`failed`), or which is none (`skipped`)."""
        with self._database.writing() as session:
            batches.add_unusable(session, batch_id, name, paths=paths, state=state, reason=reason)

    def adopt(self, analysis_key: str) -> int:
        """Moves waiting work of other keys to this one: for a daemon started anew with other settings; how many."""
        with self._database.writing() as session:
            intake.one_at_a_time(session)
            return intake.adopt(session, analysis_key)

    # Doing it

    def claim(
        self,
        worker: str,
        analysis_key: str,
        now: datetime,
        *,
        lease_s: float,
        batch_id: int | None = None,
        max_attempts: int = 3,
    ) -> Work | None:
        """The oldest work whose lease ran out, or else that waits; no two claims get the same.

        `worker` names the process so that its death can be known, e.g. `host:pid:start`; at most 200
        characters. Work that was claimed `max_attempts` times without an answer becomes `failed`, with the
        reason `crashed_repeatedly`, or that of its last `fail`.
        """
        with self._database.writing() as session:
            return queue.claim(
                session,
                worker,
                now,
                analysis_key=analysis_key,
                lease_s=lease_s,
                batch_id=batch_id,
                max_attempts=max_attempts,
            )

    def renew(self, work: Work, now: datetime, lease_s: float) -> bool:
        """Whether the work is still held, and if so for `lease_s` more."""
        with self._database.writing() as session:
            row = queue.held(session, work)
            if row is not None:
                row.lease_until = now + timedelta(seconds=lease_s)
            return row is not None

    def finish(self, work: Work, analysis: Analysis, verdict: Verdict | None, now: datetime) -> bool:
        """Keeps the analysis, its verdict and the state `done`, all or nothing.

        False, and nothing is written, where the claim was lost.

        Raises:
            StoreError: `recording_changed`, where the analysis is of another content than was asked for.
        """
        if analysis.recording.sha256 != work.sha256:
            raise StoreError(f"recording {work.recording_id} changed before it was read", "recording_changed")
        with self._database.writing() as session:
            row = queue.held(session, work)
            if row is None:
                return False
            analysis_id = analyses.keep(session, work, analysis, now)
            if verdict is not None:
                analyses.add_verdict(session, analysis_id, verdict, now)
            queue.end(row, State.DONE, None, now)
            return True

    def fail(self, work: Work, reason: str, now: datetime, *, retry: bool = False) -> bool:
        """Ends the work as `failed` with a reason code, or lets it be tried again while attempts are left.

        False, and nothing is written, where the claim was lost.
        """
        with self._database.writing() as session:
            row = queue.held(session, work)
            if row is not None and retry:
                queue.put_back(row, reason)
            elif row is not None:
                queue.end(row, State.FAILED, reason, now)
            return row is not None

    def release(self, work: Work) -> bool:
        """Gives work back unharmed, e.g. at a stop: the attempt does not count. False where the claim was lost."""
        with self._database.writing() as session:
            row = queue.held(session, work)
            if row is not None:
                queue.put_back(row, None)
                row.attempts -= 1
            return row is not None

    def holders(self) -> list[str]:
        """The workers that hold work, dead ones too until their leases run out."""
        with self._database.reading() as session:
            return queue.holders(session)

    def release_worker(self, worker: str) -> int:
        """Puts back what a worker known to be dead held, without waiting for its leases; how many."""
        with self._database.writing() as session:
            return queue.release_worker(session, worker)

    # What came of it

    def batch_rows(self, batch_id: int) -> Iterator[BatchRow]:
        """Every file of a batch with its state and reason, in the order added; a transaction every 200."""
        after = 0
        while True:
            with self._database.reading() as session:
                page = batches.rows(session, batch_id, after, _CHUNK)
            if not page:
                return
            yield from (row for _, row in page)
            after = page[-1][0]

    def batch_counts(self, batch_id: int) -> dict[State, int]:
        """How many files of a batch are in each state."""
        with self._database.reading() as session:
            return batches.counts(session, batch_id)
