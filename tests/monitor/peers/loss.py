"""A sender of our own that loses what it is told to lose: netem is not in every kernel."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass

from tests.audio.siprec.client import rtp_packets
from tests.monitor.peers.speech import PACKET, Codes

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Harm:
    """By place in the stream, neither its first nor its last."""

    lost: frozenset[int]
    doubled: frozenset[int]
    swapped: frozenset[int]
    """Sent after the next."""

    def done_to(self, packets: list[bytes]) -> list[list[bytes]]:
        """What is sent at each tick."""
        ticks = [[packet] * (1 + (place in self.doubled)) for place, packet in enumerate(packets)]
        for place in self.lost:
            ticks[place] = []
        for place in self.swapped:
            ticks[place], ticks[place + 1] = ticks[place + 1], ticks[place]
        return ticks


CUSTOMERS = Harm(frozenset({20, 50, 51, 52, 53, 54, 90, 91, 120}), frozenset({10, 80}), frozenset({30, 100}))
AGENTS = Harm(frozenset({7, 60, 61}), frozenset({40}), frozenset({110}))


def send(caller: Address, callee: Address, customer: Codes, agent: Codes) -> None:
    """Both voices, 50 packets a second each, from the addresses that the SDP names."""
    told = (
        (caller, callee, CUSTOMERS.done_to(rtp_packets(_payloads(customer), ssrc=11))),
        (callee, caller, AGENTS.done_to(rtp_packets(_payloads(agent), ssrc=22))),
    )
    with ExitStack() as stack:
        sockets = {one: stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for one, _, _ in told}
        for address, opened in sockets.items():
            opened.bind(address)
        due_s = time.monotonic()
        for tick in range(len(told[0][2])):
            for source, target, ticks in told:
                for packet in ticks[tick]:
                    sockets[source].sendto(packet, target)
            due_s += 0.02
            time.sleep(max(0.0, due_s - time.monotonic()))


def _payloads(codes: Codes) -> list[bytes]:
    return [row.tobytes() for row in codes.reshape(-1, PACKET)]
