"""One dialog as it was captured, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from audio.events import (
    LegAnswered,
    LegBegun,
    LegCancelled,
    LegFailed,
    LegHeld,
    LegLearned,
    LegResumed,
    LegRinging,
    Signal,
)
from audio.sip.joining import Replaced
from audio.sip.media import MediaExpected
from audio.sip.messages import SipMessage
from audio.sip.negotiation import HoldChange, Negotiation
from audio.sip.rules import DialogRules
from models.call import Side

DialogEvent = Signal | MediaExpected
_MOST_KEYS = 32
_MOST_WAITING = 256


class Phase(Enum):
    EARLY = auto()
    ANSWERED = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Closing:
    """An end that another INVITE may still undo."""

    event: LegCancelled | LegFailed
    due_s: float


@dataclass(slots=True)
class Attempt:
    """The INVITE that is being tried, at every hop where it was captured."""

    cseq: int
    branches: dict[str, int] = field(default_factory=dict)
    """Hops (`Via` values) by branch. The fewest are nearest to the caller."""
    refused: set[str] = field(default_factory=set)
    cancelled_s: float | None = None

    @property
    def nearest(self) -> int:
        return min(self.branches.values(), default=1)


@dataclass(slots=True)
class Leg:
    """The state of one dialog. Nothing is told before both ends have been heard: an INVITE alone is no call."""

    id: str
    call_id: str
    caller_tag: str
    begun_s: float
    attempt: Attempt
    negotiation: Negotiation
    rules: DialogRules
    started_late: bool = False
    callee_tag: str | None = None
    caller: str | None = None
    callee: str | None = None
    addresses: tuple[str, str] = ("", "")
    join_keys: tuple[str, ...] = ()
    replaces: Replaced | None = None
    phase: Phase = Phase.EARLY
    failed: bool = False
    told: bool = False
    heard: set[Side] = field(default_factory=set)
    trying: bool = False
    rung: set[int] = field(default_factory=set)
    seen_s: float = 0.0
    answered_s: float = 0.0
    closing: Closing | None = None
    refusal: LegFailed | None = None
    """The last one heard at any hop, for a leg whose own final answer was lost."""
    rivals: dict[str, SipMessage] = field(default_factory=dict)
    """Other forks that answered after the first, by tag."""
    referring: set[tuple[Side, int]] = field(default_factory=set)
    _clock_s: float = 0.0
    _waiting: list[DialogEvent] = field(default_factory=list)

    @property
    def patience_s(self) -> float:
        """How long the leg is kept without a message."""
        if self.phase is Phase.OVER:
            return self.rules.linger_s
        if not self.told:
            return self.rules.early_quiet_s if self.trying else self.rules.unheard_s
        return self.rules.answered_quiet_s if self.phase is Phase.ANSWERED else self.rules.early_quiet_s

    def side_of(self, tag: str | None) -> Side:
        return Side.CALLER if (tag or "") == self.caller_tag else Side.CALLEE

    def sender_of(self, message: SipMessage) -> Side:
        side = self.side_of(message.sender.tag)
        return side if message.status is None else side.other

    def tell(self, event: DialogEvent) -> None:
        """Times of a leg never go back, even where two interfaces' packets were captured out of order."""
        if len(self._waiting) >= _MOST_WAITING:
            return
        self._clock_s = max(self._clock_s, event.at_s)
        self._waiting.append(event if event.at_s == self._clock_s else replace(event, at_s=self._clock_s))

    def negotiate(self, at_s: float, message: SipMessage, sender: Side) -> None:
        for news in self.negotiation.take(at_s, message, sender):
            if isinstance(news, MediaExpected):
                self.tell(news)
            elif self.phase is Phase.ANSWERED:
                self._tell_hold(at_s, news)

    def answer(self, at_s: float, tag: str | None, *, exact: bool) -> None:
        self.phase, self.callee_tag, self.answered_s, self.closing = Phase.ANSWERED, tag, at_s, None
        self.tell(LegAnswered(at_s, self.id, exact=exact))

    def tell_holds(self, at_s: float) -> None:
        """What was agreed before the answer counts from it on."""
        for side in sorted(self.negotiation.holding):
            self._tell_hold(at_s, HoldChange(side, holds=True))

    def close(self, event: DialogEvent) -> None:
        self.tell(event)
        self.phase, self.failed, self.closing = Phase.OVER, isinstance(event, LegFailed), None

    def learn_keys(self, at_s: float, keys: tuple[str, ...]) -> None:
        news = tuple(key for key in keys if key not in self.join_keys)[: _MOST_KEYS - len(self.join_keys)]
        self.join_keys += news
        if news and self.told:
            self.tell(LegLearned(at_s, self.id, join_keys=news))

    def learn_callee(self, at_s: float, callee: str | None) -> None:
        """Who answered may be another than who was asked for; both are told."""
        if callee is not None and callee != self.callee:
            self.tell(LegLearned(at_s, self.id, callee=callee))

    def hand_on(self) -> tuple[DialogEvent, ...]:
        """What is ready to be told."""
        if not self.told and len(self.heard) < len(Side):
            return ()
        told = tuple(self._waiting)
        self._waiting.clear()
        if self.told:
            return told
        self.told = True
        # A ring whose beginning was not captured is no measure of ringing.
        return (self._begun(), *(e for e in told if not (self.started_late and isinstance(e, LegRinging))))

    def _begun(self) -> LegBegun:
        return LegBegun(
            at_s=self.begun_s,
            leg=self.id,
            signalling_id=self.call_id,
            caller=self.caller,
            callee=self.callee,
            join_keys=self.join_keys,
            addresses=self.addresses,
            started_late=self.started_late,
        )

    def _tell_hold(self, at_s: float, change: HoldChange) -> None:
        kind = LegHeld if change.holds else LegResumed
        self.tell(kind(at_s, self.id, change.by))
