"""What is kept of calls, to read, judge again and review.

The moment is always given (`now`, aware) and never read from a clock in here. Every method raises
`StoreError` where the database fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from models import analyses, migrations, reviews
from models.database import Database
from models.document import verdict_from
from models.errors import StoreError
from models.review import Dispute, Review
from models.verdict import Verdict
from models.work import Selection, Stored

_CHUNK = 200


class Archive:
    """Analyses, verdicts and reviews, in SQLite or PostgreSQL. One a process.

    Raises:
        StoreError: `store_url_invalid`; nothing is connected to before the first method.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def __reduce__(self) -> tuple[type[Archive], tuple[str]]:
        """A copy in another process opens connections of its own."""
        return type(self), (self._database.url.render_as_string(hide_password=False),)

    @property
    def shown_url(self) -> str:
        """The URL for messages and logs, without its password."""
        return self._database.shown

    def migrate(self) -> None:
        """Makes the database ready for this version: creates it (SQLite) and its tables, or brings them up.

        Raises:
            StoreError: `store_newer` where a newer Timbre made the tables.
        """
        self._database.make_file()
        with self._database.writing_connection() as connection:
            migrations.upgrade(connection, self.shown_url)

    def check(self) -> None:
        """Passes where the database answers and fits this version.

        Raises:
            StoreError: `store_outdated`, `store_newer` and what every method raises.
        """
        file = self._database.file
        if file is not None and not file.exists():  # to open it would make it
            raise StoreError(f"{self.shown_url} is not there yet: migrate it", "store_outdated")
        with self._database.reading() as session:
            migrations.check(session.connection(), self.shown_url)

    def close(self) -> None:
        """Lets go of the connections; a later call opens new ones."""
        self._database.close()

    def documents(self, selection: Selection | None = None) -> Iterator[Stored]:
        """The selected analyses with their newest verdicts, one a recording, in the order made.

        One document is in memory at a time and no transaction stays open, so the caller may add verdicts
        meanwhile. With a batch: what that batch got; without: what was asked for last.
        """
        after = 0
        while ids := self._selected(selection or Selection(), after):
            for analysis_id in ids:
                found = self.stored(analysis_id)
                if found is not None:
                    yield found
            after = ids[-1]

    def count(self, selection: Selection) -> int:
        """How many analyses `documents` gives."""
        with self._database.reading() as session:
            return analyses.count(session, selection)

    def stored(self, analysis_id: int) -> Stored | None:
        """One analysis with its newest verdict."""
        with self._database.reading() as session:
            return analyses.stored(session, analysis_id)

    def latest_verdict(self, analysis_id: int) -> Verdict | None:
        """The newest verdict on an analysis; `None` where it was never judged."""
        with self._database.reading() as session:
            row = analyses.newest_verdict(session, analysis_id)
            return verdict_from(row.document) if row else None

    def add_verdict(self, analysis_id: int, verdict: Verdict, now: datetime) -> int:
        """Keeps a verdict beside the older ones; its id. One that says what the newest says is not kept twice."""
        with self._database.writing() as session:
            return analyses.add_verdict(session, analysis_id, verdict, now)

    def add_review(self, review: Review) -> int:
        """Keeps a supervisor's decision beside the older ones; its id."""
        with self._database.writing() as session:
            return reviews.add_review(session, review)

    def add_dispute(self, dispute: Dispute) -> int:
        """Keeps an agent's objection; its id."""
        with self._database.writing() as session:
            return reviews.add_dispute(session, dispute)

    def reviews(self, recording_id: str) -> list[Review]:
        """The decisions on a recording, of all its verdicts, oldest first."""
        with self._database.reading() as session:
            return reviews.reviews(session, recording_id)

    def disputes(self, recording_id: str) -> list[Dispute]:
        """The objections to a recording's verdicts, oldest first."""
        with self._database.reading() as session:
            return reviews.disputes(session, recording_id)

    def _selected(self, selection: Selection, after: int) -> list[int]:
        with self._database.reading() as session:
            return analyses.selected(session, selection, after, _CHUNK)
