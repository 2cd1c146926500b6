"""Whether a turn stops in the middle of what was being said."""

from __future__ import annotations

from audio.cutoff import ending_db
from models.transcript import Turn
from monitor.measures.conversation import Conversation

_AT_FULL_VOICE_DB = -11.0
_BROKEN_OFF_DB = -16.0


def stopped_short(turn: Turn, conversation: Conversation) -> bool:
    """By the sound: it ends at full voice; or by both: the voice has not died away and the words break off.

    A recogniser writes a full stop behind almost anything, so a full stop proves nothing; "..." or
    no stop at all does.
    """
    ending = ending_db(conversation.clip, conversation.channel_of(turn.party), turn.span)
    if ending is None:
        return False
    return ending > _AT_FULL_VOICE_DB or (ending > _BROKEN_OFF_DB and _breaks_off(turn))


def _breaks_off(turn: Turn) -> bool:
    text = turn.text.rstrip("»\"')")
    return bool(turn.words) and (text.endswith("...") or not text.endswith((".", "!", "?")))
