"""Which side of a leg is the agent: the source's word, the centre's rules, or the default."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from models.call import Side
from monitor.calls.numbers import host_of, user_of
from monitor.calls.state import AgentKnown, CallState, Certainty, LegState

_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class PartyRules:
    r"""How a centre's agents are known. Each kind of rule is tried in turn, until one tells the two sides apart.

    Raises:
        ValueError: with every expression and network that cannot be read.
    """

    agents: tuple[str, ...] = ()
    r"""Regular expressions of agents' whole numbers or users, e.g. `1\d{3}`; a group `agent` is the agent's id."""
    agent_domains: tuple[str, ...] = ()
    """Domains of agents' addresses."""
    agent_networks: tuple[str, ...] = ()
    """Networks of agents' telephones, e.g. `10.20.0.0/16`; not the exchange's."""
    customers: tuple[str, ...] = ()
    r"""Regular expressions of customers' whole numbers, e.g. `\+?\d{9,}`: a call to one is outgoing."""
    default: Side = Side.CALLEE
    """The agent where nothing tells: who is called, for most calls are incoming."""

    def __post_init__(self) -> None:
        wrong = [text for text in (*self.agents, *self.customers) if not _readable(re.compile, text)]
        wrong += [text for text in self.agent_networks if not _readable(ip_network, text)]
        if wrong:
            raise ValueError(f"party rules that cannot be read: {', '.join(wrong)}")

    def agent_of(self, leg: LegState) -> AgentKnown:
        """The agent's side and id of a leg, from its numbers and addresses."""
        if leg.agent_side is not None:
            return self._known(leg, leg.agent_side, Certainty.SOURCE)
        by_kind = (self._by_number, self._by_domain, self._by_network, self._by_customer)
        side = next((side for kind in by_kind if (side := kind(leg)) is not None), None)
        if side is None:
            return self._known(leg, self.default, Certainty.DEFAULT)
        return self._known(leg, side, Certainty.RULE)

    def _known(self, leg: LegState, side: Side, certainty: Certainty) -> AgentKnown:
        number = user_of(leg.caller if side is Side.CALLER else leg.callee)
        return AgentKnown(side, certainty, leg.agent_id or _agent_id(self.agents, number))

    def _by_number(self, leg: LegState) -> Side | None:
        return _either(_agent_id(self.agents, user_of(number)) is not None for number in (leg.caller, leg.callee))

    def _by_domain(self, leg: LegState) -> Side | None:
        domains = {domain.lower() for domain in self.agent_domains}
        return _either(host_of(number) in domains for number in (leg.caller, leg.callee))

    def _by_network(self, leg: LegState) -> Side | None:
        networks = _networks(self.agent_networks)
        return _either(_inside(address, networks) for address in leg.addresses or ())

    def _by_customer(self, leg: LegState) -> Side | None:
        side = _either(_fits(self.customers, user_of(number)) is not None for number in (leg.caller, leg.callee))
        return side and side.other


def _readable(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, re.error):
        return False
    return True


def _either(sides: Iterable[bool]) -> Side | None:
    """The one side that a rule fits; `None` where it fits both or neither."""
    fits = [side for side, does in zip(Side, sides, strict=False) if does]
    return fits[0] if len(fits) == 1 else None


def _fits(expressions: tuple[str, ...], number: str) -> re.Match[str] | None:
    found = (_compiled(expression).fullmatch(number) for expression in expressions) if number else iter(())
    return next((match for match in found if match), None)


def _agent_id(expressions: tuple[str, ...], number: str) -> str | None:
    match = _fits(expressions, number)
    return match and (match.groupdict().get("agent") or number)


def _inside(address: str, networks: tuple[_Network, ...]) -> bool:
    try:
        host = ip_address(address)
    except ValueError:
        return False
    return any(host in network for network in networks)


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


@lru_cache(maxsize=16)
def _networks(networks: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ip_network(network) for network in networks)


def agent_channel(call: CallState) -> int | None:
    """The recording's channel with the agent's voice, by the leg that knows best; `None` where one carries both."""
    if call.mixed:
        return None
    leg = max(call.legs, key=lambda leg: leg.agent.certainty)  # the first of equals
    return leg.channel(leg.agent.side)
