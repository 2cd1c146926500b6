"""Telling two speakers apart on one mixed channel: error, abstentions, false pairs, processor time.

The mono calls, the stereo calls mixed down, and each leg of the stereo calls alone, which must not be divided.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from audio.activity import ActivitySettings
from audio.clip import Clip, Samples
from audio.separation import Separation, separate
from audio.speech import ClassifierDetector, SileroClassifier, SpeechDetector
from audio.voice_weights import VOICE_FETCHERS, VOICE_MODEL, read_voice_weights
from audio.voices import NeuralEncoder, VoiceEncoder
from audio.weights import locate
from benchmarks.labelled import calls, folder
from models.span import Span, union
from monitor.config import model_cache
from monitor.settings.sections import Settings

_FRAME_S = 0.01
_BRIDGE_S = 0.25
_PARTIES = ("agent", "customer")
_PEOPLE = ("en-auto-repairs-40_agent.wav", "en-auto-repairs-40_caller.wav")

Frames = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bench:
    detector: SpeechDetector
    encoder: VoiceEncoder


@dataclass(frozen=True, slots=True)
class Case:
    """A mixed channel and when each of its two speakers speaks."""

    name: str
    clip: Clip
    truth: tuple[Frames, Frames]


def main() -> None:
    weights = read_voice_weights(locate(VOICE_MODEL, model_cache(Settings()), fetchers=list(VOICE_FETCHERS.values())))
    bench = Bench(ClassifierDetector(SileroClassifier(), ActivitySettings()), NeuralEncoder(weights))
    found = calls()
    cases = [_case(path.stem, _sound(path), truth) for path, truth in found] + _people()
    taken = [_report(bench, case) for case in cases]
    per_call_s = 180 * sum(taken) / sum(case.clip.duration_s for case in cases)
    print(f"processor time for 180 s: {per_call_s:.2f} s, speech detection left out")
    legs = [(f"{path.stem} {party}", leg) for path, truth in found for party, leg in _legs(_sound(path), truth)]
    divided = [name for name, leg in legs if _separated(bench, leg)[0] is not None]
    print(f"single legs taken for two speakers: {len(divided)} of {len(legs)} {', '.join(divided)}")


def _report(bench: Bench, case: Case) -> float:
    """One line about a mixed channel; processor seconds of the separation."""
    separation, taken_s = _separated(bench, case.clip)
    if separation is None:
        print(f"{case.name:16} not told apart")
        return taken_s
    missed, false, confused = _errors(separation, case.truth)
    print(
        f"{case.name:16} d' {separation.distance:5.1f}  confidence {separation.confidence:.3f}  "
        f"confusion {100 * confused:5.2f} %  (missed {100 * missed:4.1f} %, false alarm {100 * false:4.1f} %)"
    )
    return taken_s


def _separated(bench: Bench, clip: Clip) -> tuple[Separation | None, float]:
    (speech,) = bench.detector.detect(clip)
    started = time.process_time()
    return separate(clip, speech, bench.encoder), time.process_time() - started


def _errors(separation: Separation, truth: tuple[Frames, Frames]) -> tuple[float, float, float]:
    """Missed, false and confused time over the time spoken, under the better naming of the speakers (NIST's DER).

    Time in which both speak counts as one of them; there is no collar. Misses hold the pauses within a turn,
    because the truth of the labelled calls is that of turns.
    """
    heard = [_frames(separation.of(speaker), truth[0].size) for speaker in (0, 1)]
    spoken, either = truth[0] | truth[1], heard[0] | heard[1]
    total = spoken.sum()
    confused = min(
        sum(np.sum(mine & said & ~other) for mine, said, other in ((heard[0], b, a), (heard[1], a, b)))
        for a, b in (truth, truth[::-1])
    )
    return np.sum(spoken & ~either) / total, np.sum(either & ~spoken) / total, confused / total


def _case(name: str, sound: tuple[Samples, int], truth: dict[str, Any]) -> Case:
    table, rate_hz = sound
    mixed = Clip.of(table.mean(axis=1), rate_hz)
    frames = [
        _frames([Span(turn["start_s"], turn["end_s"]) for turn in truth["turns"] if turn["who"] == party], _size(mixed))
        for party in _PARTIES
    ]
    return Case(name, mixed, (frames[0], frames[1]))


def _people() -> list[Case]:
    """The call of two people, true by the level of each leg."""
    legs = [folder().parent / "real" / name for name in _PEOPLE]
    if not all(leg.is_file() for leg in legs):
        return []
    (first, rate_hz), (second, _) = (_sound(leg) for leg in legs)
    size = min(len(first), len(second))
    mixed = Clip.of((first[:size, 0] + second[:size, 0]) / 2, rate_hz)
    return [Case("people", mixed, (_loud(first[:size, 0], rate_hz), _loud(second[:size, 0], rate_hz)))]


def _loud(samples: Samples, rate_hz: int) -> Frames:
    hop = round(_FRAME_S * rate_hz)
    power = np.mean(samples[: samples.size // hop * hop].reshape(-1, hop) ** 2, axis=1)
    loud = np.flatnonzero(power > 10**-2.5 * np.percentile(power, 95))
    spans = union((Span(at * _FRAME_S, (at + 1) * _FRAME_S) for at in loud), _BRIDGE_S)
    return _frames(spans, int(samples.size / rate_hz / _FRAME_S) + 1)


def _legs(sound: tuple[Samples, int], truth: dict[str, Any]) -> list[tuple[str, Clip]]:
    table, rate_hz = sound
    if truth["layout"] != "stereo":
        return []
    return [(party, Clip.of(table[:, channel], rate_hz)) for channel, party in enumerate(_PARTIES)]


def _sound(path: Any) -> tuple[Samples, int]:
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return samples, rate_hz


def _size(clip: Clip) -> int:
    return int(clip.duration_s / _FRAME_S) + 1


def _frames(spans: Sequence[Span], size: int) -> Frames:
    grid = np.zeros(size, dtype=bool)
    for span in spans:
        grid[round(span.start_s / _FRAME_S) : round(span.end_s / _FRAME_S)] = True
    return grid


if __name__ == "__main__":
    main()
