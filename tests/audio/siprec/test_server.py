from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from audio.events import LegAnswered, LegBegun, LegEnded, LegHeld, LegLearned, LegResumed, SoundMissing
from audio.siprec.outbox import LineClosed, LineSet
from audio.siprec.settings import Limits, SiprecSettings
from models.call import Side
from tests.audio.siprec.client import AGENT, CUSTOMER, Client, metadata_of, sdp_of
from tests.audio.siprec.harness import PORTS, Bench, answer, received, requests, statuses

SETTINGS = SiprecSettings(rtp_ports=PORTS)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(SETTINGS)
    yield made
    made.server.end_all("test")


def _recording(bench: Bench, **settings: str) -> Client:
    client = bench.client(**settings)
    assert client.invite(sdp_of("1", "2"), metadata_of(CUSTOMER, AGENT)).status == 200
    return client


def test_a_session_begins_with_who_speaks_on_which_line(bench: Bench) -> None:
    answered = bench.client().invite(sdp_of("2", "1"), metadata_of(CUSTOMER, AGENT))
    assert answered.headers["contact"].endswith(";+sip.srs")
    assert bench.names() == ["LegBegun", "LegAnswered", "LineSet", "LineSet"]
    (begun,) = bench.told(LegBegun)
    assert (begun.caller, begun.callee, begun.agent_id, begun.agent_side) == (
        "+34600111222",
        "agente12",
        "12",
        Side.CALLEE,
    )
    assert begun.join_keys == ("group:g1", "session:s1")
    # The first line is labelled 2, the agent's.
    assert [(line.port, line.side) for line in bench.told(LineSet)] == list(
        zip(answered.ports, (Side.CALLEE, Side.CALLER), strict=True)
    )


def test_the_moment_of_answer_is_not_exact(bench: Bench) -> None:
    _recording(bench)
    assert [signal.exact for signal in bench.told(LegAnswered)] == [False]


def test_a_call_recorded_from_its_middle_on_says_so(bench: Bench) -> None:
    begun_s = 20779 * 86400 + 10 * 3600.0  # when the call of `metadata_of` began
    for late_s, late in ((30.0, False), (121.0, True)):
        bench.clock.now_s = begun_s + late_s
        _recording(bench)
        assert bench.told(LegBegun)[-1].started_late is late


def test_a_bye_ends_the_session_after_its_last_packets_were_taken(bench: Bench) -> None:
    client = _recording(bench)
    assert client.bye().status == 200
    (ended,) = bench.told(LegEnded)
    assert ended.reason == "bye"
    assert bench.drained[-1] == ended.leg
    assert bench.names()[-3:] == ["LineClosed", "LineClosed", "LegEnded"]
    assert client.bye().status == 481


def test_an_invite_sent_again_is_answered_again_and_begins_nothing(bench: Bench) -> None:
    client = bench.client()
    invite = client.request("INVITE", sdp_of("1").encode(), content_type="application/sdp")
    first = client.ask(invite)
    assert client.ask(invite) == first
    assert len(bench.told(LegBegun)) == 1


def test_a_bye_sent_again_is_answered_again(bench: Bench) -> None:
    client = _recording(bench)
    bye = client.request("BYE")
    assert [client.ask(bye).status, client.ask(bye).status] == [200, 200]


def test_the_200_is_sent_again_until_its_ack_comes(bench: Bench) -> None:
    client = bench.client()
    client.ask(client.request("INVITE", sdp_of("1").encode(), content_type="application/sdp"))
    bench.clock.go(3.6)  # after 0.5, 1.5 and 3.5 s
    assert statuses(client) == [200, 200, 200]
    client.to_tag = bench.told(LegBegun)[0].leg.rpartition(";")[2]
    client.wire.send(client.request("ACK", cseq=1))
    bench.clock.go(60.0)
    assert received(client) == ()


def test_without_an_ack_the_session_ends(bench: Bench) -> None:
    client = bench.client()
    client.ask(client.request("INVITE", sdp_of("1").encode(), content_type="application/sdp"))
    bench.clock.go(40.0)
    assert requests(client)[0] == "BYE"
    assert [ended.reason for ended in bench.told(LegEnded)] == ["not_acknowledged"]


