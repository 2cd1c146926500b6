"""Decoded frames on disk, within limits."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from audio.clip import Clip
from audio.pcm import Frames
from audio.soundness import Soundness
from models.errors import RecordingError


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a recording may cost and be. Beyond it is an error, never a cut."""

    min_duration_s: float = 0.2
    max_duration_s: float = 12 * 3600.0
    max_channels: int = 2
    min_sample_rate_hz: int = 8000
    max_sample_rate_hz: int = 48000
    max_decoded_bytes: int = 12 * 3600 * 48000 * 2 * 2
    """On disk: twelve hours of 48 kHz stereo."""
    max_decode_s: float = 3600.0
    """Wall time."""


@dataclass(slots=True)
class PcmStream:
    """Frames on their way; `notes` is complete once `blocks` has run out."""

    sample_rate_hz: int
    channels: int
    blocks: Iterable[Frames]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A recording's sound, and reason codes of what is odd about it."""

    clip: Clip
    notes: tuple[str, ...] = ()


def spooled(stream: PcmStream, spool_dir: Path, limits: DecodeLimits) -> Decoded:
    """The whole stream in a new file of `spool_dir`, which is the caller's to remove.

    Raises:
        RecordingError: `empty`, `too_short`, `too_long`, `too_slow`, `no_space`; then no file is left behind.
    """
    path = _new_file(spool_dir)
    try:
        soundness = _written(stream, path, limits)
        clip = Clip.on_disk(path, stream.sample_rate_hz, stream.channels)
        _check_length(clip, limits)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Decoded(clip, tuple(dict.fromkeys((*stream.notes, *soundness.notes()))))


def _new_file(spool_dir: Path) -> Path:
    try:
        with tempfile.NamedTemporaryFile(dir=spool_dir, prefix="clip-", suffix=".pcm", delete=False) as file:
            return Path(file.name)
    except OSError as error:
        raise RecordingError(f"no room to decode: {error.strerror}", "no_space") from error


def _written(stream: PcmStream, path: Path, limits: DecodeLimits) -> Soundness:
    soundness = Soundness(stream.channels)
    most_frames = int(limits.max_duration_s * stream.sample_rate_hz)
    most_frames = min(most_frames, limits.max_decoded_bytes // (2 * stream.channels))
    deadline_s = time.monotonic() + limits.max_decode_s
    frames = 0
    with path.open("wb", buffering=0) as file:
        for block in stream.blocks:
            frames += len(block)
            if frames > most_frames:
                raise RecordingError(f"more than {limits.max_duration_s / 3600:g} h of sound", "too_long")
            if time.monotonic() > deadline_s:
                raise RecordingError(f"decoding took over {limits.max_decode_s:g} s", "too_slow")
            if len(block):
                soundness.add(block)
                _write(file, block)
    return soundness


def _write(file: object, block: Frames) -> None:
    try:
        block.astype("<i2", copy=False).tofile(file)  # type: ignore[arg-type]  # numpy's stub wants more than a writer
    except OSError as error:
        raise RecordingError(f"no room left to decode: {error.strerror or error}", "no_space") from error


def _check_length(clip: Clip, limits: DecodeLimits) -> None:
    if not clip.frames:
        raise RecordingError("no sound in the file", "empty")
    if clip.duration_s < limits.min_duration_s:
        raise RecordingError(f"{clip.duration_s:.3f} s of sound, {limits.min_duration_s:g} s needed", "too_short")
