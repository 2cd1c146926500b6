from __future__ import annotations

import numpy as np
import pytest

from audio.soundcard.meter import Meter, level_of
from audio.soundcard.ring import BlockRing
from tests.sounds import sine


def pushed(ring: BlockRing, count: int) -> None:
    for number in range(count):
        ring.push(float(number), np.full(4, number, "<i2").tobytes(), None, overrun=False)


def test_blocks_come_out_as_they_went_in() -> None:
    ring = BlockRing(capacity=10, channels=2)
    pushed(ring, 3)
    blocks = ring.take()
    assert [block.arrived_s for block in blocks] == [0.0, 1.0, 2.0]
    assert [block.samples.tolist() for block in blocks] == [[[n, n], [n, n]] for n in range(3)]
    assert not any(block.overrun for block in blocks)
    assert ring.take() == []


def test_what_a_late_reader_missed_is_counted_and_told_with_the_next_block() -> None:
    ring = BlockRing(capacity=2, channels=1)
    pushed(ring, 5)
    assert [block.overrun for block in ring.take()] == [False, False]
    assert (ring.newly_dropped(), ring.newly_dropped()) == (3, 0)
    pushed(ring, 2)
    assert [block.overrun for block in ring.take()] == [True, False]


def test_the_meter_reads_a_sine_at_its_level_and_peak() -> None:
    meter = Meter(8000)
    meter.hear((sine(1.0, 1000, -26.0) * 32768).astype(np.int16))
    assert meter.level is not None
    assert meter.level.level_dbov == pytest.approx(-26.0, abs=0.05)
    assert meter.level.peak_dbov == pytest.approx(-26.0 + 3.01, abs=0.05)
    assert meter.level.clipped_ratio == 0.0


def test_the_meter_forgets_what_is_older_than_a_third_of_a_second() -> None:
    meter = Meter(8000)
    meter.hear((sine(1.0, 1000, -10.0) * 32768).astype(np.int16))
    meter.hear(np.zeros(2400, np.int16))
    assert meter.level is not None
    assert meter.level.level_dbov is None


def test_full_scale_counts_as_clipped() -> None:
    level = level_of(np.array([32767, -32768, 0, 100], np.int16))
    assert level.clipped_ratio == 0.5
    assert level.peak_dbov == pytest.approx(0.0, abs=0.001)


def test_a_meter_that_heard_nothing_has_no_level() -> None:
    assert Meter(8000).level is None