def test_our_bye_is_sent_again_until_answered(bench: Bench) -> None:
    client = _recording(bench)
    bench.server.end_all("source_ended")
    bench.clock.go(1.6)
    byes = received(client)
    assert len(byes) == 3
    assert len(set(byes)) == 1
    answer(client, byes[0], 200)
    bench.clock.go(60.0)
    assert received(client) == ()


def test_over_tcp_nothing_is_sent_again(bench: Bench) -> None:
    _recording(bench, transport="TCP")
    client = _recording(bench, transport="TCP")
    received(client)
    bench.server.end_all("source_ended")
    bench.clock.go(60.0)
    assert requests(client) == ["BYE"]


def test_a_required_extension_that_is_not_known_is_refused_by_name(bench: Bench) -> None:
    refused = bench.client().invite(sdp_of("1"), headers=("Require: siprec, x-new", "Require: another"))
    assert (refused.status, refused.headers["unsupported"]) == (420, "x-new, another")


def test_an_offer_without_a_codec_of_ours_is_not_acceptable(bench: Bench) -> None:
    offer = sdp_of("1", codecs="96", attributes=("a=rtpmap:96 AMR-WB/16000",))
    assert bench.client().invite(offer).status == 488
    assert bench.items == []


def test_an_invite_without_an_offer_is_not_acceptable(bench: Bench) -> None:
    client = bench.client()
    assert client.ask(client.request("INVITE")).status == 488


def test_more_lines_than_the_limit_are_not_acceptable(bench: Bench) -> None:
    assert bench.client().invite(sdp_of(*"123456789")).status == 488


def test_a_body_that_is_no_session_description_is_a_bad_request(bench: Bench) -> None:
    client = bench.client()
    assert client.ask(client.request("INVITE", b"hello", content_type="application/sdp")).status == 400


def test_a_stranger_is_forbidden() -> None:
    bench = Bench(replace(SETTINGS, peers=(ip_network("10.1.0.0/16"),)))
    assert bench.client("10.2.0.1").invite(sdp_of("1")).status == 403
    assert bench.client("10.1.0.1").invite(sdp_of("1")).status == 200
    bench.server.end_all("test")


def test_more_sessions_than_the_limit_are_asked_to_come_later() -> None:
    bench = Bench(replace(SETTINGS, limits=Limits(sessions=1)))
    first = bench.client()
    first.invite(sdp_of("1"))
    refused = bench.client().invite(sdp_of("1"))
    assert refused.status == 503
    assert "retry-after" in refused.headers
    first.bye()
    assert bench.client().invite(sdp_of("1")).status == 200
    bench.server.end_all("test")


def test_without_a_free_port_a_session_is_asked_to_come_later_and_no_port_stays_open() -> None:
    bench = Bench(replace(SETTINGS, rtp_ports=(25990, 25993)))  # two even ports
    assert bench.client().invite(sdp_of("1", "2", "3")).status == 503
    assert bench.client().invite(sdp_of("1", "2")).status == 200
    bench.server.end_all("test")


def test_requests_of_no_dialog_are_told_so(bench: Bench) -> None:
    client = bench.client()
    client.to_tag = "none"
    assert [client.ask(client.request(method)).status for method in ("BYE", "UPDATE", "INFO", "INVITE")] == [481] * 4


def test_a_request_with_another_tag_is_of_no_dialog(bench: Bench) -> None:
    client = _recording(bench)
    client.tag = "another"
    assert client.bye().status == 481
    assert bench.told(LegEnded) == []


def test_an_older_request_is_refused(bench: Bench) -> None:
    client = _recording(bench)
    assert client.ask(client.request("UPDATE", cseq=1)).status == 500


def test_other_methods_are_not_allowed(bench: Bench) -> None:
    client = bench.client()
    refused = client.ask(client.request("SUBSCRIBE"))
    assert (refused.status, "INVITE" in refused.headers["allow"]) == (405, True)


