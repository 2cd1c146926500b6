"""How patient and how exact the making of sound from packets is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """The defaults suit telephony; a live recording waits `reorder_s` at its start and at each gap."""

    reorder_s: float = 0.25
    """How long a packet that is missing is waited for, and how much of the start is heard before it is placed."""
    conceal_s: float = 0.06
    """How much of a loss is made up; beyond it the sound is missing."""
    restart_s: float = 3.0
    """Timestamps that are off the capture clock by more are a new beginning."""
    early_s: float = 0.1
    """A packet cannot arrive before it was sent: earlier by more than this, the timestamps have jumped."""
    drift_s: float = 0.0015
    """The sender's clock is corrected when it is off by more. Both legs of a call so stay within 5 ms."""
