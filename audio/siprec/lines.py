"""The lines of sound of one recording session: each at a port of ours, and each with a side of the call."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from audio.sip.sdp import AudioLine
from audio.siprec.answer import AnsweredLine, Taken
from audio.siprec.metadata import Metadata
from audio.siprec.outbox import LineSet
from audio.siprec.parties import sides_of
from audio.siprec.ports import RtpPorts
from audio.siprec.settings import AgentRules
from models.call import Side

_numbers = count(1)


@dataclass(slots=True)
class Line:
    """One `m=audio` at a port of ours."""

    label: str
    sock: socket.socket
    answered: AnsweredLine
    number: int = field(default_factory=lambda: next(_numbers))
    side: Side | None = None
    """Given once. `None`: another line that is sending has this side already, and this one is not recorded."""
    senders: set[tuple[str, int]] = field(default_factory=set)
    overflowed: int = 0
    """Datagrams that the kernel has dropped at this socket."""

    def set_at(self, at_s: float, leg: str, side: Side) -> LineSet:
        """What is to be known to hear it."""
        port, taken = self.answered.port, self.answered.taken
        keys = (taken.key,) if taken.key is not None else ()
        return LineSet(self.number, at_s, port, leg, side, taken.codecs, keys, taken.encrypted, self.answered.is_active)


@dataclass(slots=True)
class Lines:
    """By place in the offer, which a line keeps for the session's life (RFC 3264, 8)."""

    _by_place: dict[int, Line] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Line]:
        return iter([self._by_place[place] for place in sorted(self._by_place)])

    def __bool__(self) -> bool:
        return bool(self._by_place)

    @property
    def labels(self) -> list[str]:
        return [line.label for line in self]

    @property
    def sides(self) -> dict[str, Side]:
        """By label, of the lines that have one."""
        return {line.label: line.side for line in self if line.side is not None}

    @property
    def answered(self) -> Mapping[int, AnsweredLine]:
        return {place: line.answered for place, line in self._by_place.items()}

    @property
    def is_active(self) -> bool:
        """Whether the client says that it sends on some line."""
        return any(line.answered.is_active for line in self)

    @property
    def active_sides(self) -> frozenset[Side]:
        return frozenset(line.side for line in self if line.side is not None and line.answered.is_active)

    def change(self, taken: Mapping[int, tuple[AudioLine, Taken]], ports: RtpPorts) -> list[Line]:
        """Opens and closes lines as an offer wants it; gives those that were closed.

        Raises:
            SourceError: No RTP port is free; nothing has changed.
        """
        opened = _opened(taken.keys() - self._by_place.keys(), ports)
        gone = [self._by_place.pop(place) for place in sorted(self._by_place.keys() - taken.keys())]
        for line in gone:
            line.sock.close()
        for place, (offered, how) in taken.items():
            known = self._by_place.get(place)
            sock = known.sock if known is not None else opened[place]
            answered = AnsweredLine(offered, how, sock.getsockname()[1])
            if known is not None:
                known.answered = answered
            else:
                self._by_place[place] = Line(offered.label or f"#{place}", sock, answered)
        return gone

    def close(self) -> list[Line]:
        """Closes all; gives them."""
        closed = list(self)
        for line in closed:
            line.sock.close()
        self._by_place.clear()
        return closed

    def give_sides(self, metadata: Metadata, rules: AgentRules, *, mixed: bool) -> None:
        """Sides for the lines that have none, so that they fit the sides already given."""
        lines = list(self)
        wanted = sides_of(self.labels, metadata, rules)
        turned = next((line.side is not side for line, side in zip(lines, wanted, strict=True) if line.side), False)
        for line, side in zip(lines, wanted, strict=True):
            wish = Side.CALLER if mixed else side.other if turned else side
            rivals = [one for one in lines if one is not line and one.side is wish and one.answered.is_active]
            if line.side is None and not rivals:
                line.side = wish


def _opened(places: set[int], ports: RtpPorts) -> dict[int, socket.socket]:
    """A socket for each place, in their order, or none at all."""
    opened: dict[int, socket.socket] = {}
    try:
        for place in sorted(places):
            opened[place] = ports.open()
    except Exception:
        for sock in opened.values():
            sock.close()
        raise
    return opened
