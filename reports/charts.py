"""Small charts as SVG that scales with its place: lengths are percentages, so that text never stretches."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from reports.gauges import Gauge

_RADIUS = 52
_MARK_WIDTH_PERCENT = 0.8


def score_ring(total: float | None, label: str) -> Markup:
    """A ring filled to `total` of 100; empty where there is no score."""
    length = 2 * math.pi * _RADIUS
    filled = length * (total or 0.0) / 100
    arc = Markup(
        '<circle class="ring-value" cx="60" cy="60" r="{}" stroke-dasharray="{:.2f} {:.2f}" '
        'transform="rotate(-90 60 60)"/>'
    ).format(_RADIUS, filled, length)
    return Markup(
        '<svg class="ring" viewBox="0 0 120 120" role="img" aria-label="{}">'
        '<circle class="ring-track" cx="60" cy="60" r="{}"/>{}</svg>'
    ).format(label, _RADIUS, arc if filled else Markup(""))


def bar(parts: Sequence[tuple[str, float]]) -> Markup:
    """A horizontal bar of parts, each a class name and its share from 0 to 1."""
    rects, at = [], 0.0
    for name, share in parts:
        rects.append(_rect(f"bar-{name}", at, share, "0", "100%"))
        at += share
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect class="bar-track" width="100%" height="100%"/>{}</svg>'
    ).format(Markup("").join(rects))


def bullet(gauge: Gauge) -> Markup:
    """The allowed band, the other party's figure as a tick and the measured one as a mark."""
    low = 0.0 if gauge.low is None else gauge.share(gauge.low)
    high = 1.0 if gauge.high is None else gauge.share(gauge.high)
    limited = gauge.low is not None or gauge.high is not None
    parts = [_rect("bullet-band", low, high - low, "25%", "50%")] if limited else []
    if gauge.other is not None:
        parts.append(_mark("bullet-other", gauge.share(gauge.other), "20%", "60%"))
    if gauge.value is not None:
        name = {True: "bullet-within", False: "bullet-beyond", None: "bullet-free"}[gauge.within]
        parts.append(_mark(name, gauge.share(gauge.value), "0", "100%"))
    return Markup(
        '<svg class="bullet" aria-hidden="true"><rect class="bullet-track" y="38%" width="100%" height="24%"/>{}</svg>'
    ).format(Markup("").join(parts))


def histogram(counts: Sequence[int]) -> Markup:
    """Columns as high as their counts; the tallest fills the height."""
    tallest = max(counts, default=0) or 1
    width = 1 / max(1, len(counts))
    columns = [
        _rect(
            "column",
            i * width + 0.12 * width,
            0.76 * width,
            f"{100 - 100 * count / tallest:.2f}%",
            f"{100 * count / tallest:.2f}%",
        )
        for i, count in enumerate(counts)
    ]
    return Markup('<svg class="histogram" aria-hidden="true">{}</svg>').format(Markup("").join(columns))


def _rect(name: str, x: float, width: float, y: str, height: str) -> Markup:
    return Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{}" height="{}"/>').format(
        name, 100 * x, 100 * width, y, height
    )


def _mark(name: str, at: float, y: str, height: str) -> Markup:
    x = min(max(100 * at - _MARK_WIDTH_PERCENT / 2, 0.0), 100 - _MARK_WIDTH_PERCENT)
    return Markup('<rect class="{}" x="{:.2f}%" width="4" y="{}" height="{}" rx="2"/>').format(name, x, y, height)
