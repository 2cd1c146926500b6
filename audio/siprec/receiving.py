"""Takes what has arrived at many UDP sockets: few system calls, arrays instead of objects, the kernel's time stamps.

The kernel keeps and stamps datagrams until they are fetched, so sockets are swept a few times a second instead of
waking up once a packet: 600 streams of 50 packets a second cost 2,400 calls a second and not 30,000.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices, Times

_SO_TIMESTAMPNS = 35
_SO_RXQ_OVFL = 40
_SLOTS = 4096
_SLOT_BYTES = 2048
"""The longest datagram taken whole; sound of telephony is under 1500, and a longer one is no RTP of ours."""
MOST_A_CALL = 64
"""Datagrams taken of a socket in one sweep."""
_ADDRESS_BYTES = 28
_CONTROL_BYTES = 64
_STAMPED_BYTES = 32
"""`struct cmsghdr` (16) and `struct timespec` (16)."""
_OVERFLOW_AT = 48
"""A second `struct cmsghdr`, which comes once something was dropped, and its 32 bits."""
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


def best_receiver() -> Receiver:
    """Linux's `recvmmsg`, or one `recvmsg` a datagram elsewhere."""
    if sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8:
        return ManyAtOnce()
    return OneByOne()


class _Iovec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Msghdr(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("iov", ctypes.c_void_p),
        ("iov_length", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Mmsghdr(ctypes.Structure):
    _fields_ = (("header", _Msghdr), ("received", ctypes.c_uint32))


_HEADER = np.dtype(
    {
        "names": ["name_length", "control_length", "flags", "received"],
        "formats": [np.uint32, np.uint64, np.int32, np.uint32],
        "offsets": [
            _Msghdr.name_length.offset,
            _Msghdr.control_length.offset,
            _Msghdr.flags.offset,
            _Mmsghdr.received.offset,
        ],
        "itemsize": ctypes.sizeof(_Mmsghdr),
    }
)
"""The fields of `struct mmsghdr` that the kernel writes, seen as an array."""


class ManyAtOnce:
    """Linux on 64 bits: `recvmmsg` straight into arrays, which are looked at once for all sockets."""

    def __init__(self) -> None:
        self._data = np.zeros((_SLOTS, _SLOT_BYTES), np.uint8)
        self._addresses = np.zeros((_SLOTS, _ADDRESS_BYTES), np.uint8)
        self._control = np.zeros((_SLOTS, _CONTROL_BYTES), np.uint8)
        self._socket = np.zeros(_SLOTS, np.int64)
        self._iovecs = (_Iovec * _SLOTS)()
        self._written = np.zeros(_SLOTS, _HEADER)
        self._headers = (_Mmsghdr * _SLOTS).from_buffer(self._written.data)
        self._at = [ctypes.addressof(header) for header in self._headers]
        self._recvmmsg = ctypes.CDLL(None, use_errno=True).recvmmsg
        self._recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
        for slot in range(_SLOTS):
            self._point(slot)

    def _point(self, slot: int) -> None:
        self._iovecs[slot] = _Iovec(self._data[slot].ctypes.data, _SLOT_BYTES)
        self._headers[slot].header = _Msghdr(
            self._addresses[slot].ctypes.data,
            _ADDRESS_BYTES,
            ctypes.addressof(self._iovecs[slot]),
            1,
            self._control[slot].ctypes.data,
            _CONTROL_BYTES,
            0,
        )

    def sweep(self, sockets: Sequence[socket.socket]) -> Iterator[Arrived]:
        used = 0
        for index, sock in enumerate(sockets):
            if used > _SLOTS - MOST_A_CALL:
                yield self._arrived(used)
                used = 0
            count = self._recvmmsg(sock.fileno(), self._at[used], MOST_A_CALL, socket.MSG_DONTWAIT, None)
            if count > 0:
                self._socket[used : used + count] = index
                used += count
            elif count < 0:
                _raise_unless_empty(ctypes.get_errno())
        if used:
            yield self._arrived(used)

    def _arrived(self, used: int) -> Arrived:
        written = self._written[:used]
        whole = np.flatnonzero((written["flags"] & socket.MSG_TRUNC) == 0)
        lengths = written["received"][whole].astype(np.int64)
        path, paths = self._paths(whole)
        data = self._data[whole, : int(lengths.max(initial=0))]
        control_lengths = written["control_length"][whole]
        times_s = self._times(whole, control_lengths)
        overflowed = np.zeros(len(paths), np.int64)
        np.maximum.at(overflowed, path, self._overflows(whole, control_lengths))
        written["name_length"] = _ADDRESS_BYTES
        written["control_length"] = _CONTROL_BYTES
        return Arrived(data, lengths, times_s, path, paths, tuple(overflowed.tolist()), used - len(whole))

    def _paths(self, whole: Indices) -> tuple[Indices, tuple[tuple[int, Sender], ...]]:
        addresses, sockets = self._addresses[whole], self._socket[whole]
        short = np.ascontiguousarray(addresses[:, :8]).view(np.uint64).ravel()  # all that tells IPv4 senders apart
        long = addresses.view(f"V{_ADDRESS_BYTES}").ravel()
        is_ip4 = not len(addresses) or (addresses.view(np.uint16)[:, 0] == socket.AF_INET).all()
        _, first, sender = np.unique(short if is_ip4 else long, return_index=True, return_inverse=True)
        _, at, path = np.unique(sockets * len(whole) + sender, return_index=True, return_inverse=True)
        senders = [_address(addresses[index].tobytes()) for index in first]
        return path, tuple((int(sockets[index]), senders[sender[index]]) for index in at)

    def _times(self, whole: Indices, control_lengths: npt.NDArray[np.uint64]) -> Times:
        stamps = np.ascontiguousarray(self._control[whole, 16:_STAMPED_BYTES]).view(np.int64)
        times_s: Times = stamps[:, 0] + stamps[:, 1] * 1e-9
        times_s[control_lengths < _STAMPED_BYTES] = time.time()
        return times_s

    def _overflows(self, whole: Indices, control_lengths: npt.NDArray[np.uint64]) -> Indices:
        counts = np.ascontiguousarray(self._control[whole, _OVERFLOW_AT : _OVERFLOW_AT + 4]).view(np.uint32)
        return np.where(control_lengths > _OVERFLOW_AT, counts[:, 0], 0).astype(np.int64)


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
            data, control, _, address = sock.recvmsg(_SLOT_BYTES + 1, _CONTROL_BYTES, socket.MSG_DONTWAIT)
        except OSError as error:
            _raise_unless_empty(error.errno or 0)
            return None
        stamps = [_TIMESPEC.unpack(value[:16]) for _, kind, value in control if kind == _SO_TIMESTAMPNS]
        at_s = stamps[0][0] + stamps[0][1] * 1e-9 if stamps else time.time()
        return data, at_s, (address[0], address[1])


def _of_list(index: int, taken: list[tuple[bytes, float, Sender]]) -> Arrived:
    whole = [one for one in taken if len(one[0]) <= _SLOT_BYTES]
    lengths = np.array([len(data) for data, _, _ in whole], np.int64)
    rows = np.zeros((len(whole), int(lengths.max(initial=0))), np.uint8)
    for row, (data, _, _) in zip(rows, whole, strict=True):
        row[: len(data)] = np.frombuffer(data, np.uint8)
    known: dict[Sender, int] = {}
    path = np.array([known.setdefault(sender, len(known)) for _, _, sender in whole], np.int64)
    times_s = np.array([at_s for _, at_s, _ in whole], np.float64)
    paths = tuple((index, one) for one in known)
    return Arrived(rows, lengths, times_s, path, paths, (0,) * len(paths), len(taken) - len(whole))


def _raise_unless_empty(number: int) -> None:
    """Nothing waits, a signal came between, or an ICMP error of something sent earlier: all pass."""
    if number not in {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR, errno.ECONNREFUSED}:
        raise OSError(number, os.strerror(number))


@lru_cache(maxsize=4096)
def _address(raw: bytes) -> Sender:
    """`struct sockaddr_in` or `sockaddr_in6`; IPv6 in its shortest form."""
    (family,) = struct.unpack_from("@H", raw)
    (port,) = struct.unpack_from("!H", raw, 2)
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, raw[8:24]), port
    return socket.inet_ntop(socket.AF_INET, raw[4:8]), port
