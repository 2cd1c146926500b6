"""What a centre can say about how its dialogs are followed."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DialogRules:
    """Every limit of `DialogTracker`. Times are on the capture clock."""

    join_headers: tuple[str, ...] = ("session-id", "x-call-ref", "x-asterisk-linkedid", "x-cid")
    """Headers whose value is the same in all legs of a conversation; any case."""
    call_id_suffixes: tuple[re.Pattern[str], ...] = ()
    """What a back-to-back agent adds to a Call-ID for its other leg, e.g. `_b2b-1$`."""
    recording_sessions: bool = False
    """Follow dialogs that require `siprec` too: copies of calls, for a recording server."""
    most_dialogs: int = 20_000
    retry_s: float = 2.0
    """A refusal that the caller, or a proxy before it, may answer with another INVITE waits so long for it."""
    challenge_s: float = 32.0
    """The same for 401 and 407, and for the 487 after a CANCEL; 64 times T1 (RFC 3261, 17.1.1.2)."""
    unheard_s: float = 64.0
    """An INVITE that nobody answers at all is forgotten: it is no call."""
    early_quiet_s: float = 600.0
    """Without a message for so long, a leg that was not answered has failed."""
    answered_quiet_s: float = 43_200.0
    """Without a message for so long, an answered leg is forgotten; its end is told by its silence."""
    linger_s: float = 180.0
    """So long after its end a leg is remembered, that late copies of its messages open no other."""
