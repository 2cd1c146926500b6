"""What a sniffer is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SnifferSettings:
    """Limits and patience; times are of the capture clock."""

    tail_s: float = 0.5
    """How long after the end of its signalling a leg's last packets are waited for."""
    silence_s: float = 300.0
    """A leg whose every stream is silent for this long has ended, its BYE was lost."""
    held_silence_s: float = 3600.0
    """The same while it is on hold."""
    orphans: bool = True
    """Whether RTP that no signalling explains becomes a call of its own."""
    orphan_after_s: float = 10.0
    """How long signalling is waited for; packets are kept meanwhile."""
    max_streams: int = 20_000
    """Streams kept at once; more are not followed, and counted."""
    max_waiting_bytes: int = 256_000_000
    """Of packets that wait for their signalling."""
