"""Keys pressed (RFC 4733 telephone-event). Which ones is not told to anybody: they may be a card number."""

from __future__ import annotations

from audio.rtp.placement import unwrapped
from audio.rtp.received import Received

_LAST_KEY = 15
"""0 to 9, *, #, A to D; from 16 on are flash, fax and line events."""
_PAYLOAD_BYTES = 4
_SHORTEST_TICKS = 240
"""30 ms at 8 kHz: no key is shorter, and a flood of events is no more keys than that."""
_LATE_TICKS = 80_000
"""What begins earlier than the last by up to 10 s came late; by more, the sender began anew."""
_LONGEST_TICKS = 0xFFFF
"""A key held for longer is told in several events, each where the one before ends (2.5.1.3)."""


class Digits:
    """An event is sent many times, its end three times, always with the timestamp of its beginning."""

    def __init__(self) -> None:
        self._last: int | None = None

    def begun(self, packets: Received) -> list[int]:
        """Which packets, in order of arrival and with timestamps as received, tell of a key not told before."""
        first = int(packets.timestamps[0]) if self._last is None else self._last
        timestamps = unwrapped(packets.timestamps, 32, first).tolist()
        found = []
        for index, (start, timestamp) in enumerate(zip(packets.starts.tolist(), timestamps, strict=True)):
            is_key = packets.lengths[index] >= _PAYLOAD_BYTES and packets.data[start] <= _LAST_KEY
            if is_key and self._is_new(timestamp):
                found.append(index)
        return found

    def _is_new(self, timestamp: int) -> bool:
        last = self._last
        if last is not None and -_LATE_TICKS < timestamp - last < _SHORTEST_TICKS:
            return False
        self._last = timestamp
        return last is None or timestamp - last != _LONGEST_TICKS
