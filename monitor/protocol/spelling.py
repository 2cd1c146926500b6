"""How a protocol writes the words that it is compared by the sound of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models.protocol import Protocol
from monitor.protocol.alignment import shown
from monitor.protocol.reader import literals_of

_WORD = re.compile(r"(?<![{<\w.])(=?[^\W_]+\*?)(?![}>\w])")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Words of a protocol by how they are compared."""

    by_sound: dict[str, str]

    def written(self, sounds: str) -> str:
        """Words parted by `/` as the protocol writes them; what it does not write stays."""
        return "/".join(self.by_sound.get(one, one) for one in sounds.split("/"))


@lru_cache(maxsize=8)
def spelling(protocol: Protocol) -> Spelling:
    """The spelling of all words in a protocol's patterns and lists; the first of those that sound alike."""
    by_sound: dict[str, str] = {}
    for text in _texts(protocol):
        for word in _WORD.findall(text):
            for literal in literals_of(word, protocol.language):
                by_sound.setdefault(shown(literal), word)
    return Spelling(by_sound)


def _texts(protocol: Protocol) -> Iterator[str]:
    for entry in (*protocol.steps, *protocol.violations, *protocol.conditions):
        for key in ("said", "said_last", "near_misses", "excused_by"):
            yield from getattr(entry, key, ())
    speakers = protocol.speakers
    for phrases in (speakers.agent, speakers.customer, speakers.agent_hints, speakers.customer_hints):
        yield from phrases
    for _, words in protocol.words:
        yield from words
