"""Spans of a recording that need a word, in bounded memory, on the capture clock until the recording is finished."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from models.span import Span, union
from monitor.recorder.recorded import CHANNELS, Gap

_MOST = 20_000
"""Marks of a channel; with more, those nearest to each other become one."""
_TOUCHING_S = 1e-4
"""Less than a frame apart: rounding."""


@dataclass(slots=True)
class Marks:
    """Concealed and missing spans of both channels."""

    concealed: tuple[list[Span], list[Span]] = field(default_factory=lambda: ([], []))
    missing: tuple[list[Gap], list[Gap]] = field(default_factory=lambda: ([], []))

    def conceal(self, channel: int, spans: Iterable[Span]) -> None:
        kept = self.concealed[channel]
        for span in spans:
            if kept and 0.0 <= span.start_s - kept[-1].end_s <= _TOUCHING_S:
                kept[-1] = Span(kept[-1].start_s, span.end_s)
            else:
                kept.append(span)
        if len(kept) > _MOST:
            kept[:] = _fewer(kept)

    def miss(self, channel: int, gap: Gap) -> None:
        kept = self.missing[channel]
        last = kept[-1] if kept else None
        if last and last.reason == gap.reason and abs(gap.span.start_s - last.span.end_s) <= _TOUCHING_S:
            kept[-1] = Gap(Span(last.span.start_s, max(last.span.end_s, gap.span.end_s)), gap.reason)
        else:
            kept.append(gap)
        if len(kept) > _MOST:
            kept[:] = _fewer_gaps(kept)

    def absorb(self, other: Marks, channels: Sequence[int | None]) -> None:
        """Those of another call, whose channels go on on `channels` of this one."""
        for theirs, ours in zip(CHANNELS, channels, strict=True):
            if ours is not None:
                self.conceal(ours, other.concealed[theirs])
                for gap in other.missing[theirs]:
                    self.miss(ours, gap)

    @property
    def reasons(self) -> set[str]:
        """Of all that is missing, also before time zero."""
        return {gap.reason for gaps in self.missing for gap in gaps}

    def concealed_from(self, zero_s: float) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """Sorted, in seconds from `zero_s`; what lies before it is left out."""
        first, second = (union(_after(kept, zero_s), _TOUCHING_S) for kept in self.concealed)
        return first, second

    def missing_from(self, zero_s: float) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
        first, second = (_gaps_from(kept, zero_s) for kept in self.missing)
        return first, second


def _after(spans: Iterable[Span], zero_s: float) -> list[Span]:
    moved = (span.shifted(-zero_s) for span in spans)
    return [Span(max(0.0, span.start_s), span.end_s) for span in moved if span.end_s > 0.0]


def _gaps_from(gaps: list[Gap], zero_s: float) -> tuple[Gap, ...]:
    reasons = {gap.reason for gap in gaps}
    found = (
        Gap(span, reason)
        for reason in reasons
        for span in union(_after((gap.span for gap in gaps if gap.reason == reason), zero_s), _TOUCHING_S)
    )
    return tuple(sorted(found, key=lambda gap: (gap.span, gap.reason)))


def _fewer(spans: list[Span]) -> list[Span]:
    """Half as many or less, nothing uncovered."""
    ordered = union(spans)
    if len(ordered) <= _MOST // 2:
        return list(ordered)
    between = sorted(after.start_s - before.end_s for before, after in pairwise(ordered))
    return list(union(ordered, bridge_s=between[len(between) // 2]))


def _fewer_gaps(gaps: list[Gap]) -> list[Gap]:
    reasons = sorted({gap.reason for gap in gaps})
    by_reason = {reason: _fewer([gap.span for gap in gaps if gap.reason == reason]) for reason in reasons}
    return sorted((Gap(span, reason) for reason in reasons for span in by_reason[reason]), key=lambda gap: gap.span)


def usable(start_s: float, end_s: float) -> bool:
    """Whether a clock can have said so: finite, in order, between 1970 and 2100."""
    return math.isfinite(start_s) and math.isfinite(end_s) and 0.0 <= start_s <= end_s < _YEAR_2100_S


_YEAR_2100_S = 4_102_444_800.0
