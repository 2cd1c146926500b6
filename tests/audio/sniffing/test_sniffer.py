"""Frames in, signals and voices out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.events import LegBegun, LegEnded, StreamMeasured
from audio.g711 import alaw_samples
from audio.sniffing.settings import SnifferSettings
from models.call import Side
from tests.audio.rtp.senders import sender
from tests.audio.sip.flows import Dialog, answered_call
from tests.audio.sniffing.traffic import (
    AGENT_VOICE,
    CUSTOMER_VOICE,
    names,
    signalled,
    sniffed,
    sounds,
    spoken,
    whole_call,
)


def decoded(voice: bytes) -> np.ndarray:
    return alaw_samples(np.frombuffer(voice, np.uint8))


def said(events: list, side: Side) -> np.ndarray:
    return np.concatenate([one.samples for one in sounds(events, side)])


def test_a_call_is_told_with_its_signals_in_order_and_both_voices_bit_for_bit() -> None:
    events = sniffed(whole_call())
    assert names(events) == ["LegBegun", "LegRinging", "LegAnswered", "LegEnded"]
    assert np.array_equal(said(events, Side.CALLER), decoded(CUSTOMER_VOICE))
    assert np.array_equal(said(events, Side.CALLEE), decoded(AGENT_VOICE))


def test_the_two_voices_stand_on_the_capture_clock() -> None:
    events = sniffed(whole_call(start_s=1000.0))
    caller, callee = sounds(events, Side.CALLER)[0], sounds(events, Side.CALLEE)[0]
    assert caller.start_s == pytest.approx(1005.0, abs=0.002)
    assert callee.start_s - caller.start_s == pytest.approx(0.0035, abs=0.001)


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=1, max_value=250))
def test_batches_cut_anywhere_tell_the_same(batch_frames: int) -> None:
    whole, cut = sniffed(whole_call()), sniffed(whole_call(), batch_frames)
    assert names(cut) == names(whole)
    for side in Side:
        assert np.array_equal(said(cut, side), said(whole, side))


def test_packets_before_the_answer_that_explains_them_are_not_lost() -> None:
    """The agent's telephone speaks 2 s before its 200 is seen."""
    events = sniffed(whole_call(start_s=1000.0, voice_s=1002.0), batch_frames=20)
    assert np.array_equal(said(events, Side.CALLER), decoded(CUSTOMER_VOICE))
    assert np.array_equal(said(events, Side.CALLEE), decoded(AGENT_VOICE))


def test_each_side_is_measured_once_after_its_leg_ended() -> None:
    events = sniffed(whole_call())
    kinds = [type(event).__name__ for event in events]
    measured = [event for event in events if isinstance(event, StreamMeasured)]
    assert [(one.side, one.figures.packets, one.figures.lost) for one in measured] == [
        (Side.CALLER, 100, 0),
        (Side.CALLEE, 100, 0),
    ]
    assert kinds.index("StreamMeasured") > kinds.index("LegEnded")


def test_a_port_that_serves_a_second_call_belongs_to_it_from_then_on() -> None:
    """Two calls one after the other between the same ports, within one batch of a capture file."""
    second = [signalled(seen) for seen in answered_call(Dialog(call_id="call-2@192.0.2.10"), start_s=1100.0)]
    voice = spoken(sender(CUSTOMER_VOICE, start_s=1105.0))
    events = sniffed([*whole_call(), *second, *voice])
    begun = [event.leg for event in events if isinstance(event, LegBegun)]
    heard = {leg: sum(len(one.samples) for one in sounds(events, Side.CALLER) if one.leg == leg) for leg in begun}
    assert heard == {begun[0]: len(CUSTOMER_VOICE), begun[1]: len(CUSTOMER_VOICE)}


def test_a_call_whose_bye_was_lost_ends_with_its_last_packet() -> None:
    frames = [frame for frame in whole_call() if b"BYE" not in frame[1]]
    later = spoken(sender(CUSTOMER_VOICE, start_s=2000.0, ssrc=99, sequence=9, timestamp=9))
    elsewhere = [(at_s, frame.replace(bytes([192, 0, 2]), bytes([198, 51, 100]))) for at_s, frame in later]
    events = sniffed([*frames, *elsewhere], batch_frames=50, settings=SnifferSettings(silence_s=60.0, orphans=False))
    ends = [event for event in events if isinstance(event, LegEnded)]
    assert [(end.reason, round(end.at_s)) for end in ends] == [("silence", 1007)]


def test_sound_that_no_signalling_explains_is_a_call_of_its_own() -> None:
    frames = [*spoken(sender(CUSTOMER_VOICE * 8)), *spoken(sender(AGENT_VOICE * 8), by_agent=True)]
    events = sniffed(frames, batch_frames=100)
    begun = [event for event in events if isinstance(event, LegBegun)]
    assert [event.signalling_id for event in begun] == [""]
    assert len(said(events, Side.CALLER)) == len(said(events, Side.CALLEE)) == 8 * len(CUSTOMER_VOICE)


def test_without_orphans_it_is_nobodys() -> None:
    assert sniffed(spoken(sender(CUSTOMER_VOICE * 8)), settings=SnifferSettings(orphans=False)) == []


def test_what_waits_for_signalling_is_bounded() -> None:
    """Packets that no signalling explains in time wait no longer than the limit on their bytes allows."""
    limits = SnifferSettings(max_waiting_bytes=100 * 172)
    events = sniffed([*spoken(sender(CUSTOMER_VOICE * 8))], batch_frames=50, settings=limits)
    assert sum(len(one.samples) for one in sounds(events, Side.CALLER)) == 100 * 160
