"""The live calls below some recorders' folders, heard in turn whenever a worker has nothing better to do."""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audio.ahead import AheadTranscriber
from audio.speech import ClassifierDetector
from monitor.live.ear import Ear, EarSettings
from monitor.live.memory import HEARD, forget_old, memory_path, remembered
from monitor.pipeline import Tools
from monitor.recorder.live_clip import LiveClip, live_clip
from monitor.recorder.names import JOURNAL, LIVE

log = logging.getLogger(__name__)

_KEEP_S = 24 * 3600.0
_TIDY_S = 3600.0
_BEHIND_S = 15.0
"""Where some call was not looked at for so long, there is no time for what is only read again later."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which of the live calls are this worker's."""

    index: int = 0
    of: int = 1

    def has(self, name: str) -> bool:
        return zlib.crc32(name.encode()) % self.of == self.index


@dataclass(slots=True)
class _Call:
    root: Path
    name: str
    ear: Ear
    looked_s: float = 0.0
    """On the monotonic clock."""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A call and what there is of it now."""

    call: _Call
    live: LiveClip
    still: bool
    """It has stopped growing: its end is near, and somebody waits for it."""


@dataclass(slots=True)
class Listener:
    """Hears live calls, the one that waits longest first. Capture is not touched: its files are read."""

    detector: ClassifierDetector
    transcriber: AheadTranscriber
    roots: Sequence[Path]
    analysis_key: str
    share: Share = field(default_factory=Share)
    settings: EarSettings = field(default_factory=EarSettings)
    _calls: dict[tuple[Path, str], _Call] = field(default_factory=dict)
    _tidied_s: float | None = None

    def step(self) -> bool:
        """Look at one call and recognise at most one window of it; false where there was nothing to do."""
        self._find()
        now_s = time.monotonic()
        waiting = sorted(self._waiting(now_s), key=lambda one: (not one.still, one.call.looked_s))
        oldest_s = min((one.call.looked_s for one in waiting), default=now_s)
        tails = len(waiting) == 1 or now_s - oldest_s < _BEHIND_S
        for one in waiting:
            if self._heard(one, tails=tails):
                one.call.looked_s = time.monotonic()
                return True
        return False

    def _waiting(self, now_s: float) -> Iterator[_Waiting]:
        for call in self._calls.values():
            live = None if call.broken else live_clip(call.root, call.name)
            if live is not None and live.start_s == 0:  # the second file of a call of many hours is heard at its end
                yield _Waiting(call, live, call.ear.is_still(live, now_s))

    def _heard(self, one: _Waiting, *, tails: bool) -> bool:
        """Whether there was anything to do."""
        call, live = one.call, one.live
        try:
            looked = call.ear.wants_look(live, still=one.still)
            if looked:
                call.ear.look(live, still=one.still)
            due = call.ear.due(tails=tails)
            if due is not None:
                call.ear.read(live.clip, due)
        except Exception:  # one call must not keep a worker from the others; it is analysed when it is over
            log.exception("live call %s is not heard before its end", call.name)
            call.broken = True
            return False
        return looked or due is not None

    def _find(self) -> None:
        """Take up new calls, and let go of those that are over."""
        found = {
            (root, path.name.removesuffix(JOURNAL))
            for root in self.roots
            for path in (root / LIVE).glob(f"*{JOURNAL}")
            if self.share.has(path.name.removesuffix(JOURNAL))
        }
        for key in self._calls.keys() - found:
            del self._calls[key]
        for root, name in found - self._calls.keys():
            (root / HEARD).mkdir(mode=0o700, exist_ok=True)
            memory = remembered(memory_path(root, name), self.analysis_key)
            self._calls[root, name] = _Call(root, name, Ear(self.detector, self.transcriber, memory, self.settings))
        self._tidy({name for _, name in found})

    def _tidy(self, live: set[str]) -> None:
        now_s = time.monotonic()
        if self._tidied_s is None or now_s - self._tidied_s > _TIDY_S:
            self._tidied_s = now_s
            for root in self.roots:
                forget_old(root, live, _KEEP_S)


def listener(tools: Tools, roots: Sequence[Path], analysis_key: str, share: tuple[int, int]) -> Listener | None:
    """What hears the live calls below `roots` with these tools; `None` where they cannot, or there are no roots."""
    detector, transcriber = tools.detector, tools.transcriber
    if not roots or not isinstance(detector, ClassifierDetector) or not isinstance(transcriber, AheadTranscriber):
        return None
    return Listener(detector, transcriber, roots, analysis_key, Share(*share))
