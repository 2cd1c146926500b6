"""The product, as the command line builds it, with a stop-watch on the recogniser."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from audio.clip import Clip
from audio.sources.folder import find_recordings
from audio.sources.opening import open_recording
from audio.transcriber import Transcriber
from audio.weights import locate
from models.document import document
from models.span import Span
from models.transcript import Transcript
from monitor import parts
from monitor.config import model_cache
from monitor.judge import judge
from monitor.pipeline import analyse
from monitor.settings.sections import Settings
from monitor.worker import Bench


class StopWatch:
    """A transcriber that knows how long it took."""

    def __init__(self, transcriber: Transcriber) -> None:
        self.name, self.model_sha256 = transcriber.name, transcriber.model_sha256
        self.taken_s = 0.0
        self._transcriber = transcriber

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]]) -> Transcript:
        started = time.perf_counter()
        try:
            return self._transcriber.transcribe(clip, speech)
        finally:
            self.taken_s += time.perf_counter() - started


def model_folder(settings: Settings) -> Path:
    """Of the configured model, brought from where it can be."""
    return locate(parts.speech_model(settings), model_cache(settings), fetchers=parts.fetchers(settings)).path


def loaded() -> tuple[Bench, StopWatch]:
    """The parts of the default configuration, ready to work."""
    settings = Settings()
    model = locate(parts.speech_model(settings), model_cache(settings), fetchers=parts.fetchers(settings))
    bench = parts.bench(settings, model)
    watch = StopWatch(bench.tools.transcriber)
    return replace(bench, tools=replace(bench.tools, transcriber=watch)), watch


def analyse_all(paths: Sequence[Path]) -> dict[str, float]:
    """Analyse and judge every recording; seconds in all and in the recogniser, loading left out."""
    bench, watch = loaded()
    started = time.perf_counter()
    for found in find_recordings(paths).recordings:
        with tempfile.TemporaryDirectory() as spool_dir:
            opened = open_recording(found, Path(spool_dir))
            analysis = analyse(opened.recording, opened.clip, bench.tools, bench.settings, bench.made_with)
            document(analysis, judge(analysis, bench.rules))
    return {"wall_s": time.perf_counter() - started, "transcription_s": watch.taken_s}
