from __future__ import annotations

import pytest

from models.verdict import Score, ScoreItem
from reports.score import score_of
from tests.builders import make_document, make_verdict


def test_the_sum_of_the_rows_is_the_score() -> None:
    items = (ScoreItem("greeting", 10, 10), ScoreItem("thanks", 0, 5), ScoreItem("level_sd_db", 2.5, 5))
    shown = score_of(make_document(verdict=make_verdict(score=Score(62.5, items))))
    assert (shown.points, shown.of, shown.penalty) == (12.5, 20, 0)
    assert shown.percent == 62.5
    assert [row.share for row in shown.rows] == [1.0, 0.0, 0.5]


def test_penalties_are_taken_from_the_percent() -> None:
    items = (ScoreItem("greeting", 10, 10), ScoreItem("sarcasm", -5, 0), ScoreItem("sarcasm", -5, 0))
    shown = score_of(make_document(verdict=make_verdict(score=Score(90.0, items))))
    assert shown.percent - shown.penalty == shown.total
    assert [row.share for row in shown.rows] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("verdict", [None, make_verdict(score=Score(None))])
def test_a_call_that_was_not_scored_has_no_rows(verdict: object) -> None:
    shown = score_of(make_document(verdict=verdict))
    assert (shown.rows, shown.total, shown.percent) == ((), None, 0.0)
