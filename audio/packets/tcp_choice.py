"""Which TCP flows may be SIP: those of its ports, and those in which a SIP message was seen to begin."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices

_BEGINNINGS = (
    *(b"SIP/", b"INVI", b"ACK ", b"BYE ", b"CANC", b"OPTI", b"REGI", b"PRAC", b"SUBS", b"NOTI", b"PUBL", b"INFO"),
    *(b"REFE", b"MESS", b"UPDA"),
)
_TELLING = np.frombuffer(b"".join(_BEGINNINGS), np.uint32)
_MAX_START_LINE_BYTES = 2048
_MAX_LEARNED = 4096


class TcpChoice:
    """Learns; memory is bounded by the flows learned last."""

    def __init__(self, ports: Iterable[int]) -> None:
        self._ports = frozenset(ports)
        # as they stand in a packet
        self._port_words = np.array([int.from_bytes(port.to_bytes(2, "big"), "little") for port in self._ports], "<u2")
        self._learned: OrderedDict[bytes, None] = OrderedDict()
        self._learned_marks: npt.NDArray[np.uint64] | None = None

    def candidates(
        self, data: Bytes, payloads: Indices, addresses: npt.NDArray[np.uint64], ports: npt.NDArray[np.uint32]
    ) -> npt.NDArray[np.bool_]:
        """Which of many segments, with payloads from `payloads` on, need a closer look; `admits` decides.

        What begins a message in one of them makes its flow SIP for all of them.
        """
        words = ports.view(np.uint16).reshape(-1, 2)
        chosen = np.isin(words[:, 0], self._port_words) | np.isin(words[:, 1], self._port_words)
        for row in np.flatnonzero(~chosen & _telling(data, payloads)).tolist():
            key = addresses[row].tobytes() + ports[row].tobytes()
            self.admits(key, data[payloads[row] : payloads[row] + _MAX_START_LINE_BYTES].data)
        return chosen | np.isin(_marks(addresses, ports), self._marks_now())

    def admits(self, key: bytes, payload: memoryview) -> bool:
        """Of one segment: `key` as in the packet (source, destination, ports)."""
        if int.from_bytes(key[-4:-2], "big") in self._ports or int.from_bytes(key[-2:], "big") in self._ports:
            return True
        if key in self._learned:
            self._learned.move_to_end(key)
            return True
        if not begins_sip(bytes(payload[:_MAX_START_LINE_BYTES])):
            return False
        self._learn(key)
        return True

    def _learn(self, key: bytes) -> None:
        size = (len(key) - 4) // 2
        back = key[size : 2 * size] + key[:size] + key[-2:] + key[-4:-2]
        self._learned[key] = self._learned[back] = None
        while len(self._learned) > _MAX_LEARNED:
            self._learned.popitem(last=False)
        self._learned_marks = None

    def _marks_now(self) -> npt.NDArray[np.uint64]:
        """Of the IPv4 flows that were learned, once a batch at most."""
        if self._learned_marks is None:
            four = b"".join(one for one in self._learned if len(one) == 12)
            rows = np.frombuffer(four, np.uint8).reshape(-1, 12)
            addresses = np.ascontiguousarray(rows[:, :8]).view(np.uint64)[:, 0]
            self._learned_marks = _marks(addresses, np.ascontiguousarray(rows[:, 8:]).view(np.uint32)[:, 0])
        return self._learned_marks


def _telling(data: Bytes, payloads: Indices) -> npt.NDArray[np.bool_]:
    """Where the first four bytes may begin a message."""
    telling = np.zeros(len(payloads), bool)
    inside = np.flatnonzero(payloads + 4 <= len(data))
    if len(inside):
        rows = np.lib.stride_tricks.sliding_window_view(data, 4)[payloads[inside]]
        telling[inside] = np.isin(rows.view(np.uint32)[:, 0], _TELLING)
    return telling


def begins_sip(payload: bytes) -> bool:
    """A status line, or a request line that ends in SIP/2.0: HTTP and RTSP have requests of the same names."""
    line = payload.partition(b"\r\n")[0]
    return line.startswith(b"SIP/2.0 ") or line.endswith(b" SIP/2.0")


def _marks(addresses: npt.NDArray[np.uint64], ports: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """One number a flow. Two flows may share one by chance, which costs a closer look."""
    return addresses * np.uint64(0x9E3779B97F4A7C15) ^ (ports.astype(np.uint64) << np.uint64(20))
