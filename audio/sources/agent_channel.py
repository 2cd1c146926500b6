"""Which of two channels is the agent's: never guessed, always somebody's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_NAMES = {"left": 0, "right": 1, "0": 0, "1": 1, "agent=0": 0, "agent=1": 1}


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Recordings whose name or path fits `glob` have the agent on `agent_channel`, 0 (left) or 1 (right).

    A glob that ends in `/` is a folder and all below it.

    Raises:
        ValueError: for another channel than those two.
    """

    glob: str
    agent_channel: int

    def __post_init__(self) -> None:
        if self.agent_channel not in (0, 1):
            raise ValueError(f"the agent is on channel 0 (left) or 1 (right), not {self.agent_channel}")

    def fits(self, path: Path) -> bool:
        """True for a file that the rule speaks of."""
        glob = f"{self.glob}*" if self.glob.endswith("/") else self.glob
        whole = path.as_posix()
        return fnmatchcase(path.name, glob) or fnmatchcase(whole, glob) or fnmatchcase(whole, f"*/{glob}")


CHANNEL_RULES = (ChannelRule("*_????????T??[:_-]??_UTC.*", 1),)
"""Amazon Connect puts the agent on the right; everywhere else the agent is expected on the left."""


def agent_channel(path: Path, rules: Sequence[ChannelRule]) -> int:
    """The first fitting rule's channel; 0 (left) where none fits."""
    return next((rule.agent_channel for rule in rules if rule.fits(path)), 0)


def parse_agent_channel(text: str) -> int:
    """`left`, `right`, `0`, `1`, `agent=0` or `agent=1` as a channel.

    Raises:
        ValueError: for anything else, with what is allowed.
    """
    channel = _NAMES.get(text.strip().lower())
    if channel is None:
        raise ValueError(f"the agent's channel is left (0) or right (1), not {text!r}")
    return channel
