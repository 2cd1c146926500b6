"""Flows numbered in the order in which they were first seen; the usual ones are found for whole arrays at once."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Flow

Keys = npt.NDArray[np.uint64]
"""Both IPv4 addresses as in the packet, eight bytes read as one number."""
Ports = npt.NDArray[np.uint32]
"""Both ports as in the packet, four bytes read as one number."""
_SLOT_BITS = 18
_ROUNDS = 4


class FlowTable(Sequence[Flow]):
    """An index means one flow for ever. A flow unseen for long may be forgotten, and comes back under a new index.

    A port scan is thousands of flows of one packet: `forget` keeps the `max_flows` seen last.
    """

    def __init__(self, max_flows: int = 65_536) -> None:
        self._max_flows = max_flows
        self._flows: dict[int, Flow] = {}
        self._next = 0
        self._places: dict[bytes, int] = {}
        self._keys: list[bytes] = [b""]
        self._free: list[int] = []
        self._slots = np.zeros(1 << _SLOT_BITS, np.int32)
        self._addresses = np.zeros(1024, np.uint64)
        self._ports = np.zeros(1024, np.uint32)
        self._index = np.full(1024, -1, np.int32)
        self._seen = np.zeros(1024, np.int64)
        self._tick = 0

    def __len__(self) -> int:
        return self._next

    @overload
    def __getitem__(self, index: int) -> Flow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Flow]: ...
    def __getitem__(self, index: int | slice) -> Flow | Sequence[Flow]:
        """Raises IndexError where the flow was forgotten."""
        if isinstance(index, slice):
            return [self._flows[one] for one in range(self._next)[index] if one in self._flows]
        try:
            return self._flows[int(index) + self._next if index < 0 else int(index)]
        except KeyError as error:
            raise IndexError(f"flow {index} is not known, or was forgotten") from error

    @property
    def known(self) -> int:
        """Flows held now."""
        return len(self._flows)

    def number(self, key: bytes) -> int:
        """Of a flow as in the packet: source, destination, source port, destination port, 12 or 36 bytes."""
        place = self._place(key)
        self._seen[place] = self._tick
        return int(self._index[place])

    def numbers(self, addresses: Keys, ports: Ports) -> npt.NDArray[np.int32]:
        """Of many IPv4 flows at once. Each slot remembers the flow that it served last."""
        found = np.empty(len(ports), np.int32)
        left = np.arange(len(ports))
        slots = _slots(addresses, ports)
        for _ in range(_ROUNDS):
            places = self._slots[slots[left]]
            hit = (self._addresses[places] == addresses[left]) & (self._ports[places] == ports[left]) & (places > 0)
            self._seen[places[hit]] = self._tick
            found[left[hit]] = self._index[places[hit]]
            left = left[~hit]
            if not len(left):
                return found
            _, first = np.unique(slots[left], return_index=True)
            for row in left[first].tolist():
                self._slots[slots[row]] = self._place(addresses[row].tobytes() + ports[row].tobytes())
        for row in left.tolist():
            found[row] = self.number(addresses[row].tobytes() + ports[row].tobytes())
        return found

    def forget(self) -> None:
        """Half of the flows, those unseen for longest, where there are too many. Only between batches."""
        self._tick += 1
        if len(self._places) <= self._max_flows:
            return
        places = np.fromiter(self._places.values(), np.int64)
        order = np.argsort(self._seen[places], kind="stable")
        for place in places[order[: len(places) - self._max_flows // 2]].tolist():
            del self._places[self._keys[place]]
            del self._flows[int(self._index[place])]
            self._keys[place] = b""
            self._free.append(place)
        self._slots[:] = 0

    def _place(self, key: bytes) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._new_place(key)
        return place

    def _new_place(self, key: bytes) -> int:
        place = self._free.pop() if self._free else len(self._keys)
        if place == len(self._keys):
            self._keys.append(key)
            self._grow(place)
        self._keys[place] = key
        if len(key) == 12:
            self._addresses[place] = np.frombuffer(key, np.uint64, 1)[0]
            self._ports[place] = np.frombuffer(key, np.uint32, 1, 8)[0]
        self._index[place] = self._next
        self._seen[place] = self._tick
        self._flows[self._next] = flow_of(key)
        self._next += 1
        return place

    def _grow(self, place: int) -> None:
        if place < len(self._index):
            return
        self._addresses = np.concatenate((self._addresses, np.zeros_like(self._addresses)))
        self._ports = np.concatenate((self._ports, np.zeros_like(self._ports)))
        self._index = np.concatenate((self._index, np.zeros_like(self._index)))
        self._seen = np.concatenate((self._seen, np.zeros_like(self._seen)))


def flow_of(key: bytes) -> Flow:
    """Of `source + destination + source port + destination port` as in the packet."""
    size = (len(key) - 4) // 2
    family = socket.AF_INET if size == 4 else socket.AF_INET6
    source, destination = (socket.inet_ntop(family, key[at : at + size]) for at in (0, size))
    return Flow(source, int.from_bytes(key[-4:-2], "big"), destination, int.from_bytes(key[-2:], "big"))


def _slots(addresses: Keys, ports: Ports) -> npt.NDArray[np.uint64]:
    """Fibonacci hashing: what differs in any byte differs in the upper bits."""
    mixed = (addresses ^ (ports.astype(np.uint64) << np.uint64(17))) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed >> np.uint64(64 - _SLOT_BITS)
