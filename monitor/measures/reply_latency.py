"""How long a party lets the other wait for a reply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from models.recording import Party
from models.transcript import Turn


def reply_latency_s(turns: Sequence[Turn], party: Party, longest_s: float) -> float | None:
    """Median seconds from the end of the other's turn to the party's reply; an overlapped reply counts 0.

    Replies after more than `longest_s` are silences, judged as such. `None` where nobody replied.
    """
    ordered = sorted(turns, key=lambda turn: turn.start_s)
    waits = [
        max(0.0, reply.start_s - turn.end_s)
        for turn, reply in pairwise(ordered)
        if turn.party is party.other and reply.party is party and reply.end_s > turn.end_s
    ]
    prompt = [wait for wait in waits if wait <= longest_s]
    return median(prompt) if prompt else None
