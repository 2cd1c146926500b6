"""What a recording server is told by the configuration. Limits are there because peers are not to be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

Network = IPv4Network | IPv6Network

PRIVATE: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")
)
"""Loopback and the private networks of RFC 1918 and RFC 4193."""


@dataclass(frozen=True, slots=True)
class AgentRules:
    """How the agent is known among the participants. The first kind of rule that fits exactly one participant tells.

    A pattern with a group `agent_id` names the agent by it; otherwise the user part of the address does.
    """

    aor: tuple[re.Pattern[str], ...] = (re.compile(r"(?i)^sips?:(?:agente|agent|ext)[-_.]?(?P<agent_id>\w+)@"),)
    """Searched in the address of record, e.g. `sip:agente12@pbx.example`."""
    name: tuple[re.Pattern[str], ...] = ()
    """Searched in the display name."""
    domains: frozenset[str] = frozenset()
    """The centre's own domains and addresses, in lower case: who is in one of them is an agent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one peer or all together may ask for."""

    sessions: int = 400
    """More recording sessions at once are refused with 503."""
    lines: int = 8
    """Media lines of one session; more are refused with 488."""
    message_bytes: int = 65536
    """A longer message is refused with 413, and a stream that carried it closed."""
    metadata_bytes: int = 65536
    connections: int = 256
    """TCP and TLS connections at once."""
    message_s: float = 30.0
    """A message begun on a connection is complete within this time."""
    idle_connection_s: float = 3600.0
    """A connection without sessions is closed after so long without a message."""
    senders: int = 16
    """Different senders or SSRCs that one line may bring in its life."""
    datagrams_waiting: int = 600_000
    """Datagrams taken from the kernel that wait for `poll`, 20 s of 300 calls; beyond, new ones are dropped."""


@dataclass(frozen=True, slots=True)
class SiprecSettings:
    """A recording server's addresses, peers, rules and limits. `None` as a port leaves its transport out."""

    address: str = "0.0.0.0"  # noqa: S104 - a server listens; who may speak is `peers`
    udp_port: int | None = 5060
    tcp_port: int | None = 5060
    tls_port: int | None = None
    tls_certificate: Path | None = None
    """PEM, the whole chain."""
    tls_key: Path | None = None
    tls_client_authority: Path | None = None
    """PEM. Where given, clients must show a certificate that it signed."""
    advertised_address: str | None = None
    """Told to peers as ours (NAT). `None`: the address by which we reach the peer."""
    rtp_ports: tuple[int, int] = (30000, 31999)
    """First and last; of each pair the even one is used."""
    peers: tuple[Network, ...] = PRIVATE
    """Who may signal and send sound; others get 403 and their packets are dropped."""
    codecs: tuple[str, ...] = ("PCMA", "PCMU", "G722", "OPUS", "G729", "GSM", "L16")
    """Answered in this order; `telephone-event` and comfort noise are always taken."""
    agent: AgentRules = field(default_factory=AgentRules)
    session_expires_s: int = 1800
    """RFC 4028, asked of clients that know session timers."""
    min_session_expires_s: int = 90
    silent_s: float = 300.0
    """A session that is not paused and brings no packet for so long is ended."""
    late_s: float = 120.0
    """A call that by its metadata began so long before its recording session is recorded from its middle on; longer
    than any ringing and than what two machines' clocks may differ."""
    longest_s: float = 6 * 3600.0
    """A session is ended after so long whatever it brings."""
    sweep_s: float = 0.25
    """How often arrived packets are taken from the kernel, which keeps their times."""
    receive_buffer_bytes: int = 1 << 20
    """Asked of the kernel for each RTP socket; it gives at most `net.core.rmem_max`."""
    limits: Limits = field(default_factory=Limits)


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address belongs to one of the networks; an IPv4 one mapped into IPv6 counts as IPv4."""
    try:
        found = ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in networks)
