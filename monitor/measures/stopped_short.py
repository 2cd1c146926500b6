"""Whether a turn stops in the middle of what was being said."""

from __future__ import annotations

from audio.cutoff import ending_db
from models.transcript import Turn
from monitor.measures.conversation import Conversation

_AT_FULL_VOICE_DB = -9.0
_UNFINISHED_DB = -16.0
_SENTENCE_ENDS = (".", "!", "?")


def stopped_short(turn: Turn, conversation: Conversation) -> bool:
    """By the sound: it ends at full voice; or by both: neither the voice nor the sentence comes to an end."""
    ending = ending_db(conversation.clip, conversation.channel_of(turn.party), turn.span)
    if ending is None:
        return False
    return ending > _AT_FULL_VOICE_DB or (ending > _UNFINISHED_DB and not _finished(turn))


def _finished(turn: Turn) -> bool:
    """A recogniser writes "..." where a sentence breaks off, and no stop at all where it does not notice."""
    text = turn.text.rstrip("»\"')")
    return not turn.words or (text.endswith(_SENTENCE_ENDS) and not text.endswith("..."))