def test_options_tell_what_the_server_can(bench: Bench) -> None:
    client = bench.client()
    told = client.ask(client.request("OPTIONS"))
    assert told.status == 200
    assert "siprec" in told.headers["supported"]
    assert "application/rs-metadata+xml" in told.headers["accept"]
    assert told.headers["contact"].endswith(";+sip.srs")


def test_a_cancel_that_comes_after_the_answer_changes_nothing(bench: Bench) -> None:
    client = bench.client()
    client.ask(client.request("INVITE", sdp_of("1").encode(), content_type="application/sdp", branch="z9hG4bKx"))
    assert client.ask(client.request("CANCEL", cseq=1, branch="z9hG4bKx")).status == 200
    assert client.ask(client.request("CANCEL", cseq=1, branch="z9hG4bKother")).status == 481
    assert bench.told(LegEnded) == []


def test_metadata_that_cannot_be_read_do_not_stop_the_recording(bench: Bench) -> None:
    assert (
        bench.client().invite(sdp_of("1", "2"), "<!DOCTYPE a [<!ENTITY b 'c'>]><recording>&b;</recording>").status
        == 200
    )
    assert bench.counts.by_kind["metadata_unreadable"] == 1
    assert [begun.agent_side for begun in bench.told(LegBegun)] == [None]


def test_late_metadata_tell_who_is_who(bench: Bench) -> None:
    client = bench.client()
    client.invite(sdp_of("1", "2"))
    assert bench.told(LegBegun)[0].caller is None
    assert client.update(metadata=metadata_of(CUSTOMER, AGENT)).status == 200
    (learned,) = bench.told(LegLearned)
    assert (learned.caller, learned.callee, learned.agent_side) == ("+34600111222", "agente12", Side.CALLEE)


def test_late_metadata_do_not_swap_sides_already_given(bench: Bench) -> None:
    client = bench.client()
    client.invite(sdp_of("1", "2"))
    client.update(metadata=metadata_of(("1", *AGENT[1:]), ("2", *CUSTOMER[1:])))
    (learned,) = bench.told(LegLearned)
    assert learned.agent_side is Side.CALLER  # of the first line, which was called the caller's
    assert (learned.caller, learned.callee) == ("agente12", "+34600111222")
    assert {line.port: line.side for line in bench.told(LineSet)[:2]} == {
        line.port: line.side for line in bench.told(LineSet)[2:]
    }


def test_a_session_of_paused_lines_is_told_when_something_is_known(bench: Bench) -> None:
    client = bench.client()
    client.invite(sdp_of("1 inactive", "2 inactive"))
    assert bench.items == []
    bench.clock.go(2.0)
    client.invite(sdp_of("1", "2"), metadata_of(CUSTOMER, AGENT))
    (begun,) = bench.told(LegBegun)
    assert begun.at_s == 1000.0  # when the session was asked for
    assert begun.agent_id == "12"
    assert bench.told(LegHeld, LegResumed, SoundMissing) == []


def test_a_pause_is_a_hold_and_its_sound_is_missing(bench: Bench) -> None:
    client = _recording(bench)
    bench.clock.go(10.0)
    paused = client.invite(sdp_of("1 inactive", "2 inactive"))
    assert paused.body.count("a=inactive") == 2
    bench.clock.go(5.0)
    client.update(sdp_of("1", "2"))
    assert [type(item).__name__ for item in bench.told(LegHeld, LegResumed)] == ["LegHeld", "LegResumed"]
    missing = bench.told(SoundMissing)
    assert {(one.side, one.start_s, one.end_s, one.reason) for one in missing} == {
        (side, 1010.0, 1015.0, "paused") for side in Side
    }


def test_a_pause_until_the_end_is_missing_until_the_end(bench: Bench) -> None:
    client = _recording(bench)
    client.update(sdp_of("1 inactive", "2 inactive"))
    bench.clock.go(5.0)
    client.bye()
    assert {(one.start_s, one.end_s) for one in bench.told(SoundMissing)} == {(1000.0, 1005.0)}


