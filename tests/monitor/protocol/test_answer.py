from __future__ import annotations

import pytest

from models.rules import Limits
from models.verdict import StepVerdict
from monitor.protocol.answer import answer_result
from tests.builders import make_answer


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"rings": 2, "ring_to_answer_s": 6.0}, StepVerdict.MET, None),
        ({"rings": 3, "ring_to_answer_s": 10.5}, StepVerdict.MET, None),
        ({"rings": 3, "ring_to_answer_s": 10.6}, StepVerdict.NOT_MET, "late_answer"),
        ({"rings": 4, "ring_to_answer_s": 10.0}, StepVerdict.NOT_MET, "too_many_rings"),
        ({"rings": 3, "ring_to_answer_s": 9.5, "third_ring_ends_s": 9.0}, StepVerdict.NOT_MET, "late_answer"),
        ({"rings": None, "ring_to_answer_s": 6.0, "third_ring_ends_s": None}, StepVerdict.MET, None),
        ({"rings": 4, "ring_to_answer_s": None}, StepVerdict.NOT_MET, "too_many_rings"),
        ({"rings": None, "ring_to_answer_s": None, "reason": "no_ring"}, StepVerdict.NOT_EVALUABLE, "no_ring"),
    ],
)
def test_a_call_is_answered_in_time_by_rings_and_by_the_third_rings_end(
    changes: dict[str, object], verdict: StepVerdict, reason: str | None
) -> None:
    result = answer_result("answered_in_time", make_answer(**changes), Limits())
    assert (result.verdict, result.reason) == (verdict, reason)


def test_the_ringing_is_the_evidence_and_the_place_searched() -> None:
    met = answer_result("answered_in_time", make_answer(first_ring_s=0.4, answered_s=6.4), Limits())
    assert [(item.start_s, item.end_s, item.quote) for item in met.evidence] == [(0.4, 6.4, "")]
    late = answer_result("answered_in_time", make_answer(ring_to_answer_s=20.0, answered_s=20.4), Limits())
    assert late.searched is not None
    assert (late.searched.start_s, late.searched.end_s) == (0.4, 20.4)
    unplaced = answer_result("answered_in_time", make_answer(first_ring_s=None), Limits())
    assert unplaced.evidence == ()
