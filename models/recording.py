"""What was recorded: one call's audio and the facts that came with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.call import CallRecord


class Party(StrEnum):
    """Who is heard on a channel; `BOTH` where one channel carries the two."""

    AGENT = "agent"
    CUSTOMER = "customer"
    BOTH = "both"

    @property
    def other(self) -> Party:
        """The opposite party; `BOTH` is its own opposite."""
        opposites = {Party.AGENT: Party.CUSTOMER, Party.CUSTOMER: Party.AGENT}
        return opposites.get(self, Party.BOTH)


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a file name, a sidecar or the signalling says of a call. `None` is unknown."""

    started_at: datetime | None = None
    """Aware, UTC."""
    agent_id: str | None = None
    queue: str | None = None
    caller: str | None = None
    callee: str | None = None
    ring_to_answer_s: float | None = None
    """From signalling, a call detail record or a queue log; not from the sound."""
    post_dial_delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One call's audio, known by the hash of its content."""

    id: str
    """First 16 hexadecimal digits of `sha256`."""
    file: str
    """Name to show: the file's name, of the agent's leg where there is one file a leg."""
    sha256: str
    duration_s: float
    sample_rate_hz: int
    channels: tuple[Party, ...]
    source: str = "file"
    facts: CallFacts = CallFacts()
    notes: tuple[str, ...] = ()
    """Reason codes of what is odd about the audio, e.g. `truncated`, `channels_identical`."""
    call: CallRecord | None = None
    """What was captured with the sound; `None` for a recording that others made."""

    @property
    def mixed(self) -> bool:
        """True where one channel carries both parties."""
        return self.channels == (Party.BOTH,)

    @property
    def two_legs(self) -> bool:
        """True where each party has a channel of its own."""
        return len(self.channels) == 2