def test_a_line_that_pauses_alone_is_missing_and_no_hold(bench: Bench) -> None:
    client = _recording(bench)
    client.invite(sdp_of("1 inactive", "2"))
    bench.clock.go(4.0)
    client.invite(sdp_of("1", "2"))
    assert bench.told(LegHeld, LegResumed) == []
    assert [(one.side, one.start_s, one.end_s) for one in bench.told(SoundMissing)] == [(Side.CALLER, 1000.0, 1004.0)]


def test_a_re_invite_keeps_ports_and_brings_codecs(bench: Bench) -> None:
    client = bench.client()
    first = client.invite(sdp_of("1", "2"), metadata_of(CUSTOMER, AGENT))
    second = client.invite(sdp_of("1", "2", codecs="9"))
    assert second.ports == first.ports
    assert [set(line.codecs) for line in bench.told(LineSet)[-2:]] == [{9}, {9}]


def test_a_line_removed_is_closed_and_its_port_answered_as_off(bench: Bench) -> None:
    client = _recording(bench)
    answered = client.invite(sdp_of("1", "-"))
    assert answered.ports[1] == 0
    assert len(bench.told(LineClosed)) == 1


def test_a_line_added_takes_the_side_that_was_left(bench: Bench) -> None:
    client = _recording(bench)
    client.invite(sdp_of("1", "-"))
    other = ("3", "sip:agente33@pbx.example", "Luis")
    answered = client.invite(sdp_of("1", "-", "3"), metadata_of(CUSTOMER, other))
    added = bench.told(LineSet)[-1]
    assert (added.port, added.side) == (answered.ports[2], Side.CALLEE)
    assert bench.told(LegLearned)[-1].agent_id == "33"


def test_a_third_voice_at_the_same_time_has_no_side(bench: Bench) -> None:
    client = _recording(bench)
    other = ("3", "sip:+34911222333@operator.example", "Otro")
    answered = client.invite(sdp_of("1", "2", "3"), metadata_of(CUSTOMER, AGENT, other))
    assert answered.ports[2] not in {line.port for line in bench.told(LineSet)}
    # Once the first customer's line is paused, the new one takes its side.
    client.invite(sdp_of("1 inactive", "2", "3"))
    assert bench.told(LineSet)[-1].port == answered.ports[2]
    assert bench.told(LineSet)[-1].side is Side.CALLER


def test_one_line_of_two_voices_is_mixed(bench: Bench) -> None:
    both = metadata_of(CUSTOMER, AGENT).replace("<label>2</label>", "<label>1</label>")
    bench.client().invite(sdp_of("1"), both)
    assert [begun.mixed for begun in bench.told(LegBegun)] == [True]
    assert [line.side for line in bench.told(LineSet)] == [Side.CALLER]


def test_two_sessions_of_one_call_are_joined_and_each_knows_the_agents_side(bench: Bench) -> None:
    whole = metadata_of(CUSTOMER, AGENT, session="cs1")
    bench.client().invite(sdp_of("1"), whole)
    bench.client().invite(sdp_of("2"), whole)
    customer, agent = bench.told(LegBegun)
    assert set(customer.join_keys) & set(agent.join_keys)
    assert (customer.mixed, agent.mixed) == (False, False)
    assert [line.side for line in bench.told(LineSet)] == [Side.CALLER, Side.CALLEE]
    assert (customer.agent_side, agent.agent_side) == (Side.CALLEE, Side.CALLEE)
    for begun in (customer, agent):
        assert (begun.caller, begun.callee) == ("+34600111222", "agente12")


def test_ciscos_bridge_is_known_by_its_address(bench: Bench) -> None:
    for kind in ("x-nearend", "x-farend"):
        client = bench.client()
        sender = f"<sip:agente12@10.1.1.1;{kind};x-refci=77;x-nearendaddr=agente12;x-farendaddr=900123456>"
        client.ask(client.request("INVITE", sdp_of("1").replace("a=label:1\r\n", "").encode(), sender=sender))
    near, far = bench.told(LegBegun)
    assert near.join_keys == far.join_keys == ("session:refci-77",)
    for begun in (near, far):
        assert (begun.caller, begun.callee) == ("900123456", "agente12")


def test_a_re_invite_without_an_offer_gets_ours(bench: Bench) -> None:
    client = bench.client()
    first = client.invite(sdp_of("1", "2"))
    again = client.ask(client.request("INVITE"))
    assert (again.status, again.ports) == (200, first.ports)


