from __future__ import annotations

import base64
import os
import socket
import ssl
import time
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from audio.events import LegBegun, LegEnded, LegHeld, LegLearned, LegResumed, SoundMissing, SourceEvent, StreamMeasured
from audio.g711 import alaw_samples
from audio.siprec.settings import Limits
from audio.sources.siprec import SiprecSource
from models.call import Side
from models.errors import SourceError
from tests.audio.siprec.certificates import certificate
from tests.audio.siprec.client import AGENT, CUSTOMER, Client, Wire, metadata_of, play, rtp_packets, sdp_of
from tests.audio.siprec.sources import LIVE, listening

PACKETS = 50


def _speech() -> list[bytes]:
    """A second of A-law: every packet another."""
    return [os.urandom(160) for _ in range(PACKETS)]


def _decoded(payloads: list[bytes]) -> npt.NDArray[np.int16]:
    return alaw_samples(np.frombuffer(b"".join(payloads), np.uint8))


@pytest.mark.parametrize("transport", ["UDP", "TCP", "TLS"])
def test_both_legs_are_recorded_bit_exact(transport: str, tmp_path: Path) -> None:
    settings, context = LIVE, None
    if transport == "TLS":
        chain, key = certificate(tmp_path)
        settings = replace(LIVE, tls_port=0, tls_certificate=chain, tls_key=key)
        context = ssl.create_default_context(cafile=str(chain))
    customer, agent = _speech(), _speech()
    with listening(settings) as heard:
        client = Client(Wire(heard.source.addresses[transport], transport, context))
        # The agent's line comes first, and is told by its label alone.
        answered = client.invite(sdp_of("2", "1"), metadata_of(CUSTOMER, AGENT))
        assert f";transport={transport.lower()}" in answered.headers["contact"] or transport == "TLS"
        play((answered.ports[0], rtp_packets(agent, 1)), (answered.ports[1], rtp_packets(customer, 2)))
        assert client.bye().status == 200
        assert heard.ended()
    assert np.array_equal(heard.samples(Side.CALLEE), _decoded(agent))
    assert np.array_equal(heard.samples(Side.CALLER), _decoded(customer))
    assert [heard.packets(side) for side in Side] == [PACKETS, PACKETS]
    assert heard.source.counts.packets == 2 * PACKETS
    assert isinstance(heard.events[-1], LegEnded)


def test_sdes_encryption_is_decrypted_with_the_offers_key() -> None:
    pylibsrtp = pytest.importorskip("pylibsrtp")
    key = bytes(range(30))
    speech = _speech()
    policy = pylibsrtp.Policy(key=key, ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
    sender = pylibsrtp.Session(policy=policy)
    crypto = f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{base64.b64encode(key).decode()}"
    with listening() as heard:
        client = Client(Wire(heard.source.addresses["UDP"]))
        offer = sdp_of("1", attributes=(crypto,)).replace("RTP/AVP", "RTP/SAVP")
        answered = client.invite(offer, metadata_of(CUSTOMER))
        assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80" in answered.body
        play((answered.ports[0], [sender.protect(packet) for packet in rtp_packets(speech, 7)]))
        client.bye()
        assert heard.ended()
    assert np.array_equal(heard.samples(Side.CALLER), _decoded(speech))


def test_a_pause_splits_the_sound_and_what_was_not_sent_is_not_lost() -> None:
    before, between, after = _speech()[:25], _speech()[:25], _speech()[:25]
    packets = rtp_packets([*before, *between, *after], 7)
    with listening() as heard:
        client = Client(Wire(heard.source.addresses["UDP"]))
        (port,) = client.invite(sdp_of("1"), metadata_of(CUSTOMER)).ports
        play((port, packets[:25]))
        client.invite(sdp_of("1 inactive"))
        play((port, packets[25:50]))  # a client that goes on sending in the pause is not recorded
        client.invite(sdp_of("1"))
        play((port, packets[50:]))
        client.bye()
        assert heard.ended()
    assert [type(event).__name__ for event in heard.told(LegHeld, LegResumed)] == ["LegHeld", "LegResumed"]
    (missing,) = heard.told(SoundMissing)
    assert missing.reason == "paused"
    assert 0.5 <= missing.end_s - missing.start_s < 1.0
    assert np.array_equal(heard.samples(Side.CALLER), _decoded([*before, *after]))
    measured = [event.figures for event in heard.told(StreamMeasured)]
    assert [(figures.packets, figures.lost) for figures in measured] == [(25, 0), (25, 0)]


def test_metadata_that_come_later_are_learned_while_sound_goes_on() -> None:
    with listening() as heard:
        client = Client(Wire(heard.source.addresses["TCP"], "TCP"))
        client.invite(sdp_of("1", "2"))
        assert client.update(metadata=metadata_of(CUSTOMER, AGENT)).status == 200
        client.bye()
        assert heard.ended()
    assert [learned.agent_id for learned in heard.told(LegLearned)] == ["12"]


def test_packets_of_strangers_are_not_recorded() -> None:
    settings = replace(LIVE, peers=(ip_network("127.0.0.1/32"),))
    with listening(settings) as heard:
        client = Client(Wire(heard.source.addresses["UDP"]))
        (port,) = client.invite(sdp_of("1"), metadata_of(CUSTOMER)).ports
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))
            for packet in rtp_packets(_speech(), 9):
                stranger.sendto(packet, ("127.0.0.1", port))
        client.bye()
        assert heard.ended()
    assert heard.source.counts.packets == 0
    assert heard.source.counts.unreadable == PACKETS
    assert [measured.figures.packets for measured in heard.told(StreamMeasured)] == [0]


