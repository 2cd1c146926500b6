"""Sound of a voice that another leg brings already, kept for the moment when that one stops bringing it."""

from __future__ import annotations

from collections import defaultdict, deque

from audio.events import Sound
from models.call import Side
from monitor.capture.turns import end_s, part

_KEPT_S = 5.0
"""Longer than a stream's silence after which another takes over (`CallLimits.takeover_s`)."""

Stream = tuple[str, Side]


class Copies:
    """The last seconds of streams that are not recorded."""

    def __init__(self) -> None:
        self._kept: defaultdict[Stream, deque[Sound]] = defaultdict(deque)

    def keep(self, sound: Sound) -> None:
        """Sound that is not recorded for now."""
        kept = self._kept[sound.leg, sound.side]
        kept.append(sound)
        while end_s(kept[0]) < end_s(sound) - _KEPT_S:
            kept.popleft()

    def taken(self, leg: str, side: Side, since_s: float) -> list[Sound]:
        """What of a stream is later than `since_s`; nothing of it is kept any more."""
        kept = self._kept.pop((leg, side), ())
        return [_later(sound, since_s) for sound in kept if end_s(sound) > since_s]


def _later(sound: Sound, since_s: float) -> Sound:
    first = max(0, round((since_s - sound.start_s) * sound.sample_rate_hz))
    return part(sound, first, len(sound.samples)) if first else sound
