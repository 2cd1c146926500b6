"""Takes what has arrived at many UDP sockets, as arrays, with the kernel's times of arrival.

The kernel keeps and stamps datagrams until they are fetched, so sockets are swept a few times a second instead of
waking up once a packet: 600 streams of 50 packets a second cost 2,400 calls a second and not 30,000.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices, Times

LONGEST_BYTES = 2048
"""The longest datagram taken whole; sound of telephony is under 1500, and a longer one is no RTP of ours."""
MOST_A_CALL = 64
"""Datagrams taken of a socket in one sweep."""
CONTROL_BYTES = 64
"""Room for what the kernel says of a datagram."""
_SO_TIMESTAMPNS = 35
_SO_RXQ_OVFL = 40
_TIMESPEC = struct.Struct("@qq")

Sender = tuple[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """Datagrams of several sockets, in order of arrival of each: row i of `data`, of which `lengths[i]` bytes count."""

    data: Bytes
    """Shape (n, longest)."""
    lengths: Indices
    times_s: Times
    """Arrival, since 1970."""
    path: npt.NDArray[np.int64]
    """Of each datagram, its index in `paths`."""
    paths: tuple[tuple[int, Sender], ...]
    """Different pairs of socket (its index in what was swept) and sender."""
    overflowed: tuple[int, ...]
    """Of each path, how many datagrams the kernel has dropped at its socket since it was opened, as far as known."""
    cut: int = 0
    """Datagrams longer than a slot, left out."""


class Receiver(Protocol):
    def sweep(self, sockets: Sequence[socket.socket]) -> Iterator[Arrived]:
        """What waits at the sockets, which must not block; at most one buffer full of each socket and sweep.

        One `Arrived` may hold several sockets, and one socket may come in several of them, in order.
        """


def stamp_arrivals(sock: socket.socket) -> None:
    """Asks the kernel to note when each datagram arrived and how many it had to drop, where it can."""
    if sys.platform == "linux":
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)


class OneByOne:
    """Any system: a `recvmsg` a datagram, with the time of the call where the kernel stamps none."""

    def sweep(self, sockets: Sequence[socket.socket]) -> Iterator[Arrived]:
        for index, sock in enumerate(sockets):
            ones = (self._one(sock) for _ in range(MOST_A_CALL))
            taken = [one for one in takewhile(lambda one: one is not None, ones) if one]
            if taken:
                yield _of_list(index, taken)

    def _one(self, sock: socket.socket) -> tuple[bytes, float, Sender] | None:
        try:
            data, control, _, address = sock.recvmsg(LONGEST_BYTES + 1, CONTROL_BYTES, socket.MSG_DONTWAIT)
        except OSError as error:
            raise_unless_empty(error.errno or 0)
            return None
        stamps = [_TIMESPEC.unpack(value[:16]) for _, kind, value in control if kind == _SO_TIMESTAMPNS]
        at_s = stamps[0][0] + stamps[0][1] * 1e-9 if stamps else time.time()
        return data, at_s, (address[0], address[1])


def _of_list(index: int, taken: list[tuple[bytes, float, Sender]]) -> Arrived:
    whole = [one for one in taken if len(one[0]) <= LONGEST_BYTES]
    lengths = np.array([len(data) for data, _, _ in whole], np.int64)
    rows = np.zeros((len(whole), int(lengths.max(initial=0))), np.uint8)
    for row, (data, _, _) in zip(rows, whole, strict=True):
        row[: len(data)] = np.frombuffer(data, np.uint8)
    known: dict[Sender, int] = {}
    path = np.array([known.setdefault(sender, len(known)) for _, _, sender in whole], np.int64)
    times_s = np.array([at_s for _, at_s, _ in whole], np.float64)
    paths = tuple((index, one) for one in known)
    return Arrived(rows, lengths, times_s, path, paths, (0,) * len(paths), len(taken) - len(whole))


def raise_unless_empty(number: int) -> None:
    """Nothing waits, a signal came between, or an ICMP error of something sent earlier: all pass."""
    if number not in {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR, errno.ECONNREFUSED}:
        raise OSError(number, os.strerror(number))
