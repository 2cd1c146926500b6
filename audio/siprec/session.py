"""One recording session: its lines of sound, its metadata, and what they say happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from audio.events import LegAnswered, LegBegun, LegEnded, LegHeld, LegLearned, LegResumed, SoundMissing
from audio.sip.sdp import parse_sdp
from audio.siprec.answer import answer_to, media_lines, taken_of
from audio.siprec.lines import Lines
from audio.siprec.metadata import Metadata, merged
from audio.siprec.outbox import Item, LineClosed
from audio.siprec.parties import Parties, is_mixed, parties_of
from audio.siprec.ports import RtpPorts
from audio.siprec.settings import SiprecSettings
from models.call import Side
from models.errors import SignallingError

PAUSED = "paused"
"""Why sound is missing while the client has the recording paused."""


class NotAcceptableError(SignallingError):
    """An offer of which nothing can be recorded."""

    code = "offer_not_acceptable"


@dataclass(slots=True)
class RecordingSession:
    """Follows offers and metadata. Nothing is told before something is known: metadata or a sending line."""

    leg: str
    call_id: str
    begun_s: float
    settings: SiprecSettings
    ports: RtpPorts
    put: Callable[[Item], object]
    drain: Callable[[RecordingSession], None]
    """Takes what still waits at the session's sockets, before they are closed."""
    lines: Lines = field(default_factory=Lines)
    metadata: Metadata = field(default_factory=Metadata)
    last_packet_s: float = 0.0
    answer: bytes = b""
    """The last one, which is also our offer where a re-INVITE brings none."""
    _told: bool = False
    _mixed: bool = False
    _parties: Parties = field(default_factory=Parties)
    _keys: tuple[str, ...] = ()
    _heard: frozenset[Side] = frozenset()
    """Sides that were sent at some time."""
    _paused: dict[Side, float] = field(default_factory=dict)
    """Sides whose line is there and not sent, since when."""
    _held: bool = False
    _version: int = 0

    def __post_init__(self) -> None:
        self.last_packet_s = self.begun_s

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
        self.drain(self)  # what arrived until now belongs to the lines as they were
        for closed in self.lines.change(taken, self.ports):
            self.put(LineClosed(closed.number))
        self._version += 1
        self.answer = answer_to(media, self.lines.answered, address, int(self.begun_s), self._version)
        self.learn(update, at_s)
        return self.answer

    def learn(self, update: Metadata | None, at_s: float) -> None:
        """Metadata, complete or partial, that came with any request."""
        if update is not None:
            self.metadata = merged(self.metadata, update)
        if self._told:
            self._learned(at_s)
        elif self.lines.is_active or self.metadata.labels:
            self._tell(at_s)

    def end(self, at_s: float, reason: str) -> None:
        """Closes every line; a session of which nothing was told yet is told first."""
        if not self._told:
            self._tell(at_s)
        self.drain(self)
        for side in tuple(self._paused):
            self._miss(side, at_s)
        for closed in self.lines.close():
            self.put(LineClosed(closed.number))
        self.put(LegEnded(at_s, self.leg, reason=reason))

    def _tell(self, at_s: float) -> None:
        self._told = True
        self._mixed = is_mixed(self.lines.labels, self.metadata)
        self._give_sides()
        known = self._parties
        call_id = next(iter(self.metadata.call_ids), self.call_id)
        who = (known.caller, known.callee, known.agent_id, known.agent_side)
        self.put(
            LegBegun(
                self.begun_s,
                self.leg,
                call_id,
                *who,
                mixed=self._mixed,
                join_keys=self._keys,
                started_late=self._started_late,
            )
        )
        # A recording session begins when its call is answered or later: no figure may be made of this moment.
        self.put(LegAnswered(self.begun_s, self.leg, exact=False))
        self._set_lines(at_s)

    @property
    def _started_late(self) -> bool:
        """Whether the client began to record in the middle of the call. Its ringing may be part of the call."""
        started_s = self.metadata.started_s
        return started_s is not None and started_s < self.begun_s - self.settings.late_s

    def _learned(self, at_s: float) -> None:
        before = self._parties, self._keys
        self._give_sides()
        if (self._parties, self._keys) != before:
            known = self._parties
            who = (known.caller, known.callee, known.agent_id, known.agent_side)
            self.put(LegLearned(at_s, self.leg, *who, join_keys=self._keys))
        self._set_lines(at_s)

    def _give_sides(self) -> None:
        self.lines.give_sides(self.metadata, self.settings.agent, mixed=self._mixed)
        self._parties = parties_of(self.lines.sides, self.metadata, self.settings.agent)
        self._keys = _join_keys(self.metadata)

    def _set_lines(self, at_s: float) -> None:
        for line in self.lines:
            if line.side is not None:
                self.put(line.set_at(at_s, self.leg, line.side))
        self._pause_or_resume(at_s)

    def _pause_or_resume(self, at_s: float) -> None:
        active = self.lines.active_sides
        waiting = frozenset(self.lines.sides.values()) - active
        self._heard |= active
        for side in sorted(self._paused.keys() - waiting):
            self._miss(side, at_s)
        for side in waiting & self._heard:
            self._paused.setdefault(side, at_s)
        held = not self.lines.is_active and bool(self._heard)
        if held != self._held:
            self._held = held
            self.last_packet_s = max(self.last_packet_s, at_s)  # the silence of a pause is no fault
            self.put(LegHeld(at_s, self.leg) if held else LegResumed(at_s, self.leg))

    def _miss(self, side: Side, at_s: float) -> None:
        self.put(SoundMissing(self.leg, side, self._paused.pop(side), at_s, PAUSED))


def _join_keys(known: Metadata) -> tuple[str, ...]:
    """Recording sessions with one of these in common record one conversation."""
    kinds = (
        ("group", known.group_ids),
        ("session", known.session_ids),
        ("session-id", known.sip_session_ids),
        ("call", known.call_ids),
    )
    return tuple(f"{kind}:{value}" for kind, values in kinds for value in values)
