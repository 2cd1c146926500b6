from __future__ import annotations

import numpy as np

from audio.events import LegEnded
from audio.packets.batch import Datagrams
from audio.siprec.outbox import Item, Outbox, Swept


def _swept(count: int) -> Swept:
    indices = np.zeros(count, np.int64)
    return Swept(
        Datagrams(np.zeros(1, np.uint8), indices, indices, np.zeros(count), np.zeros(count, np.int32), ()), 0.0
    )


def test_items_come_in_order_and_once() -> None:
    outbox = Outbox(100)
    items: list[Item] = [_swept(3), LegEnded(1.0, "a"), _swept(0)]
    assert all(outbox.put(item) for item in items)
    assert list(outbox.take(0.0)) == items
    assert outbox.take(0.0) == ()


def test_datagrams_find_room_up_to_the_limit_and_signals_always() -> None:
    outbox = Outbox(100)
    assert outbox.put(_swept(60))
    assert not outbox.put(_swept(41))
    assert outbox.put(LegEnded(1.0, "a"))
    outbox.take(0.0)
    assert outbox.put(_swept(100))


def test_of_a_backlog_a_part_is_taken_at_a_time() -> None:
    outbox = Outbox(1_000_000)
    for _ in range(10):
        outbox.put(_swept(10_000))
    assert [len(outbox.take(0.0)) for _ in range(6)] == [2, 2, 2, 2, 2, 0]
