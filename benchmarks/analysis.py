"""The whole analysis against faster-whisper alone, which transcribes each channel in turn with its defaults."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.labelled import calls
from benchmarks.measured import measured
from benchmarks.timbre import analyse_all, model_folder
from monitor.settings.sections import Settings


def faster_whisper_alone(folder: Path, paths: list[Path]) -> float:
    """Seconds that faster-whisper takes for both channels of every recording, loading left out."""
    from faster_whisper import WhisperModel, decode_audio  # noqa: PLC0415  # in its own process only

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    started = time.perf_counter()
    for path in paths:
        for channel in decode_audio(str(path), split_stereo=True):
            segments, _ = model.transcribe(channel, language="es")
            for _ in segments:
                pass
    return time.perf_counter() - started


def main() -> None:
    found = calls("stereo")
    paths, sound_s = [path for path, _ in found], sum(truth["duration_s"] for _, truth in found)
    ours = measured(analyse_all, paths)
    peer = measured(faster_whisper_alone, model_folder(Settings()), paths)
    wall_s, transcription_s = ours.result["wall_s"], ours.result["transcription_s"]
    print(f"calls                          {len(paths)} stereo, {sound_s / 60:.1f} min")
    print(f"faster-whisper alone           {peer.result:.1f} s, peak memory {peer.peak_mb:.0f} MB")
    print(f"timbre, the whole analysis     {wall_s:.1f} s, peak memory {ours.peak_mb:.0f} MB")
    print(f"ratio                          {wall_s / peer.result:.3f} (bar: at most 0.5)")
    print(f"all but transcription          {1 - transcription_s / wall_s:.3f} of the total (bar: at most 0.10)")
    print(f"real-time factor               {wall_s / sound_s:.3f}")
