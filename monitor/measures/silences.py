"""Where nobody speaks, and whether music plays meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.analysis import Silence
from models.span import Span, gaps, intersection, total_s

if TYPE_CHECKING:
    from models.transcript import Turn


def quiet_spans(turns: Iterable[Turn], shortest_s: float) -> tuple[Span, ...]:
    """Stretches over `shortest_s` without a turn, between the first and the last turn of the call."""
    spans = [turn.span for turn in turns]
    if not spans:
        return ()
    conversation = Span(min(span.start_s for span in spans), max(span.end_s for span in spans))
    return tuple(gap for gap in gaps(spans, conversation) if gap.duration_s > shortest_s)


def silences(quiet: Iterable[Span], music: Iterable[Span]) -> tuple[Silence, ...]:
    """The quiet spans by kind: `music` where it plays for at least half of the span."""
    playing = tuple(music)
    return tuple(
        Silence(
            span.start_s,
            span.end_s,
            "music" if total_s(intersection([span], playing)) * 2 >= span.duration_s else "silence",
        )
        for span in quiet
    )
