"""The analysis of a call that was heard while it went on: what is known of it is not found again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from audio.ahead import AheadTranscriber
from audio.clip import Clip
from audio.speech import ClassifierDetector, SpeechDetector
from audio.transcriber import Transcriber
from models.span import Span
from models.transcript import Transcript
from models.work import Work
from monitor.live.memory import Memory, memory_path, remembered
from monitor.pipeline import Tools
from monitor.recorder.names import DONE, file_name

_DEPTH = 4
"""`done/<year>/<month>/<day>/` of a recorder's folder."""


def resumed(tools: Tools, work: Work) -> Tools:
    """The same tools with what was heard of this call; as they are where nothing was."""
    path = _memory_of(work)
    if path is None or not path.exists():
        return tools
    memory = remembered(path, work.analysis_key)
    return replace(tools, detector=_detector(tools.detector, memory), transcriber=_transcriber(tools, memory))


def forget(work: Work) -> None:
    """Remove what was heard of a call: it is in its analysis now."""
    path = _memory_of(work)
    if path is not None:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _memory_of(work: Work) -> Path | None:
    call = work.options.get("call")
    parents = Path(work.paths[0]).parents if work.paths else ()
    if not isinstance(call, dict) or len(parents) <= _DEPTH or parents[_DEPTH - 1].name != DONE:
        return None
    return memory_path(parents[_DEPTH], file_name(str(call.get("id"))))


@dataclass(slots=True)
class _Detector:
    """A `SpeechDetector` that remembers."""

    name: str
    detector: ClassifierDetector
    memory: Memory

    def detect(self, clip: Clip) -> tuple[tuple[Span, ...], ...]:
        return self.detector.detect(clip, self.memory.probabilities)


@dataclass(slots=True)
class _Transcriber:
    """A `Transcriber` that remembers."""

    name: str
    model_sha256: str
    transcriber: AheadTranscriber
    memory: Memory

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]]) -> Transcript:
        return self.transcriber.transcribe(clip, speech, self.memory.heard)


def _detector(detector: SpeechDetector, memory: Memory) -> SpeechDetector:
    return _Detector(detector.name, detector, memory) if isinstance(detector, ClassifierDetector) else detector


def _transcriber(tools: Tools, memory: Memory) -> Transcriber:
    own = tools.transcriber
    return _Transcriber(own.name, own.model_sha256, own, memory) if isinstance(own, AheadTranscriber) else own
