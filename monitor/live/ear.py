"""One live call heard: its speech found, and recognised a window at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audio.ahead import AheadTranscriber, Due, Known, again_due, full_due, tail_due
from audio.clip import Clip
from audio.heard import Reading
from audio.packing import stretches, unread
from audio.speech import BLOCK_S, ClassifierDetector
from audio.tone_plans import PLANS, TonePlan
from audio.tones import ring_bursts
from models.span import Span, gaps
from monitor.live.memory import Memory
from monitor.recorder.live_clip import LiveClip

_RINGING_S = 130.0
"""After it, no more ringing is looked for in a recording's beginning."""


@dataclass(frozen=True, slots=True)
class EarSettings:
    """When speech is recognised while a call goes on."""

    settled_s: float = 2.0
    """Speech nearer than this to the end of what was captured may still change."""
    tail_s: float = 8.0
    """So much speech beyond the last whole window is recognised before that window is whole."""
    look_s: float = 3.0
    """A call is looked at again when it has grown by this."""
    still_s: float = 0.5
    """A call that has not grown for so long is about to end, or on hold: nothing more is waited for."""
    tone_plans: tuple[TonePlan, ...] = PLANS


@dataclass(slots=True)
class Ear:
    """Hears one call. What it found is in `memory`; all else it finds again after a restart."""

    detector: ClassifierDetector
    transcriber: AheadTranscriber
    memory: Memory
    settings: EarSettings
    duration_s: float = 0.0
    """Of the call when it was last looked at."""
    _started_s: float | None = None
    _rings: tuple[Span, ...] = ()
    _known: tuple[Known, ...] = ()
    _over: bool = False
    _grown: tuple[float, float] = (0.0, 0.0)
    """How long the call was, and since when."""

    def is_still(self, live: LiveClip, now_s: float) -> bool:
        """Whether the call has stopped growing, by a clock that only goes forward."""
        if live.clip.duration_s != self._grown[0]:
            self._grown = live.clip.duration_s, now_s
        return now_s - self._grown[1] >= self.settings.still_s

    def wants_look(self, live: LiveClip, *, still: bool) -> bool:
        grown_s = live.clip.duration_s - self.duration_s
        return grown_s >= self.settings.look_s or (still and (grown_s > 0 or not self._over))

    def look(self, live: LiveClip, *, still: bool = False) -> None:
        """Find the speech of the call so far.

        Raises:
            OSError: where what was found cannot be kept.
        """
        if live.started_s != self._started_s:
            self._begin(live.started_s)
        clip, self.duration_s, self._over = live.clip, live.clip.duration_s, still
        if not self._known or self._known[0].until_s < _RINGING_S:
            ring = ring_bursts(clip, self.settings.tone_plans)
            self._rings = ring.bursts if ring else ()
        speech = self.detector.detect(clip, self.memory.probabilities, self._from_s())
        until_s = max(0.0, self.duration_s - (0.0 if still else self.settings.settled_s))
        self._known = tuple(self._channel(channel, spans, until_s) for channel, spans in enumerate(speech))
        self.memory.keep_probabilities()

    def due(self, *, tails: bool) -> Due | None:
        """What to recognise next: whole windows first, then, where `tails`, what has gathered since the last one."""
        packing, heard = self.transcriber.packing, self.memory.heard
        tail_s = self.settings.tail_s
        for known in self._known:
            if due := full_due(known, heard, packing) or (None if self._over else again_due(known, heard, packing)):
                return due
        for known in self._known if tails or self._over else ():
            if due := tail_due(known, heard, packing, tail_s):
                return due
        for known in self._known if self._over else ():
            if due := again_due(known, heard, packing):
                return due
        return None

    def read(self, clip: Clip, due: Due) -> None:
        """Recognise a window.

        Raises:
            OSError: where its words cannot be kept.
        """
        language = next((one.language for one in self.memory.heard), None)
        self.memory.keep(self.transcriber.read(clip, due.reading, due.window, language))

    def _begin(self, started_s: float) -> None:
        """Sound from before the beginning turned up: all times are others now."""
        if self._started_s is not None:
            self.memory.forget_words()
        self._started_s, self._known = started_s, ()

    def _from_s(self) -> float:
        """Whole blocks before all that was not read yet; what is near it says how loud noise is there."""
        if not self._known:
            return 0.0
        earliest_s = min(self._unread_s(known) for known in self._known)
        return max(0.0, (earliest_s // BLOCK_S - 1) * BLOCK_S)

    def _unread_s(self, known: Known) -> float:
        """Before it, all speech of a channel is in whole windows."""
        own = (one for one in self.memory.heard if one.window.channel == known.channel)
        full = [one.window for one in own if one.reading is Reading.FULL]
        rest = unread(stretches(known.speech, known.until_s, self.transcriber.packing), full)
        return rest[0].start_s if rest else known.until_s

    def _channel(self, channel: int, spans: tuple[Span, ...], until_s: float) -> Known:
        before = next((known for known in self._known if known.channel == channel), None)
        read_s = self._unread_s(before) if before else 0.0
        voiced = [part for span in spans for part in gaps(self._rings, span)]
        fresh = [span for span in voiced if read_s < span.end_s and span.start_s < until_s]
        own = [replace(span, end_s=min(span.end_s, until_s)) for span in fresh]
        return Known(channel, own, until_s, self._over)
