"""Whether a turn stops in the middle of what was being said."""

from __future__ import annotations

from audio.cutoff import ending_db
from models.transcript import Turn
from monitor.measures.conversation import Conversation

_STILL_VOICED_DB = -14.0
_AT_FULL_VOICE_DB = -11.0
_BROKEN_OFF_DB = -18.0
_FRAGMENT_S = 0.25


def stopped_short(turn: Turn, conversation: Conversation, *, surely: bool) -> bool:
    """By its voice, which does not die away; or by its words, which end before the speech does or break off.

    Of 478 labelled turns, 9 of 10 that were cut off end over -14 dB and 1 of 5 that were finished; over -11 dB,
    which `surely` asks for, 7 of 10 and 1 of 10. Behind the last word of 1 of 20 finished turns speech goes on
    for over 0.21 s; behind that of 1 of 3 that were cut off, whose last word is a fragment that no recogniser writes.
    """
    ending = ending_db(conversation.clip, conversation.channel_of(turn.party), turn.span)
    if ending is None:
        return False
    if ending > (_AT_FULL_VOICE_DB if surely else _STILL_VOICED_DB):
        return True
    return not surely and (_ends_in_a_fragment(turn) or (ending > _BROKEN_OFF_DB and _breaks_off(turn)))


def _ends_in_a_fragment(turn: Turn) -> bool:
    return bool(turn.words) and turn.end_s - turn.words[-1].end_s >= _FRAGMENT_S


def _breaks_off(turn: Turn) -> bool:
    """A recogniser writes a full stop behind almost anything: it proves nothing; "..." or no stop at all does."""
    text = turn.text.rstrip("»\"')")
    return bool(turn.words) and (text.endswith("...") or not text.endswith((".", "!", "?")))
