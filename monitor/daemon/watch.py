"""What only shows over time: packets that were dropped just now, and a clock that was set."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

from monitor.daemon.capturing import Capturing

log = logging.getLogger(__name__)

_DROPS_S = 60.0
"""So long after packets were dropped a person is told."""
_CLOCK_SET_S = 1.0


class Watch:
    """Looks at the sources every second."""

    def __init__(
        self,
        capturing: Sequence[Capturing],
        clock_s: Callable[[], float] = time.time,
        steady_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock_steps = 0
        """How often the time of day was set while we ran."""
        self._capturing, self._clock_s, self._steady_s = capturing, clock_s, steady_s
        self._offset_s = clock_s() - steady_s()
        self._dropped = self._all_dropped()
        self._dropping: deque[tuple[float, str]] = deque()

    @property
    def dropping(self) -> frozenset[str]:
        """The sources that dropped packets within the last minute."""
        return frozenset(name for _, name in tuple(self._dropping))

    def look(self) -> None:
        self._look_at_clock()
        now_s, before, self._dropped = self._steady_s(), self._dropped, self._all_dropped()
        for name, dropped in self._dropped.items():
            if dropped > before.get(name, 0):
                if name not in self.dropping:
                    log.error("%s: packets or sound were dropped before we saw them", name)
                self._dropping.append((now_s, name))
        while self._dropping and now_s - self._dropping[0][0] > _DROPS_S:
            self._dropping.popleft()

    def _all_dropped(self) -> dict[str, int]:
        return {one.name: one.source.counts.dropped for one in self._capturing}

    def _look_at_clock(self) -> None:
        offset_s = self._clock_s() - self._steady_s()
        if abs(offset_s - self._offset_s) > _CLOCK_SET_S:
            self.clock_steps += 1
            log.warning(
                "the time of day was set by %+.1f s: times of live calls are off by it", offset_s - self._offset_s
            )
        self._offset_s = offset_s
