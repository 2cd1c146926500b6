"""What the measures look at: the sound, who speaks when, and the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audio.clip import Clip
from models.recording import Party, Recording
from models.span import Span
from models.transcript import Turn


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """One recording, heard."""

    recording: Recording
    clip: Clip
    """With a channel for each of `recording.channels`."""
    activity: Mapping[Party, tuple[Span, ...]]
    """Where each party's speech sounds, its pauses left out."""
    turns: tuple[Turn, ...]
    """In order of their start."""
    language: str

    def channel_of(self, party: Party) -> int:
        """The channel that carries a party: its own, or the one that carries both."""
        return self.recording.channels.index(party) if party in self.recording.channels else 0

    def turns_of(self, party: Party) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.party is party)
