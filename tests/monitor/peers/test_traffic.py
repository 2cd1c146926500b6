"""sipp calls sipp: what interface, ring and capture file make of it, against tshark and against what was sent."""

from __future__ import annotations

import numpy as np
import pytest

from audio.g711 import alaw_samples
from models.call import CallRecord, Outcome
from models.recording import Party
from models.span import Span
from tests.monitor.peers import loss
from tests.monitor.peers.conftest import Seen
from tests.monitor.peers.speech import RATE_HZ, heard
from tests.monitor.peers.traffic import EARLY_PACKETS, SPOKEN_PACKETS
from tests.monitor.peers.tshark import Stream

pytestmark = pytest.mark.peers
ways = pytest.mark.parametrize("way", ["interface", "ring", "file"])
ANSWERED = ("plain", "ten", "held", "early", "byelost", "lossy", "unlisted", "stream")


def kinds(record: CallRecord) -> list[str]:
    return [moment.kind for moment in record.moments]


@ways
def test_every_call_is_one_recording(seen: Seen, way: str) -> None:
    assert len(seen.calls[way]) == len(seen.pairs)
    for pair in seen.pairs:
        assert len(seen.all(way, f"{pair.name}-")) == 1


@ways
def test_ring_times_are_those_of_tshark_within_20_ms(seen: Seen, way: str) -> None:
    oracle = seen.ring_times_s
    assert {call_id.split("-")[0].rstrip("0123456789") for call_id in oracle} == set(ANSWERED)
    for call in seen.calls[way]:
        (call_id,) = call.record.signalling_ids
        assert call.record.ring_to_answer_s == (
            pytest.approx(oracle[call_id], abs=0.020) if call_id in oracle else None
        )


@ways
@pytest.mark.parametrize("name", ["plain", "ten", "unlisted", "stream", "byelost"])
def test_both_legs_are_bit_exact(seen: Seen, way: str, name: str) -> None:
    for call in seen.all(way, name):
        assert np.array_equal(heard(call.channel(Party.CUSTOMER)), alaw_samples(seen.said.customer))
        assert np.array_equal(heard(call.channel(Party.AGENT)), alaw_samples(seen.said.agent))
        assert not any(call.record.concealed.values())
        assert not any(call.record.missing.values())


@ways
def test_packets_loss_and_jitter_are_those_of_tshark(seen: Seen, way: str) -> None:
    """tshark counts a packet that came twice as received twice, and so too few as lost."""
    compared = 0
    for call in seen.calls[way]:
        name = call.record.signalling_ids[0].split("-")[0]
        for party, stream in _streams(seen, name).items():
            figures = call.figures(party)
            assert figures.packets + figures.duplicated == stream.packets
            assert figures.lost - figures.duplicated == stream.lost
            if name not in {"lossy", "held", "early"}:
                assert figures.jitter_ms == pytest.approx(stream.mean_jitter_ms, rel=0.05, abs=0.05)
            compared += 1
    assert compared == 2 * len(seen.pairs) - 4  # two calls had no sound


def _streams(seen: Seen, name: str) -> dict[Party, Stream]:
    (pair,) = [pair for pair in seen.pairs if pair.name == name]
    ports = {Party.AGENT: pair.port + 10, Party.CUSTOMER: pair.port + 20}
    if name == "lossy":
        ports = {Party.AGENT: 22870, Party.CUSTOMER: 22860}
    return {party: one for party, port in ports.items() for one in seen.streams if one.source_port == port}


@ways
def test_every_lost_doubled_and_swapped_packet_is_counted(seen: Seen, way: str) -> None:
    call = seen.one(way, "lossy")
    for party, harm in ((Party.CUSTOMER, loss.CUSTOMERS), (Party.AGENT, loss.AGENTS)):
        figures = call.figures(party)
        assert figures.packets == SPOKEN_PACKETS - len(harm.lost)
        assert (figures.lost, figures.duplicated, figures.reordered) == (
            len(harm.lost),
            len(harm.doubled),
            len(harm.swapped),
        )


