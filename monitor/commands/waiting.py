"""How far a batch is, on standard error: a bar with the time left, or a line a call where no terminal is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from monitor.terminal import Terminal

_ESTIMATE_S = 3600.0
"""Over how long the speed is averaged: calls differ, and a call is one step."""


T = TypeVar("T")


def counted(terminal: Terminal, message_id: str, items: Iterable[T], count: int) -> Iterator[T]:
    """The items as they come, with a bar on standard error where it is a terminal; `count` is how many there are."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = terminal.err.is_terminal
    with Progress(*columns, console=terminal.err, transient=True, disable=not shown) as progress:
        yield from progress.track(items, total=count, description=terminal.text(message_id))


@contextmanager
def batch_progress(terminal: Terminal, waiting: Mapping[str, int]) -> Iterator[Callable[[str], None]]:
    """A function to be told the id of each recording that ends; `waiting` has the bytes of each."""
    count = 0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}/{task.fields[all]}"),
        TimeElapsedColumn(),
        TextColumn("→"),
        TimeRemainingColumn(),
    )
    progress = Progress(
        *columns,
        console=terminal.err,
        transient=True,
        speed_estimate_period=_ESTIMATE_S,
        disable=not terminal.err.is_terminal,
    )
    with progress:
        task = progress.add_task(
            terminal.text("batch-progress"), total=sum(waiting.values()), count=0, all=len(waiting)
        )

        def ended(recording_id: str) -> None:
            nonlocal count
            count += 1
            progress.update(task, advance=waiting.get(recording_id, 0), count=count)
            if not terminal.err.is_terminal:
                terminal.note("batch-line", count=count, all=len(waiting))

        yield ended
