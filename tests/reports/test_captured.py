from __future__ import annotations

from typing import Any

import pytest

from models.call import Moment
from models.span import Span
from reports.captured import Patch, delays_of, holds_of, moments_of, patches_of, totals_of
from tests.builders import AGENT, CUSTOMER, make_analysis, make_call_record, make_document, make_recording


def captured(**changes: Any) -> dict[str, Any]:
    recording = make_recording(call=make_call_record(**changes))
    return make_document(analysis=make_analysis(recording=recording))


def test_a_call_from_a_file_of_sound_tells_nothing_of_signalling() -> None:
    document = make_document()
    assert (moments_of(document), delays_of(document), holds_of(document), patches_of(document)) == ((), (), (), ())


def test_a_sip_status_is_told_apart_from_a_leg_and_from_a_reason() -> None:
    document = captured(
        moments=(
            Moment("ringing", 0.5, AGENT, "leg_2 180"),
            Moment("begun", 0.3, None, "leg_12"),
            Moment("ended", 58.0, CUSTOMER, "silence"),
        )
    )
    assert [(item.leg, item.status, item.reason) for item in moments_of(document)] == [
        (2, "180", None),
        (12, None, None),
        (1, None, "silence"),
    ]


def test_keys_pressed_one_after_another_are_one_entry_a_party() -> None:
    keys = [Moment("digit", 10.0 + i, CUSTOMER) for i in range(16)]
    other = [Moment("digit", 26.0, AGENT), Moment("digit", 40.0, AGENT)]
    found = moments_of(captured(moments=(*keys, *other)))
    assert [(item.at_s, item.by, item.count) for item in found] == [
        (10.0, "customer", 16),
        (26.0, "agent", 1),
        (40.0, "agent", 1),
    ]


@pytest.mark.parametrize(("at_s", "within"), [(-0.01, False), (0.0, True), (60.0, True), (60.1, False)])
def test_one_can_listen_only_where_the_recording_is(at_s: float, *, within: bool) -> None:
    (moment,) = moments_of(captured(moments=(Moment("answered", at_s, AGENT),)))
    assert moment.within(60.0) is within


def test_delays_come_in_the_order_of_a_call_and_unknown_ones_are_left_out() -> None:
    document = captured(post_dial_delay_s=0.2, ring_to_answer_s=None, answer_delay_s=6.2)
    assert delays_of(document) == (("post_dial_delay_s", 0.2), ("answer_delay_s", 6.2))


def test_both_sides_may_hold_and_the_call_goes_on_when_both_have_resumed() -> None:
    moments = (
        Moment("held", 10.0, AGENT),
        Moment("held", 12.0, CUSTOMER),
        Moment("resumed", 15.0, AGENT),
        Moment("resumed", 20.0, CUSTOMER),
        Moment("resumed", 21.0, CUSTOMER),
        Moment("held", 50.0, AGENT),
    )
    assert holds_of(captured(moments=moments)) == ((10.0, 20.0), (50.0, 60.0))


def test_a_hold_before_the_first_sound_begins_with_the_recording() -> None:
    assert holds_of(captured(moments=(Moment("held", -3.0), Moment("resumed", 4.0)))) == ((0.0, 4.0),)


def test_what_is_made_up_and_what_is_missing_is_added_up_by_party() -> None:
    document = captured(
        concealed={AGENT: (Span(10.0, 10.04), Span(30.0, 30.06))}, missing={CUSTOMER: (Span(20.0, 21.0),)}
    )
    patches = patches_of(document)
    assert patches[1] == Patch("missing", "customer", 20.0, 21.0)
    assert totals_of(patches) == (
        ("concealed", "agent", 2, pytest.approx(0.1)),
        ("missing", "customer", 1, pytest.approx(1.0)),
    )
