"""Frames inside frames: VXLAN (RFC 7348), GRE (RFC 2784, 2890) and ERSPAN, as mirrors of clouds and switches send."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audio.packets.link_layers import ETHERNET, IPV4, IPV6
from models.errors import CaptureError

VXLAN_PORTS = (4789, 8472)
"""IANA's, and the one that Linux used before."""
VXLAN_BYTES = 8
VXLAN_HEAD = np.array([8, 0, 0, 0, 0, 0, 0, 0], np.uint8)
"""What is told by `VXLAN_MASK`: the flag of a network identifier, and zeros around it."""
VXLAN_MASK = np.array([255, 255, 255, 255, 0, 0, 0, 255], np.uint8)
_BRIDGED, _ERSPAN, _ERSPAN_3 = 0x6558, 0x88BE, 0x22EB


@dataclass(frozen=True, slots=True)
class Inner:
    """What is carried from `at` on: a frame of `link_type`, or where that is `None`, a packet of EtherType `kind`."""

    at: int
    link_type: int | None
    kind: int = 0


def vxlan(view: memoryview, at: int, end: int) -> Inner | None:
    """`None` where a datagram to its port is something else."""
    if end - at < VXLAN_BYTES:
        return None
    head = np.frombuffer(view[at : at + VXLAN_BYTES], np.uint8)
    return Inner(at + VXLAN_BYTES, ETHERNET) if ((head & VXLAN_MASK) == VXLAN_HEAD).all() else None


def gre(view: memoryview, at: int, end: int) -> Inner:
    """Raises CaptureError (`unreadable`): cut short, of another version, or carrying nothing that we follow."""
    if end - at < 4 or view[at + 1] & 7 or view[at] & 0x40:
        raise CaptureError("GRE cut short, or of another version", "unreadable")
    flags, kind = view[at], int.from_bytes(view[at + 2 : at + 4], "big")
    sequenced = bool(flags & 0x10)
    inner = at + 4 + 4 * (bool(flags & 0x80) + bool(flags & 0x20) + sequenced)
    if kind in (IPV4, IPV6):
        return Inner(inner, None, kind)
    if kind == _BRIDGED:
        return Inner(inner, ETHERNET)
    if kind == _ERSPAN:
        return Inner(inner + (8 if sequenced else 0), ETHERNET)  # type II; type I has no header of its own
    if kind == _ERSPAN_3 and end - inner >= 12:
        return Inner(inner + (20 if view[inner + 11] & 1 else 12), ETHERNET)
    raise CaptureError("GRE that carries nothing that we follow", "unreadable")
