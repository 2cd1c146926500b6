from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.events import Sound
from audio.rtp.codec import Codec
from audio.rtp.sound import StreamSound
from models.call import Side
from tests.audio.rtp.senders import CODECS, START_S, Packet, captured, codes, listened, sender, spoken

PAYLOAD = codes(16_000)
ALL_CODECS = {
    **CODECS,
    96: Codec("OPUS", 48_000, 2),
    97: Codec("L16", 16_000, 2),
    98: Codec("NOBODY-KNOWS", 8000),
}


def in_batches(packets: list[Packet], cuts: list[int]) -> np.ndarray:
    made = StreamSound("leg", Side.CALLER, CODECS)
    told = []
    edges = sorted({0, *(cut % len(packets) for cut in cuts), len(packets)})
    for start, end in pairwise(edges):
        batch = packets[start:end]
        made.add(captured(batch))
        told += made.take(batch[-1].at_s)
    told += made.finish()
    line = np.zeros(20_000, np.int16)
    for sound in told:
        if isinstance(sound, Sound):
            at = round((sound.start_s - START_S) * 8000)
            line[at : at + len(sound.samples)] = sound.samples
    return line


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0, 0.2), min_size=100, max_size=100),
    st.lists(st.integers(0, 10_000), max_size=20),
    st.sets(st.integers(1, 98), max_size=10),
)
def test_in_any_order_within_the_window_and_any_batches_the_samples_are_the_same(
    delays: list[float], cuts: list[int], doubled: set[int]
) -> None:
    packets = sender(PAYLOAD)
    late = [packets[0]] + [p.delayed(d) for p, d in zip(packets[1:], delays[1:], strict=True)]
    late += [packets[i].delayed(delays[i] + 0.01) for i in doubled]
    late.sort(key=lambda packet: packet.at_s)
    assert (in_batches(late, cuts)[:16_000] == spoken(PAYLOAD)).all()


@settings(deadline=None, max_examples=60)
@given(st.sets(st.integers(1, 98), max_size=40), st.lists(st.integers(0, 10_000), max_size=20))
def test_whatever_is_lost_what_arrived_is_bit_exact_in_its_place_in_any_batches(
    lost: set[int], cuts: list[int]
) -> None:
    packets = [packet for i, packet in enumerate(sender(PAYLOAD)) if i not in lost]
    line, whole = in_batches(packets, cuts), in_batches(packets, [])
    assert (line == whole).all()
    for i in set(range(100)) - lost:
        assert (line[i * 160 : i * 160 + 160] == spoken(PAYLOAD)[i * 160 : i * 160 + 160]).all()


@settings(deadline=None, max_examples=15)
@given(st.integers(-300, 300), st.lists(st.integers(0, 10_000), max_size=20))
def test_drift_is_corrected_alike_in_any_batches(ppm: int, cuts: list[int]) -> None:
    packets = sender(codes(160) * 1500, ppm=ppm)
    made = [np.concatenate([s.samples for s in listened(packets, batch_s=b).sounds]) for b in (None, 0.3)]
    assert len(made[0]) == len(made[1])
    assert (made[0] == made[1]).all()


hostile = st.builds(
    Packet,
    st.floats(0, 30).map(lambda at: START_S + at),
    st.integers(0, 65_535),
    st.one_of(st.integers(0, 2**32 - 1), st.integers(0, 40_000)),
    st.binary(max_size=60),
    st.sampled_from([0, 3, 8, 9, 13, 18, 72, 96, 97, 98, 101, 127]),
    st.sampled_from([7, 7, 7, 8, 9]),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(hostile, min_size=1, max_size=60), st.sampled_from([None, 0.5]))
def test_no_packets_break_it_and_sounds_never_overlap(packets: list[Packet], batch_s: float | None) -> None:
    found = listened(packets, StreamSound("leg", Side.CALLER, ALL_CODECS), batch_s)
    end_s = -math.inf
    for sound in found.sounds:
        assert len(sound.samples)
        assert sound.start_s >= end_s - 1e-4
        end_s = sound.start_s + len(sound.samples) / sound.sample_rate_hz
        assert all(
            0 <= span.start_s < span.end_s <= len(sound.samples) / sound.sample_rate_hz for span in sound.concealed
        )
    assert all(one.start_s <= one.end_s for one in found.missing)
    assert sum(len(sound.samples) for sound in found.sounds) < 60 * 48_000
