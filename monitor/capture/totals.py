"""What a source's calls come to since the start, for metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

from audio.events import StreamMeasured
from models.call import Outcome


@dataclass(slots=True)
class CaptureTotals:
    """Running totals of one source's calls; only ever counted up. One thread counts, others read."""

    ended: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    """Calls that ended, by how."""
    streams: int = 0
    """One side's packets of one leg, measured at its end."""
    encrypted: int = 0
    """Streams without keys."""
    packets: int = 0
    """Different packets of those streams."""
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    failures: int = 0
    """Events that could not be followed: a defect of ours that cost one call, not the others."""

    def add(self, measured: StreamMeasured) -> None:
        figures = measured.figures
        self.streams += 1
        self.encrypted += measured.encrypted
        self.packets += figures.packets
        self.lost += figures.lost
        self.duplicated += figures.duplicated
        self.reordered += figures.reordered
