"""Whatever order, copies and losses a capture has, what is told stays sane."""

from __future__ import annotations

import math
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from audio.events import (
    LegAnswered,
    LegBegun,
    LegCancelled,
    LegEnded,
    LegFailed,
    LegHeld,
    LegResumed,
    LegRinging,
)
from audio.sip.dialogs import DialogTracker
from audio.sip.errors import SipError
from audio.sip.leg import DialogEvent
from audio.sip.rules import DialogRules
from tests.audio.sip.flows import AGENT, Dialog, Seen, answered_call, feed, sdp, told

CALL = Dialog()
DESK, MOBILE = replace(CALL, callee_tag="desk"), replace(CALL, callee_tag="mobile")
INVITED = [CALL.invite(100.0), CALL.response(100.01, 100), CALL.response(100.2, 180)]

FLOWS: dict[str, list[Seen]] = {
    "answered": answered_call(),
    "challenged": [
        CALL.invite(99.0),
        CALL.response(99.1, 407),
        CALL.request(99.2, "ACK"),
        CALL.invite(100.0, 2),
        CALL.response(100.2, 180, cseq=2),
        CALL.response(104.0, 200, cseq=2, body=sdp(AGENT, 7000)),
        CALL.ack(104.1, 2),
        CALL.request(130.0, "BYE", 3),
    ],
    "cancelled": [
        *INVITED,
        CALL.request(109.0, "CANCEL", inside=False),
        CALL.response(109.01, 200, "CANCEL"),
        CALL.response(109.02, 487),
        CALL.request(109.1, "ACK"),
    ],
    "busy": [*INVITED, CALL.response(101.0, 486), CALL.request(101.1, "ACK")],
    "held and transferred": [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2, body=sdp(lines := "192.0.2.10", 6000, "a=sendonly")),
        CALL.response(120.1, 200, cseq=2, body=sdp(AGENT, 7000, "a=recvonly")),
        CALL.ack(120.2, 2),
        CALL.request(125.0, "UPDATE", 3, body=sdp(lines, 6200)),
        CALL.response(125.1, 200, "UPDATE", 3, body=sdp(AGENT, 7000)),
        CALL.request(126.0, "REFER", 4),
        CALL.response(126.1, 202, "REFER", 4),
        CALL.request(130.0, "BYE", 1, by_callee=True),
    ],
    "forked": [
        *INVITED,
        DESK.response(100.3, 180),
        MOBILE.response(100.4, 183, body=sdp("192.0.2.31", 7100)),
        MOBILE.response(105.0, 200, body=sdp("192.0.2.31", 7100)),
        DESK.response(105.1, 200, body=sdp("192.0.2.32", 7200)),
        DESK.request(105.2, "BYE", 2),
        MOBILE.request(130.0, "BYE", 2, by_callee=True),
    ],
    "through a proxy": [
        CALL.invite(100.0),
        CALL.invite(100.01, hop=2),
        CALL.response(100.2, 180, hop=2),
        CALL.response(100.21, 180),
        CALL.response(104.0, 200, hop=2, body=sdp(AGENT, 7000)),
        CALL.response(104.01, 200, body=sdp("192.0.2.50", 30000)),
        CALL.request(130.0, "BYE", 2),
        CALL.request(130.01, "BYE", 2, hop=2),
    ],
}

ENDS = (LegEnded, LegFailed, LegCancelled)


@st.composite
def captures(draw: st.DrawFn, *, shuffled: bool) -> list[Seen]:
    """A flow of which each message was captured never, once or more often; in order of time, or in any order."""
    flow = FLOWS[draw(st.sampled_from(sorted(FLOWS)))]
    copies = [seen for seen in flow for _ in range(draw(st.integers(0, 3)))]
    return draw(st.permutations(copies)) if shuffled else copies


def by_leg(events: list[DialogEvent]) -> dict[str, list[DialogEvent]]:
    legs: dict[str, list[DialogEvent]] = defaultdict(list)
    for event in events:
        legs[event.leg].append(event)
    return legs


def unnumbered(events: list[DialogEvent]) -> list[DialogEvent]:
    """A leg's name ends with its number among all of its tracker."""
    return [replace(event, leg=event.leg.rpartition(";")[0]) for event in events]