def test_a_client_that_knows_session_timers_refreshes(bench: Bench) -> None:
    client = bench.client()
    accepted = client.invite(sdp_of("1"), headers=("Supported: timer",))
    assert accepted.headers["session-expires"] == "1800;refresher=uac"
    assert accepted.headers["require"] == "timer"


def test_a_session_that_is_not_refreshed_ends(bench: Bench) -> None:
    client = bench.client()
    client.invite(sdp_of("1"), headers=("Supported: timer", "Session-Expires: 120"))
    bench.clock.go(80.0)
    assert client.update(headers=("Supported: timer", "Session-Expires: 120;refresher=uac")).status == 200
    bench.clock.go(87.0)
    assert bench.told(LegEnded) == []
    bench.clock.go(2.0)  # RFC 4028, 10: 120 s less min(32, 120 / 3) after the refresh
    assert [ended.reason for ended in bench.told(LegEnded)] == ["session_expired"]
    assert requests(client)[0] == "BYE"


def test_we_refresh_where_the_client_wants_it_and_end_where_it_is_gone(bench: Bench) -> None:
    client = bench.client()
    accepted = client.invite(sdp_of("1"), headers=("Supported: timer", "Session-Expires: 100;refresher=uas"))
    assert accepted.headers["session-expires"] == "100;refresher=uas"
    bench.clock.go(50.0)
    (refresh,) = received(client)
    assert refresh.startswith(b"UPDATE ")
    answer(client, refresh, 200)
    bench.clock.go(50.0)
    (refresh,) = received(client)
    answer(client, refresh, 481)
    assert [ended.reason for ended in bench.told(LegEnded)] == ["session_expired"]


def test_too_short_an_interval_is_refused_with_ours(bench: Bench) -> None:
    refused = bench.client().invite(sdp_of("1"), headers=("Supported: timer", "Session-Expires: 30"))
    assert (refused.status, refused.headers["min-se"]) == (422, "90")


def test_a_session_that_brings_nothing_is_ended(bench: Bench) -> None:
    client = _recording(bench)
    bench.clock.go(299.0)
    bench.server.look_round()
    assert bench.told(LegEnded) == []
    bench.clock.go(2.0)
    bench.server.look_round()
    assert [ended.reason for ended in bench.told(LegEnded)] == ["silence"]
    assert requests(client) == ["BYE"]


def test_a_paused_session_may_be_silent(bench: Bench) -> None:
    client = _recording(bench)
    client.update(sdp_of("1 inactive", "2 inactive"))
    bench.clock.go(1000.0)
    client.update(sdp_of("1", "2"))
    bench.server.look_round()
    assert bench.told(LegEnded) == []


def test_a_session_is_not_endless(bench: Bench) -> None:
    client = _recording(bench)
    client.update(sdp_of("1 inactive", "2 inactive"))
    bench.clock.go(6 * 3600.0 + 1.0)
    bench.server.look_round()
    assert [ended.reason for ended in bench.told(LegEnded)] == ["limit"]


def test_requests_of_ours_go_through_the_proxies_in_order(bench: Bench) -> None:
    client = bench.client()
    client.invite(sdp_of("1"), headers=("Record-Route: <sip:p2;lr>", "Record-Route: <sip:p1;lr>"))
    bench.server.end_all("source_ended")
    (bye,) = received(client)
    lines = bye.decode().split("\r\n")
    assert lines[0] == "BYE sip:src@127.0.0.1:6060 SIP/2.0"
    assert [line for line in lines if line.startswith("Route:")] == ["Route: <sip:p2;lr>", "Route: <sip:p1;lr>"]


def test_the_answer_says_where_the_request_really_came_from(bench: Bench) -> None:
    client = bench.client()
    client.wire.address = ("192.168.7.7", 5555)  # behind a translator
    data = client.request("OPTIONS")
    client.wire.address = ("127.0.0.1", 6060)
    via = client.ask(data).headers["via"]
    assert ";rport=6060" in via
    assert via.endswith(";received=127.0.0.1")
