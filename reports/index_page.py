"""The page of a batch: every file with its state, what was found in all of them, and a link to each call."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reports.catalogue import Catalogue
from reports.charts import bar, histogram
from reports.page import write_page
from reports.sound import address
from reports.summary import BatchTotals, CallSummary, summary_of, totals_of
from reports.wording import Wording

_PARTS = ("base.css", "index.css", "index.js")


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One file of a batch. The pages are relative to the index; `None` is not there."""

    file: str
    state: str
    """`done`, `skipped`, `failed`, `waiting` or `running`, as `models.work.State`."""
    reason: str | None = None
    """Reason code."""
    recording_id: str | None = None
    call_page: str | None = None
    agent_page: str | None = None

    @property
    def call_href(self) -> str | None:
        return None if self.call_page is None else address(self.call_page)

    @property
    def agent_href(self) -> str | None:
        return None if self.agent_page is None else address(self.agent_page)


def write_index(
    rows: Iterable[IndexRow], documents: Iterable[dict[str, Any]], catalogue: Catalogue, path: Path
) -> None:
    """Write the index of a batch to `path`.

    Of each document only a summary is kept; rows find theirs by the recording's id.

    Raises:
        OSError: where the file cannot be written.
    """
    summaries = {summary.recording_id: summary for summary in map(summary_of, documents)}
    listed = [(row, summaries.get(row.recording_id or "")) for row in rows]
    write_page(
        path,
        "index.html.j2",
        catalogue,
        parts=_PARTS,
        rows=listed,
        failed=sum(row.state == "failed" for row, _ in listed),
        known=_known(summaries.values()),
        choices=_choices(listed, Wording(catalogue)),
        moment=lambda text: catalogue.moment(datetime.fromisoformat(text), "medium"),
        **_plots(totals_of(summaries.values()), Wording(catalogue)),
    )


def _plots(totals: BatchTotals, wording: Wording) -> dict[str, Any]:
    return {
        "totals": totals,
        "median_score": statistics.median(totals.scores) if totals.scores else None,
        "columns": histogram(totals.scores_by_ten),
        "flags": _flag_bars(totals, wording),
        "steps": [(step, bar([("met", step.met / step.judged)] if step.judged else [])) for step in totals.steps],
    }


def _known(summaries: Iterable[CallSummary]) -> list[str]:
    """The columns of facts that at least one call has; recordings without facts need none."""
    facts = [(call.agent_id, call.queue, call.started_at) for call in summaries]
    return [name for i, name in enumerate(("agent", "queue", "started")) if any(fact[i] for fact in facts)]


def _flag_bars(totals: BatchTotals, wording: Wording) -> list[tuple[str, int, Any]]:
    most = max(totals.flags.values(), default=1)
    return [
        (wording.flag(flag_id), count, bar([("count", count / most)]))
        for flag_id, count in sorted(totals.flags.items(), key=lambda item: (-item[1], item[0]))
    ]


def _choices(
    listed: list[tuple[IndexRow, CallSummary | None]], wording: Wording
) -> Mapping[str, list[tuple[str, str]]]:
    """What the filters offer: value and text, in the order of the text."""
    summaries = [summary for _, summary in listed if summary]
    agents = {summary.agent_id: summary.agent_id for summary in summaries if summary.agent_id}
    flags = {flag_id: wording.flag(flag_id) for summary in summaries for flag_id, _ in summary.flags}
    states = {row.state: wording.batch_state(row.state) for row, _ in listed}
    return {
        name: sorted(texts.items(), key=lambda item: item[1].casefold())
        for name, texts in (("agent", agents), ("flag", flags), ("state", states))
    }