@ways
def test_sound_around_losses_is_bit_exact_and_each_loss_is_marked(seen: Seen, way: str) -> None:
    call = seen.one(way, "lossy")
    sent = {Party.CUSTOMER: (seen.said.customer, loss.CUSTOMERS), Party.AGENT: (seen.said.agent, loss.AGENTS)}
    for party, (codes, harm) in sent.items():
        channel = call.channel(party)
        start = int(np.flatnonzero(channel)[0])
        rows = channel[start : start + codes.size].reshape(SPOKEN_PACKETS, -1)
        exact = np.flatnonzero((rows == alaw_samples(codes).reshape(rows.shape)).all(axis=1))
        assert set(range(SPOKEN_PACKETS)) - set(exact.tolist()) == harm.lost
        marked = [*call.record.concealed[party], *call.record.missing.get(party, ())]
        places = {round((span.start_s * RATE_HZ - start) / 160 + n) for span in marked for n in range(_packets(span))}
        assert places == harm.lost


def _packets(span: Span) -> int:
    return round(span.duration_s * 50)


@ways
def test_a_caller_who_gives_up_has_abandoned(seen: Seen, way: str) -> None:
    record = seen.one(way, "abandoned").record
    assert (record.outcome, record.ended_by) == (Outcome.ABANDONED, Party.CUSTOMER)
    assert record.ring_to_abandon_s == pytest.approx(0.9, abs=0.1)
    assert record.ring_to_answer_s is None


@ways
def test_a_busy_telephone_is_a_call_that_failed(seen: Seen, way: str) -> None:
    record = seen.one(way, "busy").record
    assert record.outcome is Outcome.FAILED
    assert ("failed", "486") in [(moment.kind, moment.detail) for moment in record.moments]


@ways
def test_a_hold_has_its_moments_and_what_is_said_before_and_after_is_kept(seen: Seen, way: str) -> None:
    call = seen.one(way, "held")
    held = [(moment.kind, moment.by) for moment in call.record.moments if moment.kind in {"held", "resumed"}]
    assert held == [("held", Party.CUSTOMER), ("resumed", Party.CUSTOMER)]
    for party, codes in ((Party.CUSTOMER, seen.said.customer), (Party.AGENT, seen.said.agent)):
        channel = call.channel(party)
        sound = alaw_samples(codes)
        first, last = heard(channel)[: sound.size], heard(channel)[-sound.size :]
        assert np.array_equal(first, sound)
        assert np.array_equal(last, sound)


@ways
def test_early_media_is_recorded_and_rings_from_183(seen: Seen, way: str) -> None:
    call = seen.one(way, "early")
    assert kinds(call.record)[:4] == ["begun", "ringing", "early_media", "answered"]
    agent = heard(call.channel(Party.AGENT))
    announcement = alaw_samples(seen.said.announcement)
    assert np.array_equal(agent[: announcement.size], announcement)
    assert np.array_equal(agent[-seen.said.agent.size :], alaw_samples(seen.said.agent))
    assert agent.size > (EARLY_PACKETS + SPOKEN_PACKETS) * 160  # with the pause between them


@ways
def test_a_call_whose_end_is_lost_ends_on_silence(seen: Seen, way: str) -> None:
    record = seen.one(way, "byelost").record
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, None)
    assert "end_not_signalled" in record.notes
    (ended,) = [moment for moment in record.moments if moment.kind == "ended"]
    assert ended.at_s == pytest.approx(SPOKEN_PACKETS * 0.02, abs=0.5)


@ways
def test_who_hangs_up_ends_the_call(seen: Seen, way: str) -> None:
    for call in seen.all(way, "ten"):
        assert (call.record.outcome, call.record.ended_by) == (Outcome.ANSWERED, Party.CUSTOMER)