def test_a_line_follows_only_so_many_senders() -> None:
    settings = replace(LIVE, limits=Limits(senders=2))
    with listening(settings) as heard:
        client = Client(Wire(heard.source.addresses["UDP"]))
        (port,) = client.invite(sdp_of("1"), metadata_of(CUSTOMER)).ports
        for _ in range(4):
            play((port, rtp_packets([bytes(160)], 9)))
        client.bye()
        assert heard.ended()
    assert heard.source.counts.packets == 2


def test_closing_ends_every_session_and_tells_the_client() -> None:
    with listening() as heard:
        client = Client(Wire(heard.source.addresses["TCP"], "TCP"))
        client.invite(sdp_of("1"), metadata_of(CUSTOMER))
        heard.source.close()
        assert client.wire.receive().startswith(b"BYE ")
        heard.join()
        assert heard.source.poll(0.0) is None
    assert [ended.reason for ended in heard.told(LegEnded)] == ["source_ended"]


def test_a_port_in_use_is_told_at_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(SourceError, match="cannot listen on"):
            SiprecSource(replace(LIVE, udp_port=other.getsockname()[1]))


def test_a_certificate_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot listen"):
        SiprecSource(replace(LIVE, tls_port=0, tls_certificate=tmp_path / "none.pem"))


def test_a_client_without_a_certificate_of_the_authority_gets_no_session(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    settings = replace(LIVE, tls_port=0, tls_certificate=chain, tls_key=key, tls_client_authority=chain)
    with listening(settings) as heard:
        context = ssl.create_default_context(cafile=str(chain))
        with pytest.raises(OSError, match=r"(?i)certificate|closed|reset"):
            Client(Wire(heard.source.addresses["TLS"], "TLS", context)).invite(sdp_of("1"))
        context.load_cert_chain(chain, key)
        assert Client(Wire(heard.source.addresses["TLS"], "TLS", context)).invite(sdp_of("1")).status == 200


def test_a_message_that_is_too_long_is_refused_and_its_connection_closed() -> None:
    settings = replace(LIVE, limits=Limits(message_bytes=4000))
    with listening(settings) as heard:
        wire = Wire(heard.source.addresses["TCP"], "TCP")
        client = Client(wire)
        assert client.ask(client.request("INVITE", b"v" * 5000)).status == 413
        with pytest.raises(ConnectionError):
            wire.receive()
        udp = Client(Wire(heard.source.addresses["UDP"]))
        assert udp.ask(udp.request("INVITE", b"v" * 5000)).status == 413


def test_a_message_that_comes_in_pieces_and_two_in_one_piece_are_read() -> None:
    with listening() as heard:
        client = Client(Wire(heard.source.addresses["TCP"], "TCP"))
        first = client.request("OPTIONS").replace(b"Content-Length:", b"Content-Length :")
        both = b"\r\n\r\n" + first + client.request("OPTIONS", b"xyz")
        for start in range(0, len(both), 100):
            client.wire.send(both[start : start + 100])
            time.sleep(0.005)
        answers = [client.wire.receive(), client.wire.receive()]
    assert [answer.split(b"\r\n")[0] for answer in answers] == [b"SIP/2.0 200 OK"] * 2


def test_connections_are_limited() -> None:
    settings = replace(LIVE, limits=Limits(connections=1))
    with listening(settings) as heard:
        first = Client(Wire(heard.source.addresses["TCP"], "TCP"))
        assert first.ask(first.request("OPTIONS")).status == 200
        second = Client(Wire(heard.source.addresses["TCP"], "TCP"))
        with pytest.raises(ConnectionError):
            second.ask(second.request("OPTIONS"))
        assert first.ask(first.request("OPTIONS")).status == 200


def test_a_message_left_unfinished_does_not_hold_its_connection() -> None:
    settings = replace(LIVE, limits=Limits(message_s=0.2))
    with listening(settings) as heard:
        wire = Wire(heard.source.addresses["TCP"], "TCP")
        wire.send(b"INVITE sip:")
        with pytest.raises(ConnectionError):
            wire.receive()


def test_ten_sessions_at_once_are_told_apart() -> None:
    with listening() as heard:
        client_wire = Wire(heard.source.addresses["TCP"], "TCP")
        speech = [_speech() for _ in range(10)]
        clients = [Client(client_wire) for _ in speech]
        ports = [
            client.invite(sdp_of("1"), metadata_of(CUSTOMER, session=client.call_id)).ports[0] for client in clients
        ]
        play(*((port, rtp_packets(said, 7)) for port, said in zip(ports, speech, strict=True)))
        for client in clients:
            client.bye()
        assert heard.ended(10)
        legs = {event.leg.partition(";")[0]: event.leg for event in heard.told(LegBegun)}
    for client, said in zip(clients, speech, strict=True):
        assert np.array_equal(heard.samples(Side.CALLER, legs[client.call_id]), _decoded(said))


def _kinds(events: list[SourceEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_every_event_comes_between_the_beginning_and_the_end_of_its_leg() -> None:
    with listening() as heard:
        client = Client(Wire(heard.source.addresses["UDP"]))
        (port,) = client.invite(sdp_of("1"), metadata_of(CUSTOMER)).ports
        play((port, rtp_packets(_speech(), 1)))
        client.bye()
        assert heard.ended()
    kinds = _kinds(heard.events)
    assert kinds[:2] == ["LegBegun", "LegAnswered"]
    assert kinds[-2:] == ["StreamMeasured", "LegEnded"]
