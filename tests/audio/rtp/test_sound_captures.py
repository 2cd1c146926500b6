"""Real captures of labelled calls: what was sent is known sample by sample."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
import soundfile

from audio.g711 import alaw_samples, mulaw_samples
from audio.rtp.packets import RtpPackets
from audio.rtp.parsing import rtp_packets
from tests.audio.rtp.senders import Heard, heard, stream
from tests.audio.rtp.streams import CAPTURES, captured
from tests.labelled import FOLDER

needs_captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason="../shared is not here: no captures")
RATE_HZ = 8000
PARTY_OF_PORT = {6: "customer", 7: "agent"}
"""Media ports of the customer begin with 6, of the agent with 7: who sends from there speaks."""


@dataclass(frozen=True, slots=True)
class Leg:
    party: str
    packets: RtpPackets
    found: Heard

    def payloads(self) -> list[tuple[int, np.ndarray]]:
        """Timestamp and codes of each different packet."""
        p = self.packets
        _, first = np.unique(p.timestamps, return_index=True)
        return [(int(p.timestamps[i]), p.data[p.starts[i] : p.starts[i] + p.lengths[i]]) for i in first.tolist()]

    def line(self) -> np.ndarray:
        start_s = self.found.sounds[0].start_s
        last = self.found.sounds[-1]
        return self.found.line(last.start_s - start_s + len(last.samples) / RATE_HZ, from_s=start_s)


def legs(capture: str, batch: int | None = None) -> list[Leg]:
    found = []
    for key, packets in rtp_packets(captured(CAPTURES / f"{capture}.pcap")).streams:
        made = stream()
        told = []
        for start in range(0, len(packets), batch or len(packets)):
            index = slice(start, start + (batch or len(packets)))
            part = RtpPackets(
                *(
                    getattr(packets, name) if name == "data" else getattr(packets, name)[index]
                    for name in RtpPackets.__dataclass_fields__
                )
            )
            made.add(part)
            told += made.take(float(part.times_s[-1]))
        told += made.finish()
        found.append(Leg(PARTY_OF_PORT[key.flow.source_port // 1000], packets, heard(told)))
    return found


@needs_captures
@pytest.mark.parametrize("name", ["dev-03", "dev-13", "dev-15"])
def test_the_legs_of_a_captured_call_are_the_labelled_call(name: str) -> None:
    truth = json.loads((CAPTURES / f"{name}.capture.json").read_text("utf-8"))
    call = json.loads((FOLDER / truth["call"]).read_text("utf-8"))
    recorded, _ = soundfile.read(FOLDER / call["file"], dtype="int16", always_2d=True)
    for leg in legs(name):
        line, true = leg.line(), recorded[:, call["channels"].index(leg.party)]
        true = true[round(truth["call_time_zero_s"] * RATE_HZ) :][: len(line)]
        assert not leg.found.missing
        assert np.corrcoef(line[: len(true)], true)[0, 1] > 0.99


@needs_captures
@pytest.mark.parametrize("batch", [None, 12])
@pytest.mark.parametrize("name", ["dev-03", "dev-03-lossy", "dev-13", "dev-15"])
def test_every_packet_that_arrived_is_bit_exact_in_its_place(name: str, batch: int | None) -> None:
    decode = mulaw_samples if name == "dev-13" else alaw_samples
    for leg in legs(name, batch):
        payloads = leg.payloads()
        line, first = leg.line(), payloads[0][0]
        for timestamp, codes in payloads:
            at = timestamp - first
            assert (line[at : at + len(codes)] == decode(codes)).all(), f"{leg.party} at {at / RATE_HZ:.2f} s"


@needs_captures
def test_the_lossy_capture_has_as_much_made_up_and_missing_as_was_dropped() -> None:
    truth = json.loads((CAPTURES / "dev-03.capture.json").read_text("utf-8"))["lossy"]["dropped"]
    for leg in legs("dev-03-lossy"):
        concealed_s = sum(span.duration_s for sound in leg.found.sounds for span in sound.concealed)
        missing_s = sum(one.end_s - one.start_s for one in leg.found.missing)
        dropped = truth["6000->7000" if leg.party == "customer" else "7000->6000"]
        ends = 0  # dropped before the first or after the last that arrived: nobody can know
        assert (concealed_s + missing_s) / 0.02 == pytest.approx(dropped - ends, abs=3)


@needs_captures
def test_the_legs_begin_when_their_first_packets_were_captured() -> None:
    for leg in legs("dev-03"):
        assert leg.found.sounds[0].start_s == pytest.approx(float(leg.packets.times_s[0]), abs=0.005)
