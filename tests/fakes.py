"""Stand-ins for the parts behind the seams, held to the same contracts as the real ones."""

from __future__ import annotations

from collections.abc import Sequence

from audio.clip import Clip
from models.span import Span
from models.transcript import Transcript, Word


class FakeDetector:
    """Says that whatever is louder than -50 dBov is speech, in steps of a tenth of a second."""

    name = "fake"

    def detect(self, clip: Clip) -> tuple[tuple[Span, ...], ...]:
        return tuple(tuple(self._channel(clip, channel)) for channel in range(clip.channels))

    @staticmethod
    def _channel(clip: Clip, channel: int) -> list[Span]:
        found: list[Span] = []
        for start_s, samples in clip.blocks(channel, 0.1):
            if float((samples**2).mean()) < 10**-5:
                continue
            end_s = start_s + samples.size / clip.sample_rate_hz
            if found and start_s - found[-1].end_s < 0.01:
                found[-1] = Span(found[-1].start_s, end_s)
            else:
                found.append(Span(start_s, end_s))
        return found


class FakeTranscriber:
    """Says a given text, two words a second, through the given speech."""

    name = "fake"
    model_sha256 = "0" * 64

    def __init__(self, *texts: str) -> None:
        """One text a channel."""
        self._texts = texts

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]]) -> Transcript:
        words = {
            channel: tuple(self._words(self._texts[channel] if channel < len(self._texts) else "", spans))
            for channel, spans in enumerate(speech)
        }
        return Transcript(words, "es", self.name, self.model_sha256, {})

    @staticmethod
    def _words(text: str, spans: Sequence[Span]) -> list[Word]:
        places = [span.start_s + index / 2 for span in spans for index in range(int(span.duration_s * 2))]
        return [Word(part, start_s, start_s + 0.4, 0.9) for part, start_s in zip(text.split(), places, strict=False)]
