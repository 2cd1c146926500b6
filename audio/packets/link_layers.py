"""Where the network layer begins in a frame, by link type (libpcap's numbers)."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import CaptureError

NULL, ETHERNET, LOOP, LINUX_SLL, LINUX_SLL2, IPV4_ONLY, IPV6_ONLY = 0, 1, 108, 113, 276, 228, 229
RAW = frozenset({12, 14, 101})
"""Without a link layer: the number differs between systems."""
IPV4, IPV6, VLAN, QINQ, OLD_QINQ = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x9100
VLANS = frozenset({VLAN, QINQ, OLD_QINQ})
_MAX_TAGS = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """`type_at` is where the EtherType stands, `None` where the address family is told by the packet itself."""

    type_at: int | None
    header_bytes: int


LAYOUTS = {
    ETHERNET: Layout(12, 14),
    LINUX_SLL: Layout(14, 16),
    LINUX_SLL2: Layout(0, 20),
    NULL: Layout(None, 4),
    LOOP: Layout(None, 4),
    IPV4_ONLY: Layout(None, 0),
    IPV6_ONLY: Layout(None, 0),
    **dict.fromkeys(RAW, Layout(None, 0)),
}


def network_layer(view: memoryview, start: int, end: int, link_type: int) -> tuple[int, int]:
    """EtherType and where its header begins, tags passed over, of the frame `view[start:end]`.

    Raises:
        CaptureError: `unreadable`.
    """
    layout = LAYOUTS.get(link_type)
    if layout is None or end - start < layout.header_bytes + 1:
        raise CaptureError("a frame of an unknown link type or cut short", "unreadable")
    at = start + layout.header_bytes
    if layout.type_at is None:
        return (IPV6 if view[at] >> 4 == 6 else IPV4), at
    kind = int.from_bytes(view[start + layout.type_at : start + layout.type_at + 2], "big")
    return past_tags(view, kind, at, end)


def past_tags(view: memoryview, kind: int, at: int, end: int) -> tuple[int, int]:
    """EtherType and offset behind VLAN tags (802.1Q, 802.1ad). Raises CaptureError (`unreadable`)."""
    for _ in range(_MAX_TAGS):
        if kind not in VLANS:
            return kind, at
        if end - at < 5:
            break
        kind = int.from_bytes(view[at + 2 : at + 4], "big")
        at += 4
    raise CaptureError("too many VLAN tags or a frame cut short in them", "unreadable")
