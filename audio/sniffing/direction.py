"""One side's voice of one leg: its packets become sound and figures."""

from __future__ import annotations

from collections.abc import Iterable

from audio.events import Digit, Sound, SoundMissing, StreamMeasured
from audio.rtp.figures import StreamFigures
from audio.rtp.packets import RtpPackets
from audio.rtp.sound import StreamSound
from audio.sip.media import MediaExpected
from models.call import Side
from models.recording import Party


class Direction:
    """What one side said, however many streams carried it."""

    def __init__(self, media: MediaExpected, side: Side, sound: StreamSound, figures: StreamFigures) -> None:
        self.leg = media.leg
        self.side = side
        self.last_s = media.at_s
        self._sound = sound
        self._figures = figures
        self._encrypted = media.encrypted and not media.keys

    def learn(self, media: MediaExpected) -> None:
        """A later SDP: other codecs, other keys."""
        self._sound.learn(media.codecs, media.keys)
        self._figures.learn(media.codecs)

    def add(self, packets: RtpPackets) -> None:
        self.last_s = max(self.last_s, float(packets.times_s[-1]))
        self._figures.add(packets)
        self._sound.add(packets)

    def take(self, now_s: float) -> Iterable[Sound | SoundMissing | Digit]:
        """What is settled up to now."""
        return self._sound.take(now_s)

    def finish(self) -> Iterable[Sound | SoundMissing | Digit | StreamMeasured]:
        """The rest, and the figures of all."""
        yield from self._sound.finish()
        figures = self._figures.figures(Party.BOTH)
        yield StreamMeasured(self.leg, self.side, figures, encrypted=self._encrypted)
