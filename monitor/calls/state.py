"""A call as it stands: frozen values on the capture clock, and the changes that the tracker tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from models.call import Side


class Stage(StrEnum):
    """How far a call, or one leg of it, has come."""

    BEGUN = "begun"
    RINGING = "ringing"
    EARLY_MEDIA = "early_media"
    ANSWERED = "answered"
    HELD = "held"
    ENDED = "ended"


class Certainty(IntEnum):
    """How it is known which side is the agent."""

    DEFAULT = 0
    """Nothing told; the centre's default."""
    RULE = 1
    """A number, domain or network of the centre's rules."""
    SOURCE = 2
    """The source said so."""


@dataclass(frozen=True, slots=True)
class AgentKnown:
    """Which side of a leg is the agent, and who."""

    side: Side = Side.CALLEE
    certainty: Certainty = Certainty.DEFAULT
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happens more than once in a leg or that belongs to the call; times on the capture clock."""

    kind: str
    """As `models.call.Moment.kind`."""
    at_s: float
    side: Side | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """The last that one side said about holding."""

    by: Side | None
    at_s: float
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegState:
    """One dialog. A time is that of the first such event, whatever the order in which the events came."""

    leg: str
    begun_s: float
    """The first that is known of it."""
    invited: bool = True
    """Whether a `LegBegun` told who is who."""
    started_late: bool = False
    """Its beginning was not seen: delays from the INVITE are not measurable."""
    signalling_id: str = ""
    caller: str | None = None
    callee: str | None = None
    agent_id: str | None = None
    agent_side: Side | None = None
    mixed: bool = False
    join_keys: tuple[str, ...] = ()
    addresses: tuple[str, str] | None = None
    agent: AgentKnown = AgentKnown()
    """By the source's word or the rules; kept up to date by the tracker."""
    flipped: bool = False
    """Its caller is heard on channel 1, its callee on channel 0."""
    progress_s: float | None = None
    """First 18x of any kind."""
    ring_signalled_s: float | None = None
    """First 180, or 183 with early media."""
    ring_status: int | None = None
    ring_heard_s: float | None = None
    """First ring tone, where no signalling tells."""
    early_media_s: float | None = None
    answer_signalled_s: float | None = None
    answer_inferred_s: float | None = None
    """When somebody first spoke, or when later messages showed that it was answered: not to be measured with."""
    cancelled_s: float | None = None
    failed_s: float | None = None
    failed_status: int | None = None
    asked_s: float
    """The last request or progress; a failure before it was not the end, e.g. 401 and a second INVITE."""
    closed_s: float | None = None
    """BYE or its like."""
    closed_by: Side | None = None
    closed_reason: str | None = None
    transferred_s: float | None = None
    transferred_by: Side | None = None
    holds: tuple[Hold, ...] = ()
    happened: tuple[Happened, ...] = ()

    @property
    def ringing_s(self) -> float | None:
        """By signalling, or else by sound."""
        return self.ring_heard_s if self.ring_signalled_s is None else self.ring_signalled_s

    @property
    def answered_s(self) -> float | None:
        """By signalling, or else by sound or by what came later."""
        return self.answer_inferred_s if self.answer_signalled_s is None else self.answer_signalled_s

    @property
    def failed(self) -> bool:
        """Refused or cancelled, and not asked again since."""
        return self.answered_s is None and self.failed_s is not None and self.failed_s >= self.asked_s

    @property
    def ended_s(self) -> float | None:
        """When it was over; `None` while it lives."""
        if self.closed_s is not None:
            return self.closed_s
        return self.failed_s if self.failed else None

    @property
    def held(self) -> bool:
        return any(hold.on for hold in self.holds)

    @property
    def orphan(self) -> bool:
        """Sound without signalling."""
        return not self.signalling_id

    @property
    def stage(self) -> Stage:
        if self.ended_s is not None:
            return Stage.ENDED
        if self.answered_s is not None:
            return Stage.HELD if self.held else Stage.ANSWERED
        if self.early_media_s is not None:
            return Stage.EARLY_MEDIA
        return Stage.BEGUN if self.ringing_s is None else Stage.RINGING

    def channel(self, side: Side) -> int:
        """Where a side's voice belongs in the recording, if this leg is the one recorded."""
        return int((side is Side.CALLEE) != self.flipped)


@dataclass(frozen=True, slots=True)
class StreamState:
    """What was heard of one side of one leg."""

    leg: str
    side: Side
    channel: int | None
    """Of the recording that it fed; `None` where another leg was recorded instead."""
    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """One conversation: a snapshot."""

    id: str
    source: str
    legs: tuple[LegState, ...]
    """In the order in which they came; at least one."""
    streams: tuple[StreamState, ...] = ()
    happened: tuple[Happened, ...] = ()
    agent_channel: int | None = None
    """`None` where one channel carries both, or nothing is known yet."""
    agent_id: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def begun_s(self) -> float:
        return min(leg.begun_s for leg in self.legs)

    @property
    def ended_s(self) -> float | None:
        """The end of the last leg; `None` while one lives."""
        ends = [leg.ended_s for leg in self.legs]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def stage(self) -> Stage:
        """Of the leg that came furthest; a hold on any leg holds the call."""
        stages = {leg.stage for leg in self.legs}
        order = (Stage.HELD, Stage.ANSWERED, Stage.EARLY_MEDIA, Stage.RINGING, Stage.BEGUN)
        return next((stage for stage in order if stage in stages), Stage.ENDED)

    @property
    def mixed(self) -> bool:
        """One channel carries both sides."""
        legs = [leg for leg in self.legs if leg.mixed]
        return len(legs) == len(self.legs) and not any(leg.flipped for leg in legs)

    def leg(self, name: str) -> LegState | None:
        return next((leg for leg in self.legs if leg.leg == name), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where sound belongs."""

    call_id: str
    channel: int


@dataclass(frozen=True, slots=True)
class CallOpened:
    call: CallState


@dataclass(frozen=True, slots=True)
class CallChanged:
    call: CallState


@dataclass(frozen=True, slots=True)
class CallsJoined:
    """Two calls turned out to be one conversation. Of the absorbed one nothing more will be told."""

    call_id: str
    absorbed_id: str
    channels: tuple[int | None, int | None] = (0, 1)
    """On which channels the voices of the absorbed recording's channels 0 and 1 belong; where the call has sound of its
    own at that time, that is the same voice from another leg and stays. `None`: nothing was recorded there."""


@dataclass(frozen=True, slots=True)
class CallClosed:
    """The last word on a call."""

    call: CallState


CallChange = CallOpened | CallChanged | CallsJoined | CallClosed
