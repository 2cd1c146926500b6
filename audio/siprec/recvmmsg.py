"""Linux's `recvmmsg`: many datagrams a system call, straight into arrays."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices, Times
from audio.siprec.receiving import (
    CONTROL_BYTES,
    LONGEST_BYTES,
    MOST_A_CALL,
    Arrived,
    OneByOne,
    Receiver,
    Sender,
    raise_unless_empty,
)

_SLOTS = 4096
_ADDRESS_BYTES = 28
_STAMPED_BYTES = 32
"""`struct cmsghdr` (16) and `struct timespec` (16)."""
_OVERFLOW_AT = 48
"""A second `struct cmsghdr`, which comes once something was dropped, and its 32 bits."""


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
        self._data = np.zeros((_SLOTS, LONGEST_BYTES), np.uint8)
        self._addresses = np.zeros((_SLOTS, _ADDRESS_BYTES), np.uint8)
        self._control = np.zeros((_SLOTS, CONTROL_BYTES), np.uint8)
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
        self._iovecs[slot] = _Iovec(self._data[slot].ctypes.data, LONGEST_BYTES)
        self._headers[slot].header = _Msghdr(
            self._addresses[slot].ctypes.data,
            _ADDRESS_BYTES,
            ctypes.addressof(self._iovecs[slot]),
            1,
            self._control[slot].ctypes.data,
            CONTROL_BYTES,
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
                raise_unless_empty(ctypes.get_errno())
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
        written["control_length"] = CONTROL_BYTES
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


@lru_cache(maxsize=4096)
def _address(raw: bytes) -> Sender:
    """`struct sockaddr_in` or `sockaddr_in6`; IPv6 in its shortest form."""
    (family,) = struct.unpack_from("@H", raw)
    (port,) = struct.unpack_from("!H", raw, 2)
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, raw[8:24]), port
    return socket.inet_ntop(socket.AF_INET, raw[4:8]), port