def check(events: list[DialogEvent]) -> None:
    for of_leg in by_leg(events).values():
        first, *others = of_leg
        assert isinstance(first, LegBegun)
        assert not any(isinstance(event, LegBegun) for event in others)
        times = [event.at_s for event in of_leg]
        assert times == sorted(times)
        assert all(math.isfinite(at_s) for at_s in times)
        answers = [place for place, event in enumerate(of_leg) if isinstance(event, LegAnswered)]
        failures = [event for event in of_leg if isinstance(event, (LegFailed, LegCancelled))]
        assert len(answers) + len(failures) <= 1
        endings = [place for place, event in enumerate(of_leg) if isinstance(event, ENDS)]
        assert endings in ([], [len(of_leg) - 1])
        assert all(
            place < answers[0] for place, event in enumerate(of_leg) if isinstance(event, LegRinging) and answers
        )
        for side in ("caller", "callee"):
            holds = [type(event) for event in of_leg if isinstance(event, (LegHeld, LegResumed)) and event.by == side]
            assert holds == [(LegHeld, LegResumed)[place % 2] for place in range(len(holds))]


@given(captures(shuffled=True))
def test_in_any_order_with_copies_and_losses_one_dialog_is_at_most_one_leg(flow: list[Seen]) -> None:
    events = told(flow, until_s=5_000.0)
    check(events)
    assert len(by_leg(events)) <= 1


@given(captures(shuffled=False))
def test_in_order_with_copies_and_losses_no_time_is_made_up(flow: list[Seen]) -> None:
    events = told(flow, until_s=5_000.0)
    check(events)
    assert {event.at_s for event in events} <= {seen.at_s for seen in flow}


@given(captures(shuffled=True), captures(shuffled=True), st.randoms(use_true_random=False))
def test_two_calls_at_once_tell_what_each_tells_alone(one: list[Seen], two: list[Seen], random: object) -> None:
    other = [replace(seen, data=seen.data.replace(b"call-1@", b"call-2@")) for seen in two]
    mixed, left = [], [list(one), list(other)]
    while any(left):
        source = random.choice([flow for flow in left if flow])  # type: ignore[attr-defined] # hypothesis types it as object
        mixed.append(source.pop(0))
    alone = told(one, until_s=5_000.0) + told(other, until_s=5_000.0)
    assert by_leg(unnumbered(told(mixed, until_s=5_000.0))) == by_leg(unnumbered(alone))


@given(st.lists(st.sampled_from([seen for flow in FLOWS.values() for seen in flow]), max_size=60), st.integers(1, 4))
def test_messages_of_all_flows_in_any_mix_keep_the_bounds(flow: list[Seen], most: int) -> None:
    tracker = DialogTracker(DialogRules(most_dialogs=most))
    events: list[DialogEvent] = []
    for number, seen in enumerate(flow):
        varied = replace(seen, data=seen.data.replace(b"call-1@", f"call-{number % 7}@".encode()))
        events += feed(tracker, varied)
        events += tracker.expire(100.0 + number)
        assert len(tracker) <= most
    events += tracker.expire(5_000.0)
    check(events)
    tracker.expire(1_000_000.0)
    tracker.expire(2_000_000.0)
    assert len(tracker) == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(FLOWS["held and transferred"] + FLOWS["forked"]),
            st.integers(0, 400),
            st.binary(min_size=1, max_size=4),
        ),
        max_size=25,
    )
)
def test_damaged_messages_are_refused_or_followed_but_never_break_it(flow: list[tuple[Seen, int, bytes]]) -> None:
    tracker = DialogTracker()
    events: list[DialogEvent] = []
    for seen, place, damage in flow:
        data = seen.data[:place] + damage + seen.data[place + len(damage) :]
        with suppress(SipError):
            events += feed(tracker, replace(seen, data=data))
    check(events + list(tracker.expire(5_000.0)))


def test_an_expiry_without_an_end_tells_only_times_that_were_captured() -> None:
    flow = INVITED
    check(told(flow, until_s=math.inf))
