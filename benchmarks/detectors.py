"""Speech detectors against the truth: F1 of frames of 50 ms on the stereo calls, and their speed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import soundfile

from audio.activity import ActivitySettings
from audio.clip import Clip
from audio.speech import ClassifierDetector, SileroClassifier, SpeechDetector, WebRtcClassifier
from benchmarks.labelled import calls
from models.span import Span
from monitor.measures.turns import TurnSettings, turn_spans

_FRAME_S = 0.05


def main() -> None:
    found = [(Clip.of(*soundfile.read(path, always_2d=True)), truth) for path, truth in calls("stereo")]
    sound_s = sum(truth["duration_s"] for _, truth in found)
    for classifier in (SileroClassifier(), WebRtcClassifier(2), WebRtcClassifier(3)):
        detector = ClassifierDetector(classifier, ActivitySettings())
        started = time.perf_counter()
        counts = sum(_counts(detector, clip, truth) for clip, truth in found)
        taken_s = time.perf_counter() - started
        right, false, missed = counts
        f1 = 2 * right / (2 * right + false + missed)
        print(
            f"{classifier.name:10} F1 {f1:.4f}  false {false * _FRAME_S:6.1f} s  missed {missed * _FRAME_S:6.1f} s  "
            f"{sound_s / taken_s:5.0f} times real time (two channels)"
        )


def _counts(detector: SpeechDetector, clip: Clip, truth: dict[str, Any]) -> np.ndarray:
    """Frames of both parties that were right, false and missed."""
    activity = detector.detect(clip)
    total = np.zeros(3, dtype=int)
    for channel, party in enumerate(("agent", "customer")):
        heard = _frames(turn_spans(activity[channel], activity[1 - channel], TurnSettings()), clip.duration_s)
        spoken = [Span(turn["start_s"], turn["end_s"]) for turn in truth["turns"] if turn["who"] == party]
        said = _frames(spoken, clip.duration_s)
        total += [np.sum(said & heard), np.sum(heard & ~said), np.sum(said & ~heard)]
    return total


def _frames(spans: Sequence[Span], duration_s: float) -> np.ndarray:
    grid = np.zeros(int(duration_s / _FRAME_S) + 1, dtype=bool)
    for span in spans:
        grid[int(span.start_s / _FRAME_S) : int(span.end_s / _FRAME_S) + 1] = True
    return grid
