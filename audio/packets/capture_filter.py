"""What the kernel shall let through, in libpcap's language (pcap-filter)."""

from __future__ import annotations

from dataclasses import dataclass

from audio.packets.link_layers import ETHERNET
from audio.packets.tunnels import VXLAN_PORTS

PortRange = tuple[int, int]
_TAGS = 2


@dataclass(frozen=True, slots=True)
class CaptureFilter:
    """SIP and media, and what a filter on ports alone would lose: later fragments, tagged and tunnelled frames."""

    sip_ports: tuple[int, ...] = (5060,)
    """UDP and TCP."""
    media_ports: PortRange = (1024, 65535)
    other_udp_ports: tuple[int, ...] = ()
    """E.g. that of HEP."""
    tunnels: bool = True
    """VXLAN, GRE and ERSPAN."""

    def expression(self, link_type: int = ETHERNET) -> str:
        """For an interface of this link type; tags are looked for on Ethernet only, as libpcap can."""
        plain = self._plain()
        return _tagged(plain, _TAGS) if link_type == ETHERNET else plain

    def _plain(self) -> str:
        udp_ports = sorted({*self.sip_ports, *self.other_udp_ports, *(VXLAN_PORTS if self.tunnels else ())})
        low, high = self.media_ports
        wanted = [f"udp portrange {low}-{high}", *(f"udp port {port}" for port in udp_ports)]
        wanted += [f"tcp port {port}" for port in sorted(set(self.sip_ports))]
        # a fragment but the first has no ports: INVITEs of over 1,500 bytes would lose their end (and 3 % of calls)
        wanted += ["ip[6:2] & 0x1fff != 0", "ip6 proto 44"]
        wanted += ["ip proto 47"] if self.tunnels else []
        return " or ".join(f"({one})" for one in wanted)


DEFAULT_FILTER = CaptureFilter()


def _tagged(plain: str, tags: int) -> str:
    """`vlan` moves all that stands to its right by one tag, so that each alternative comes once more behind it."""
    return plain if tags == 0 else f"{plain} or (vlan and ({_tagged(plain, tags - 1)}))"
