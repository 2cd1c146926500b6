"""Whose voice a flow carries, over time."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from audio.packets.batch import Flow
from audio.rtp.codec import STATIC
from audio.sip.media import MediaExpected, SrtpKey
from audio.sniffing.media_map import Heard, MediaMap
from models.call import Side

TO_PHONE = Flow("192.0.2.2", 7000, "192.0.2.1", 6000)


def expected(leg: str, at_s: float, listener: Side = Side.CALLER, port: int = 6000) -> MediaExpected:
    return MediaExpected(at_s, leg, listener, "192.0.2.1", port, port + 1, STATIC)


def spans(found: tuple[Heard, ...]) -> list[tuple[str, float, float]]:
    return [(one.media.leg, one.from_s, one.until_s) for one in found]


def test_what_arrives_at_the_callers_port_is_the_callees_voice() -> None:
    known = MediaMap()
    known.expect(expected("a", 100.0))
    assert [one.side for one in known.heard_on(TO_PHONE)] == [Side.CALLEE]


def test_what_leaves_a_port_where_the_caller_listens_is_the_callers_voice() -> None:
    """Behind an address translator the destination is in no SDP, but the source is."""
    known = MediaMap()
    known.expect(expected("a", 100.0))
    assert [one.side for one in known.heard_on(Flow("192.0.2.1", 6000, "203.0.113.9", 4000))] == [Side.CALLER]


def test_a_leg_that_ended_gives_its_port_to_the_next() -> None:
    known = MediaMap()
    known.expect(expected("a", 100.0))
    known.expect(expected("b", 200.0))
    known.end("a", 150.0)
    assert spans(known.heard_on(TO_PHONE)) == [("a", 85.0, 150.0), ("b", 200.0, inf)]


def test_two_legs_that_live_share_no_sound_the_first_keeps_it_until_it_ends() -> None:
    known = MediaMap()
    known.expect(expected("a", 100.0))
    known.heard("a", 101.0)
    known.expect(expected("b", 102.0))
    assert spans(known.heard_on(TO_PHONE)) == [("a", 85.0, inf)]
    known.end("a", 150.0)
    assert spans(known.heard_on(TO_PHONE)) == [("a", 85.0, 150.0), ("b", 150.0, inf)]


def test_a_leg_that_moved_to_another_port_leaves_the_old_one_to_others() -> None:
    known = MediaMap()
    known.expect(expected("a", 100.0))
    known.expect(expected("a", 110.0, port=6002))
    known.heard("a", 119.0)
    known.expect(expected("b", 120.0))
    assert spans(known.heard_on(TO_PHONE))[-1] == ("b", 120.0, inf)


def test_a_leg_that_was_silent_for_long_does_not_hold_a_port_against_a_new_one() -> None:
    known = MediaMap()
    known.expect(expected("a", 100.0))
    known.heard("a", 105.0)
    known.expect(expected("b", 200.0))
    assert spans(known.heard_on(TO_PHONE))[-1] == ("b", 200.0, inf)


def test_a_forgotten_leg_leaves_nothing_behind() -> None:
    known = MediaMap()
    known.expect(expected("a", 100.0))
    known.forget("a")
    assert known.heard_on(TO_PHONE) == ()


def test_what_the_answer_adds_to_an_offered_address_is_known_before_its_first_packet() -> None:
    """The speaker's key stands in the other side's description, which comes later."""
    offered = expected("a", 100.0)
    answered = replace(offered, at_s=103.0, keys=(SrtpKey(1, "AES_CM_128_HMAC_SHA1_80", bytes(30)),))
    known = MediaMap()
    known.expect(offered)
    known.expect(answered)
    (heard,) = known.heard_on(TO_PHONE)
    assert (heard.media.keys, heard.media.at_s) == (answered.keys, 100.0)
