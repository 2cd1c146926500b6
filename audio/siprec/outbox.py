"""What the recording server's thread hands to the one that reads the source."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from audio.events import Signal, SoundMissing
from audio.packets.batch import Datagrams
from audio.rtp.codec import Codec
from audio.sip.media import SrtpKey
from models.call import Side

_MOST_AT_ONCE = 16384
"""Datagrams, about half a second of 300 calls."""


@dataclass(frozen=True, slots=True)
class LineSet:
    """From now on what arrives at this port of ours is this sound; told again when it changes."""

    line: int
    """Unique in the server's life."""
    at_s: float
    port: int
    leg: str
    side: Side
    codecs: Mapping[int, Codec]
    keys: tuple[SrtpKey, ...]
    encrypted: bool
    active: bool
    """Whether the client says that it sends; what arrives nevertheless is not recorded."""


@dataclass(frozen=True, slots=True)
class LineClosed:
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """Datagrams of one sweep; the flows' destination ports tell the lines."""

    datagrams: Datagrams
    until_s: float
    """What arrived before was swept, at all sockets; 0 where that is not said."""


Item = Signal | SoundMissing | LineSet | LineClosed | Swept


@dataclass(slots=True)
class Outbox:
    """A queue between two threads. Signals always find room, they are few; datagrams only so many."""

    most_datagrams: int
    _items: deque[Item] = field(default_factory=deque)
    _datagrams: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def put(self, item: Item) -> bool:
        """Whether there was room."""
        count = _count(item)
        with self._changed:
            if count and self._datagrams + count > self.most_datagrams:
                return False
            self._datagrams += count
            self._items.append(item)
            self._changed.notify()
        return True

    def take(self, timeout_s: float) -> tuple[Item, ...]:
        """What waits, in order, waiting at most `timeout_s` for something.

        Of a backlog only a part: what it becomes is to reach the disk before the rest is looked at.
        """
        taken: list[Item] = []
        datagrams = 0
        with self._changed:
            if not self._items:
                self._changed.wait(timeout_s)
            while self._items and datagrams < _MOST_AT_ONCE:
                item = self._items.popleft()
                taken.append(item)
                datagrams += _count(item)
            self._datagrams -= datagrams
        return tuple(taken)


def _count(item: Item) -> int:
    return len(item.datagrams.starts) if isinstance(item, Swept) else 0
