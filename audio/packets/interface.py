"""Packets from a network interface, live (libpcap through pcapy-ng)."""

from __future__ import annotations

import importlib
import select
import socket
from dataclasses import dataclass
from typing import Any

import numpy as np

from audio.packets.batch import PacketBatch
from audio.packets.capture_filter import DEFAULT_FILTER, CaptureFilter
from models.errors import CaptureError

_MAX_PACKETS = 65_536
"""Of one batch."""
_SNAP_BYTES = 65_535
_KERNEL_WAIT_MS = 50
"""How long the kernel collects packets before it wakes us."""
_NEEDS_RIGHTS = (
    "no right to capture from {name}: give it to Python (setcap cap_net_raw,cap_net_admin+eip on the binary that"
    " the virtual environment points to, or AmbientCapabilities=CAP_NET_RAW in the service's unit), or let dumpcap"
    " write ring files (dumpcap -i {name} -b filesize:100000 -b files:50 -w FILE) and follow those"
)
_NO_SUCH_DEVICE, _NO_PERMISSION, _NOT_UP, _NO_PERMISSION_TO_MIRROR = -5, -8, -9, -11
"""What libpcap's activation answers; below 0 is an error, above 0 a warning."""


@dataclass(frozen=True, slots=True)
class KernelCounts:
    """Since the interface was opened."""

    received: int
    dropped: int
    """By the kernel, because we were late: the buffer was full."""
    dropped_by_interface: int


class Interface:
    """One interface, opened. Where it goes away, `read` raises, and the caller opens it again when it is back."""

    def __init__(
        self,
        name: str,
        wanted: CaptureFilter = DEFAULT_FILTER,
        buffer_bytes: int = 64 << 20,
        *,
        promiscuous: bool = True,
    ) -> None:
        """As described.

        Raises:
            CaptureError: `capture_unavailable`, `no_capture_permission`, `interface_missing`, `filter_invalid`.
        """
        self._pcapy = _library()
        self._name = name
        self._reader = self._activated(name, buffer_bytes, promiscuous=promiscuous)
        self.link_type = int(self._reader.datalink())
        try:
            self._reader.setfilter(wanted.expression(self.link_type))
            self._reader.setnonblock(1)  # a blocking next_batch never comes back while there is no traffic
        except self._pcapy.PcapError as error:
            self.close()
            raise CaptureError(f"libpcap refuses the filter for {name}: {error}", "filter_invalid") from error
        self._descriptor = self._reader.getfd()
        self._index = _index(name)

    def read(self, timeout_s: float) -> PacketBatch | None:
        """What has come, waiting at most `timeout_s` for the first packet; `None` if nothing.

        Raises:
            CaptureError: `interface_lost`.
        """
        try:
            ready, _, _ = select.select([self._descriptor], [], [], timeout_s)
            if not ready:
                self._check_alive()
                return None
            data, packed = self._reader.next_batch(_MAX_PACKETS)
        except (self._pcapy.PcapError, OSError, ValueError) as error:
            raise CaptureError(f"{self._name} is gone: {error}", "interface_lost") from error
        return self._batch(data, packed) if packed else None

    def _check_alive(self) -> None:
        """An interface that was taken away and made anew is another one, and of the old one nothing more is heard."""
        if _index(self._name) != self._index:
            raise CaptureError(f"{self._name} is not the interface that it was", "interface_lost")

    def _batch(self, data: bytes, packed: bytes) -> PacketBatch:
        table = np.frombuffer(packed, np.uint32).reshape(-1, 4)
        times_s = table[:, 0] + table[:, 1] * 1e-6
        starts, lengths = (table[:, column].astype(np.int64) for column in (2, 3))
        return PacketBatch(self.link_type, np.frombuffer(data, np.uint8), starts, lengths, times_s)

    def counts(self) -> KernelCounts:
        """Raises CaptureError: `interface_lost`."""
        try:
            return KernelCounts(*self._reader.stats())
        except self._pcapy.PcapError as error:
            raise CaptureError(f"{self._name} is gone: {error}", "interface_lost") from error

    def close(self) -> None:
        self._reader.close()

    def _activated(self, name: str, buffer_bytes: int, *, promiscuous: bool) -> Any:
        try:
            reader = self._pcapy.create(name)
            reader.set_snaplen(_SNAP_BYTES)
            reader.set_promisc(promiscuous)
            reader.set_buffer_size(buffer_bytes)
            reader.set_timeout(_KERNEL_WAIT_MS)
            status = int(reader.activate())
        except self._pcapy.PcapError as error:
            raise CaptureError(f"{name} cannot be opened: {error}", "interface_missing") from error
        if status < 0:
            raise _refusal(name, status)
        return reader


def _index(name: str) -> int:
    """The kernel's number; 0 for none, as for `any`."""
    try:
        return socket.if_nametoindex(name)
    except OSError:
        return 0


def _library() -> Any:
    try:
        return importlib.import_module("pcapy")  # only live capture needs libpcap, and not every machine has it
    except ImportError as error:
        raise CaptureError("live capture needs pcapy-ng, which is not installed", "capture_unavailable") from error


def _refusal(name: str, status: int) -> CaptureError:
    if status in (_NO_PERMISSION, _NO_PERMISSION_TO_MIRROR):
        return CaptureError(_NEEDS_RIGHTS.format(name=name), "no_capture_permission")
    if status == _NO_SUCH_DEVICE:
        return CaptureError(f"there is no interface {name}; ip link shows which there are", "interface_missing")
    if status == _NOT_UP:
        return CaptureError(f"{name} is down: ip link set {name} up", "interface_missing")
    return CaptureError(f"{name} cannot be opened (libpcap's error {status})", "interface_missing")
