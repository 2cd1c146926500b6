"""One recording session: its lines of sound, its metadata, and what they say happened."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from audio.events import LegAnswered, LegBegun, LegEnded, LegHeld, LegLearned, LegResumed, SoundMissing
from audio.sip.sdp import AudioLine, parse_sdp
from audio.siprec.answer import AnsweredLine, Taken, answer_to, media_lines, taken_of
from audio.siprec.metadata import Metadata, merged
from audio.siprec.outbox import Item, LineClosed, LineSet
from audio.siprec.parties import Parties, is_mixed, parties_of, sides_of
from audio.siprec.ports import RtpPorts
from audio.siprec.settings import SiprecSettings
from models.call import Side
from models.errors import SignallingError

PAUSED = "recording_paused"
"""Why sound is missing while the client has the recording paused."""

_line_numbers = count(1)


class NotAcceptableError(SignallingError):
    """An offer of which nothing can be recorded."""

    code = "offer_not_acceptable"


@dataclass(slots=True)
class Line:
    """One `m=audio` at a port of ours."""

    label: str
    sock: socket.socket
    answered: AnsweredLine
    number: int = field(default_factory=lambda: next(_line_numbers))
    side: Side | None = None
    """Given once. `None`: another line that is sending has this side already."""
    senders: set[tuple[str, int]] = field(default_factory=set)
    overflowed: int = 0
    """Datagrams that the kernel has dropped at this socket."""


@dataclass(slots=True)
class RecordingSession:
    """Follows offers and metadata. Nothing is told before something is known: metadata, a sending line or a packet."""

    leg: str
    call_id: str
    begun_s: float
    settings: SiprecSettings
    ports: RtpPorts
    put: Callable[[Item], object]
    drain: Callable[[RecordingSession], None]
    """Takes what still waits at the session's sockets, before they are closed."""
    lines: dict[int, Line] = field(default_factory=dict)
    metadata: Metadata = field(default_factory=Metadata)
    last_packet_s: float = 0.0
    told: bool = False
    answer: bytes = b""
    """The last one, which is also our offer where a re-INVITE brings none."""
    _parties: Parties = field(default_factory=Parties)
    _keys: tuple[str, ...] = ()
    _paused_s: float | None = None
    _was_active: bool = False
    _version: int = 0

    def __post_init__(self) -> None:
        self.last_packet_s = self.begun_s

    @property
    def is_active(self) -> bool:
        """Whether the client says that it sends on some line."""
        return any(line.answered.is_active for line in self.lines.values())

    def negotiate(self, offer: bytes, address: str, at_s: float, update: Metadata | None = None) -> bytes:
        """The answer to an offer, which takes effect together with the metadata that came with it.

        Raises:
            NotAcceptableError: Nothing on offer can be recorded, or there are too many lines; nothing has changed.
            SourceError: No RTP port is free; nothing has changed.
            SipError: The offer cannot be read.
        """
        media = media_lines(offer)
        lines = [line for line in parse_sdp(offer).audio if line.port]
        taken = {line.place: (line, how) for line in lines if (how := taken_of(line, self.settings.codecs)) is not None}
        if len(media) > self.settings.limits.lines or (not taken and (lines or not self.lines)):
            raise NotAcceptableError("no line of the offer can be recorded")
        self._change(taken)
        self._version += 1
        answered = {place: line.answered for place, line in self.lines.items()}
        self.answer = answer_to(media, answered, address, int(self.begun_s), self._version)
        self.learn(update, at_s)
        return self.answer

    def _change(self, taken: dict[int, tuple[AudioLine, Taken]]) -> None:
        opened = {}
        try:
            for place in taken.keys() - self.lines.keys():
                opened[place] = self.ports.open()
        except Exception:
            for sock in opened.values():
                sock.close()
            raise
        gone = self.lines.keys() - taken.keys()
        if gone:
            self.drain(self)
        for place in gone:
            self._close(place)
        for place in sorted(taken):
            line, how = taken[place]
            sock = opened[place] if place in opened else self.lines[place].sock
            answered = AnsweredLine(line, how, sock.getsockname()[1])
            if place in opened:
                self.lines[place] = Line(line.label or f"#{place}", sock, answered)
            else:
                self.lines[place].answered = answered

    def learn(self, update: Metadata | None, at_s: float) -> None:
        """Metadata, complete or partial, that came with any request."""
        if update is not None:
            self.metadata = merged(self.metadata, update)
        self._changed(at_s)

    def packet_arrived(self, at_s: float) -> None:
        self.last_packet_s = max(self.last_packet_s, at_s)
        if not self.told:
            self._tell(at_s)

    def end(self, at_s: float, reason: str) -> None:
        """Closes every line; a session of which nothing was told yet is told first."""
        if not self.told:
            self._tell(at_s)
        self.drain(self)
        self._miss(at_s)
        for place in tuple(self.lines):
            self._close(place)
        self.put(LegEnded(at_s, self.leg, reason=reason))

    def _changed(self, at_s: float) -> None:
        if not self.told and (self.is_active or self.metadata.labels):
            self._tell(at_s)
        elif self.told:
            self._give_sides()
            self._learned(at_s)
            self._pause_or_resume(at_s)

    def _tell(self, at_s: float) -> None:
        self.told = True
        mixed = is_mixed([line.label for line in self._ordered()], self.metadata)
        self._give_sides(mixed=mixed)
        self._parties, self._keys = self._known(), self._join_keys()
        self.put(
            LegBegun(
                self.begun_s,
                self.leg,
                next(iter(self.metadata.call_ids), self.call_id),
                self._parties.caller,
                self._parties.callee,
                self._parties.agent_id,
                self._parties.agent_side,
                mixed,
                self._keys,
            )
        )
        self.put(LegAnswered(self.begun_s, self.leg))
        self._set_lines(at_s)
        self._pause_or_resume(at_s)

    def _learned(self, at_s: float) -> None:
        parties, keys = self._known(), self._join_keys()
        if (parties, keys) != (self._parties, self._keys):
            self._parties, self._keys = parties, keys
            who = (parties.caller, parties.callee, parties.agent_id, parties.agent_side)
            self.put(LegLearned(at_s, self.leg, *who, join_keys=keys))
        self._set_lines(at_s)

    def _give_sides(self, *, mixed: bool = False) -> None:
        """Sides for the lines that have none, so that they fit the sides already given."""
        lines = self._ordered()
        wanted = sides_of([line.label for line in lines], self.metadata, self.settings.agent)
        given = next((line.side is not side for line, side in zip(lines, wanted, strict=True) if line.side), False)
        for line, side in zip(lines, wanted, strict=True):
            wish = Side.CALLER if mixed else side.other if given else side
            rivals = [one for one in lines if one is not line and one.side is wish and one.answered.is_active]
            if line.side is None and not rivals:
                line.side = wish

    def _known(self) -> Parties:
        sides = {line.label: line.side for line in self._ordered() if line.side is not None}
        return parties_of(sides, self.metadata, self.settings.agent)

    def _join_keys(self) -> tuple[str, ...]:
        known = self.metadata
        kinds = (
            ("group", known.group_ids),
            ("session", known.session_ids),
            ("session-id", known.sip_session_ids),
            ("call", known.call_ids),
        )
        return tuple(f"{kind}:{value}" for kind, values in kinds for value in values)

    def _ordered(self) -> list[Line]:
        return [self.lines[place] for place in sorted(self.lines)]

    def _set_lines(self, at_s: float) -> None:
        for line in self._ordered():
            if line.side is not None:
                self.put(_line_set(line, at_s, self.leg, line.side))

    def _pause_or_resume(self, at_s: float) -> None:
        if self.is_active:
            self._was_active = True
            self._resume(at_s)
        elif self._was_active and self._paused_s is None:
            self._paused_s = at_s
            self.put(LegHeld(at_s, self.leg))

    def _resume(self, at_s: float) -> None:
        if self._paused_s is not None:
            self._miss(at_s)
            self._paused_s = None
            self.put(LegResumed(at_s, self.leg))

    def _miss(self, at_s: float) -> None:
        for side in {line.side for line in self.lines.values() if line.side is not None}:
            if self._paused_s is not None:
                self.put(SoundMissing(self.leg, side, self._paused_s, at_s, PAUSED))

    def _close(self, place: int) -> None:
        line = self.lines.pop(place)
        line.sock.close()
        self.put(LineClosed(line.number))


def _line_set(line: Line, at_s: float, leg: str, side: Side) -> LineSet:
    taken = line.answered.taken
    keys = (taken.key,) if taken.key is not None else ()
    return LineSet(
        line.number, at_s, line.answered.port, leg, side, taken.codecs, keys, taken.encrypted, line.answered.is_active
    )
