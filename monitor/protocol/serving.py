"""How much somebody's words speak for being the one who serves."""

from __future__ import annotations

from collections.abc import Sequence

from models.protocol import Protocol
from models.recording import Party
from models.rules import Centre
from models.transcript import Turn, Word
from monitor.protocol.attribution import favours
from monitor.protocol.compiled import compiled_for
from monitor.protocol.hearing import hear
from monitor.protocol.text import tokens_of


def serving_favour(words: Sequence[Word], protocol: Protocol) -> float:
    """Natural log of how much likelier an agent says these words than a customer, by the protocol's phrases of each."""
    if not words:
        return 0.0
    turn = Turn(Party.BOTH, words[0].start_s, words[-1].end_s, tuple(words))
    compiled = compiled_for(protocol, Centre())
    within = hear(tokens_of(((0, turn),), protocol.language), compiled.ear, compiled.names.slot)
    found, _ = favours(within, compiled.speakers)
    return sum(found)
