"""Whatever the order, the repetitions and the losses: the same few promises."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.events import (
    Digit,
    LegAnswered,
    LegBegun,
    LegCancelled,
    LegEnded,
    LegFailed,
    LegHeld,
    LegLearned,
    LegResumed,
    LegRinging,
    LegTransferred,
)
from models.call import Side
from monitor.calls.limits import CallLimits
from monitor.calls.replay import Replayable, SoundHeard, Tick, event_of, line_of, replay
from monitor.calls.state import CallChange, CallChanged, CallClosed, CallOpened, CallsJoined
from monitor.calls.tracker import CallTracker
from tests.monitor.calls.replaying import NAMES, events_of, play, recorded, tracker_for

times = st.floats(1000.0, 2000.0).map(lambda at_s: round(at_s, 1))
legs = st.sampled_from(("a", "b", "c", "d"))
sides = st.sampled_from(Side)
somebody = st.none() | sides
numbers = st.sampled_from((None, "600111222", "900123456", "1001", "1002", "anonymous"))
keys = st.lists(st.sampled_from(("k1", "k2", "k3")), max_size=2).map(tuple)
hosts = st.none() | st.tuples(*[st.sampled_from(("10.0.0.5", "10.0.1.1", "192.0.2.1"))] * 2)
events: st.SearchStrategy[Replayable] = st.one_of(
    st.builds(
        LegBegun,
        times,
        legs,
        st.sampled_from(("", "id-1", "id-2", "id-3", "id-4")),
        numbers,
        numbers,
        mixed=st.booleans(),
        join_keys=keys,
        addresses=hosts,
    ),
    st.builds(LegRinging, times, legs, st.sampled_from((None, 180, 181, 183)), st.booleans(), st.booleans()),
    st.builds(LegAnswered, times, legs, st.booleans(), st.booleans()),
    st.builds(LegFailed, times, legs, st.sampled_from((None, 401, 486, 487, 503))),
    st.builds(LegCancelled, times, legs),
    st.builds(LegHeld, times, legs, somebody),
    st.builds(LegResumed, times, legs, somebody),
    st.builds(LegTransferred, times, legs, somebody),
    st.builds(LegEnded, times, legs, somebody, st.sampled_from((None, "bye", "silence"))),
    st.builds(LegLearned, times, legs, numbers, numbers, agent_side=somebody, join_keys=keys),
    st.builds(Digit, times, legs, sides),
    st.builds(SoundHeard, times, legs, sides, st.floats(0.02, 4.0)),
    st.builds(Tick, times),
)


def played_out(tracker: CallTracker, told: list[Replayable]) -> list[CallChange]:
    return [*replay(tracker, told), *tracker.end(3000.0), *tracker.tick(1e9)]


def assert_promises(changes: list[CallChange]) -> None:
    """Each call is opened once, changes only while it is open, and goes once; its record's times are in order."""
    live: set[str] = set()
    seen: set[str] = set()
    for change in changes:
        match change:
            case CallOpened(call):
                assert call.id not in seen
                live.add(call.id)
                seen.add(call.id)
            case CallChanged(call):
                assert call.id in live
            case CallsJoined(call_id, absorbed_id):
                assert {call_id, absorbed_id} <= live
                assert call_id != absorbed_id
                live.remove(absorbed_id)
            case CallClosed(call):
                live.remove(call.id)
                assert_record_holds(change)
    assert not live


def assert_record_holds(closed: CallClosed) -> None:
    record = recorded(closed.call)
    at = [moment.at_s for moment in record.moments]
    assert at == sorted(at)
    delays = (record.ring_to_answer_s, record.post_dial_delay_s, record.answer_delay_s, record.ring_to_abandon_s)
    assert all(delay is None or delay >= 0 for delay in delays)
    channels = Counter(one.channel for one in closed.call.streams if one.channel is not None)
    assert set(channels) <= {0, 1}
    assert closed.call.ended_s is not None


@given(st.lists(events, max_size=40))
@settings(max_examples=120, deadline=None)
def test_any_signals_of_a_few_legs_open_and_close_each_call_once(told: list[Replayable]) -> None:
    assert_promises(played_out(CallTracker("sip"), told))


@given(st.lists(events, max_size=40))
@settings(max_examples=50, deadline=None)
def test_the_same_signals_always_make_the_same_calls(told: list[Replayable]) -> None:
    assert played_out(CallTracker("sip"), told) == played_out(CallTracker("sip"), told)


@given(st.lists(events, max_size=40))
@settings(max_examples=50, deadline=None)
def test_a_session_written_and_read_again_makes_the_same_calls(told: list[Replayable]) -> None:
    again = [event_of(line_of(event)) for event in told]
    assert again == told
    assert played_out(CallTracker("sip"), again) == played_out(CallTracker("sip"), told)


@given(st.lists(events, max_size=60), st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_there_are_never_more_calls_than_the_limit(told: list[Replayable], most: int) -> None:
    tracker = CallTracker("sip", limits=CallLimits(max_calls=most, max_legs=2))
    changes: list[CallChange] = []
    for event in told:
        changes += replay(tracker, [event])
        assert len(tracker.calls) <= most
        assert all(len(call.legs) <= 4 for call in tracker.calls)  # two calls of two legs may turn out to be one
    assert_promises([*changes, *tracker.end(3000.0)])


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_golden_flows_shuffled_doubled_and_with_losses_keep_the_promises(name: str, chance: random.Random) -> None:
    kept = [event for event in events_of(name) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    chance.shuffle(kept)
    assert_promises(played_out(tracker_for(name), kept))


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_doubled_signal_changes_nothing(name: str, chance: random.Random) -> None:
    told = events_of(name)
    doubled = [event for event in told for _ in range(chance.choice((1, 2)))]
    once, twice = play(name), play(name, events=doubled)
    assert [recorded(call) for call in twice.closed] == [recorded(call) for call in once.closed]


@given(st.permutations(events_of("inbound_answered")[:-1]))
@settings(max_examples=60, deadline=None)
def test_a_calls_record_does_not_depend_on_the_order_of_its_signals(shuffled: list[Replayable]) -> None:
    """Where the beginning is told first, as every source does."""
    first, tick = events_of("inbound_answered")[0], events_of("inbound_answered")[-1]
    told = [first, *(event for event in shuffled if event != first), tick]
    assert play("inbound_answered", events=told).record == play("inbound_answered").record


@pytest.mark.parametrize("at_s", [float("nan"), float("inf"), -float("inf")])
def test_a_time_that_is_none_is_no_signal(at_s: float) -> None:
    tracker = CallTracker("sip")
    assert tracker.feed(LegBegun(at_s, "a", "id-a")) == ()
    assert tracker.heard("a", Side.CALLER, at_s) == ()
    assert tracker.tick(at_s) == ()
