from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from reports.charts import bar, bullet, histogram, score_ring
from reports.gauges import Gauge


def rects(svg: str) -> dict[str, tuple[float, float]]:
    """Class to place and width in percent, of the parts that have both."""
    found = {}
    for rect in ET.fromstring(svg).iter("rect"):  # noqa: S314 # made by the code under test
        x, width = rect.get("x", ""), rect.get("width", "")
        found[rect.get("class", "")] = (float(x.rstrip("%") or 0), float(width.rstrip("%")))
    return found


@pytest.mark.parametrize(("total", "share"), [(100.0, 1.0), (25.0, 0.25)])
def test_the_ring_is_filled_as_far_as_the_score(total: float, share: float) -> None:
    dashes = re.search(r'stroke-dasharray="([\d.]+) ([\d.]+)"', score_ring(total, "Puntuación"))
    assert dashes
    assert float(dashes[1]) / float(dashes[2]) == pytest.approx(share, abs=1e-4)


@pytest.mark.parametrize("total", [None, 0.0])
def test_no_score_leaves_the_ring_empty(total: float | None) -> None:
    assert "ring-value" not in score_ring(total, "Sin puntuación")


def test_the_label_of_a_ring_is_escaped() -> None:
    assert 'aria-label="&#34;&gt;&lt;b&gt;"' in score_ring(10.0, '"><b>')


def test_the_parts_of_a_bar_follow_each_other() -> None:
    drawn = rects(bar([("met", 0.25), ("not_met", 0.5)]))
    assert drawn["bar-met"] == (0.0, 25.0)
    assert drawn["bar-not_met"] == (25.0, 50.0)


def test_the_band_of_a_bullet_lies_between_its_limits() -> None:
    drawn = rects(bullet(Gauge("rate", 5.0, "sps", low=4.0, high=6.0, scale=(0.0, 10.0))))
    assert drawn["bullet-band"] == (40.0, 20.0)
    assert drawn["bullet-within"][0] == pytest.approx(50.0, abs=0.5)


def test_a_limit_with_one_end_reaches_the_end_of_the_axis() -> None:
    drawn = rects(bullet(Gauge("answer", 12.0, "s", high=10.0, scale=(0.0, 20.0))))
    assert drawn["bullet-band"] == (0.0, 50.0)
    assert "bullet-beyond" in drawn


def test_a_measure_without_limits_has_no_band() -> None:
    drawn = rects(bullet(Gauge("latency", 0.5, "s", scale=(0.0, 3.0), other=0.7)))
    assert "bullet-band" not in drawn
    assert {"bullet-free", "bullet-other"} <= drawn.keys()


@pytest.mark.parametrize("value", [0.0, 20.0])
def test_a_mark_at_an_end_of_the_axis_stays_in_the_picture(value: float) -> None:
    x, _ = rects(bullet(Gauge("answer", value, "s", scale=(0.0, 20.0))))["bullet-free"]
    assert 0.0 <= x <= 99.2


def test_the_tallest_column_fills_the_height() -> None:
    heights = re.findall(r'height="([\d.]+)%"', histogram([2, 4, 0]))
    assert [float(height) for height in heights] == [50.0, 100.0, 0.0]


def test_a_histogram_of_nothing_is_flat() -> None:
    heights = re.findall(r'height="([\d.]+)%"', histogram([0, 0]))
    assert [float(height) for height in heights] == [0.0, 0.0]
