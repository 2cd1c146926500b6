"""Where on a sender's own time line each packet belongs, and what lies between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from audio.packets.batch import Indices
from audio.rtp.received import Received

_ENOUGH_TO_COUNT = 6


def unwrapped(numbers: Indices, bits: int, before: int) -> Indices:
    """Wrapping numbers as numbers that go on: each the nearest to the one before it, the first to `before`.

    Without a memory, unlike `Unwrapper`: whether a stream goes on with these packets is known only afterwards.
    """
    size = 1 << bits
    half = size >> 1
    steps = np.empty_like(numbers)
    steps[1:] = numbers[1:] - numbers[:-1]
    steps[0] = numbers[0] - before
    extended: Indices = before + ((steps + half & size - 1) - half).cumsum()
    return extended


def counted_rate_hz(packets: Received, payload_s: float) -> int | None:
    """How fast a sender's timestamps count, judged by payloads that sound for `payload_s` each and came at that pace.

    `None` where that cannot be told: some are missing, too few, or they came at another pace.
    """
    packets = packets.chosen(np.argsort(packets.sequence, kind="stable"))
    steps, pace_s = np.diff(packets.timestamps), np.ptp(packets.times_s) if len(packets) else 0.0
    if len(steps) < _ENOUGH_TO_COUNT or payload_s <= 0 or not 0.8 < pace_s / (len(steps) * payload_s) < 1.25:
        return None
    alike = (steps == steps[0]).all() and (np.diff(packets.sequence) == 1).all() and steps[0] > 0
    return round(float(steps[0]) / payload_s) if alike else None


def in_order(packets: Received, after: int | None) -> Received:
    """By timestamp, each timestamp once (the first to arrive), none below `after`: what comes later is late."""
    timestamps = packets.timestamps
    if (timestamps[1:] > timestamps[:-1]).all() and (after is None or timestamps[0] >= after):
        return packets
    _, first = np.unique(timestamps, return_index=True)
    if after is not None:
        first = first[timestamps[first] >= after]
    return packets.chosen(first)


def lost_before(sequence: Indices, previous: int, others: Indices) -> Indices:
    """How many packets are lost just before each, `previous` being the sequence number before the first.

    `others` are the sorted numbers of packets that carry no sound (events), which are not lost either.
    """
    before = np.empty_like(sequence)
    before[1:] = sequence[:-1]
    before[0] = previous
    steps = sequence - before
    lost: Indices = np.where(steps < 0, steps & 0xFFFF, steps) - 1  # an outage of minutes may wrap the numbers
    if len(others):
        lost -= np.searchsorted(others, sequence) - np.searchsorted(others, before)
    return np.maximum(lost, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """Packets `first` to `last` (exclusive) follow on each other without a gap."""

    first: int
    last: int
    gap_ticks: int
    """Between the packet before and this one; negative where they overlap."""


def runs(timestamps: Indices, ticks: Indices, expected: int | None) -> Iterator[Run]:
    """Packets that join seamlessly, in order. `ticks` is how long each sounds, `expected` where the first should be."""
    gaps = np.empty_like(timestamps)
    gaps[1:] = timestamps[1:] - timestamps[:-1] - ticks[:-1]
    gaps[0] = 0 if expected is None else timestamps[0] - expected
    edges = np.flatnonzero(gaps[1:]) + 1
    first = 0
    for last in [*edges.tolist(), len(timestamps)]:
        yield Run(first, last, int(gaps[first]))
        first = last
