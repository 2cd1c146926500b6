"""Ways to run the recogniser: word error rate against the truth, and processor time.

What was chosen with it, and the figures, are in `docs/decisions.md`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import soundfile
from rapidfuzz.distance import Levenshtein

from audio.activity import ActivitySettings
from audio.clip import Clip
from audio.packing import PackSettings
from audio.speech import ClassifierDetector, SileroClassifier
from audio.transcriber import WhisperSettings, WhisperTranscriber
from benchmarks.labelled import calls
from benchmarks.timbre import model_folder
from models.transcript import Word
from monitor.measures.interruptions import plain_word
from monitor.settings.sections import Settings

WAYS: dict[str, WhisperSettings] = {
    "beam 5": WhisperSettings(),
    "beam 3": WhisperSettings(beam_size=3),
    "beam 2": WhisperSettings(beam_size=2),
    "beam 1": WhisperSettings(beam_size=1),
    "windows of 15 s": WhisperSettings(packing=PackSettings(window_s=15.0)),
    "pauses of 0.1 s": WhisperSettings(packing=PackSettings(pause_s=0.1)),
    "pauses of 0.8 s": WhisperSettings(packing=PackSettings(pause_s=0.8)),
    "one window at once": WhisperSettings(batch_windows=1),
    "float32": WhisperSettings(compute_type="float32"),
}


def main() -> None:
    detector = ClassifierDetector(SileroClassifier(), ActivitySettings())
    found = [(Clip.of(*soundfile.read(path, always_2d=True)), truth) for path, truth in calls("stereo")]
    heard = [(clip, detector.detect(clip), truth) for clip, truth in found]
    folder = model_folder(Settings())
    for name, settings in WAYS.items():
        transcriber = WhisperTranscriber(folder, "base", "", replace(settings, language="es"))
        started, cpu = time.perf_counter(), time.process_time()
        pairs = [
            pair for clip, speech, truth in heard for pair in _pairs(transcriber.transcribe(clip, speech).words, truth)
        ]
        wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
        errors = sum(Levenshtein.distance(said, heard_words) for said, heard_words in pairs)
        wer = errors / sum(len(said) for said, _ in pairs)
        print(f"{name:20} WER {wer:.4f}  {cpu_s:6.1f} s cpu  {wall_s:6.1f} s", flush=True)


def _pairs(words: dict[int, tuple[Word, ...]], truth: dict[str, Any]) -> Iterator[tuple[list[str], list[str]]]:
    """What was said and what was recognised, a pair a party; turns that were cut off are left out on both sides."""
    for channel, party in enumerate(("agent", "customer")):
        turns = sorted((turn for turn in truth["turns"] if turn["who"] == party), key=lambda turn: turn["start_s"])
        cut = [(turn["start_s"] - 0.1, turn["end_s"] + 0.1) for turn in turns if turn.get("cut")]
        said = " ".join(turn["text"] for turn in turns if not turn.get("cut"))
        kept = [
            word.text for word in words[channel] if not any(a <= (word.start_s + word.end_s) / 2 <= b for a, b in cut)
        ]
        yield _plain(said.split()), _plain(kept)


def _plain(words: list[str]) -> list[str]:
    return [plain for plain in map(plain_word, words) if plain]
