"""One side's voice of one leg: its packets become sound and figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from audio.events import Digit, Sound, SoundMissing, StreamMeasured
from audio.rtp.figures import DEFAULT_RECEIVER, StreamFigures, figures_of
from audio.rtp.packets import RtpPackets, StreamKey
from audio.rtp.quality import Receiver
from audio.rtp.sound import StreamSound
from audio.sip.media import MediaExpected
from models.call import Side
from models.recording import Party

_MOST_STREAMS = 64
"""Of one side: more senders than any call has are not measured each on its own."""


class Direction:
    """What one side said, however many streams carried it."""

    def __init__(
        self, media: MediaExpected, side: Side, sound: StreamSound, receiver: Receiver = DEFAULT_RECEIVER
    ) -> None:
        self.leg = media.leg
        self.side = side
        self.last_s = media.at_s
        self._sound = sound
        self._receiver = receiver
        self._codecs = dict(media.codecs)
        self._figures: dict[StreamKey, StreamFigures] = {}
        self._encrypted = False

    def learn(self, media: MediaExpected) -> None:
        """A later SDP: other codecs, other keys."""
        self._codecs |= media.codecs
        self._sound.learn(media.codecs, media.keys)
        for figures in self._figures.values():
            figures.learn(media.codecs)

    def add(self, key: StreamKey, packets: RtpPackets) -> None:
        """Packets of one of the streams, in order of arrival."""
        self.last_s = max(self.last_s, float(packets.times_s[-1]))
        if key not in self._figures and len(self._figures) < _MOST_STREAMS:
            self._figures[key] = StreamFigures(self._codecs, self._receiver.buffer)
        if figures := self._figures.get(key):
            figures.add(packets)
        self._sound.add(packets)

    def take(self, now_s: float) -> Iterable[Sound | SoundMissing | Digit]:
        """What is settled up to now."""
        told = self._sound.take(now_s)
        self._encrypted = self._encrypted or _encrypted(told)
        return told

    def finish(self, round_trip_s: float | None = None) -> Iterable[Sound | SoundMissing | Digit | StreamMeasured]:
        """The rest, and the figures of all; `round_trip_s` where RTCP told it."""
        rest = self._sound.finish()
        yield from rest
        encrypted = self._encrypted or _encrypted(rest)
        counts = [stream.finish() for stream in self._figures.values()]
        figures = figures_of(counts, Party.BOTH, self._receiver, round_trip_s)
        figures = replace(figures, clock_drift_ppm=self._sound.clock_drift_ppm)
        yield StreamMeasured(self.leg, self.side, figures, encrypted=encrypted)


def _encrypted(told: Iterable[Sound | SoundMissing | Digit]) -> bool:
    """Whether sound could not be had because no key fits."""
    return any(isinstance(one, SoundMissing) and one.reason == "encrypted" for one in told)
