"""Compressed and contained sound, by FFmpeg through PyAV, as 16-bit frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from audio.parts import Part, batched, gaps_filled
from audio.pcm import Frames
from audio.resampling import resampled
from audio.spool import DecodeLimits, PcmStream
from models.errors import RecordingError

_IO_TIMEOUT_S = 30.0
_TIMED = ("matroska", "mov")
"""Containers that leave out what was not sent; elsewhere time stamps are counted from the sound itself."""
_DECLARED = ("flac", "matroska", "mov")
"""Containers whose duration is written in them and not guessed from the file's size."""
_MISSING_S = 0.5
_MISSING_RATIO = 0.02
"""Less sound than declared by both: the file was cut."""
_OPUS_RATE_HZ = 48000
_PROTECTED = ("enca", "drms")
"""Sample entries of encrypted sound: ISO/IEC 14496-12, 8.12, and its forerunner."""


@contextmanager
def container_stream(
    path: Path, kind: str, limits: DecodeLimits, options: Mapping[str, str] | None = None
) -> Iterator[PcmStream]:
    """The first audio stream of a container of the named kind, at its own rate.

    Opus always decodes at 48 kHz; where its header tells a lower rate of the original (RFC 7845, 5.1),
    the sound is brought back to that rate. Notes may be `truncated`, `damaged`, `gaps_filled`, `more_streams`.

    Raises:
        RecordingError: here and while the blocks are read: `unreadable`, `not_audio`, `encrypted`, `empty`,
            `too_many_channels`.
    """
    with _opened(path, kind, options or {}) as container:
        yield _stream(container, kind, limits)


@contextmanager
def _opened(path: Path, kind: str, options: Mapping[str, str]) -> Iterator[InputContainer]:
    """One demuxer and no other protocol than a file: a playlist in disguise opens nothing."""
    try:
        container = av.open(
            f"file:{path}",
            format=kind,
            options={"protocol_whitelist": "file", **options},
            metadata_errors="ignore",
            timeout=_IO_TIMEOUT_S,
        )
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever a library says of hostile bytes is the file's fault
        raise _unreadable(error) from error
    with container:
        yield container


def _unreadable(error: Exception) -> RecordingError:
    return RecordingError(f"the decoder gives up: {type(error).__name__}", "unreadable")


def _stream(container: InputContainer, kind: str, limits: DecodeLimits) -> PcmStream:
    source = _audio_stream(container, limits)
    notes = ["more_streams"] if len(container.streams.audio) > 1 else []
    frames = _frames(container, source, notes)
    first = next(frames, None)
    if first is None:
        raise _nothing(damaged="damaged" in notes or "truncated" in notes)
    rate_hz, channels = first.sample_rate, first.layout.nb_channels
    declared_s = _declared_s(container, source) if kind in _DECLARED else None
    parts = _parts(chain([first], frames), channels, rate_hz)
    if kind in _TIMED:
        parts = gaps_filled(parts, channels, rate_hz, limits.max_duration_s, notes)
    blocks = _counted(batched(parts), rate_hz, declared_s, notes)
    original_hz = _original_rate_hz(source, limits) or rate_hz
    if original_hz != rate_hz:
        blocks = resampled(blocks, rate_hz, original_hz, channels)
    return PcmStream(original_hz, channels, blocks, notes)


def _audio_stream(container: InputContainer, limits: DecodeLimits) -> AudioStream:
    source = next(iter(container.streams.audio), None)
    if source is None:
        raise RecordingError("there is no sound in the file", "not_audio")
    if source.codec_context is None:
        raise RecordingError("no decoder knows the sound in the file", "unreadable")
    if source.codec_context.codec_tag in _PROTECTED:
        raise RecordingError("the sound in the file is encrypted", "encrypted")
    if source.codec_context.layout.nb_channels > limits.max_channels:
        raise too_many_channels(source.codec_context.layout.nb_channels, limits)
    return source


def too_many_channels(channels: int, limits: DecodeLimits) -> RecordingError:
    """The error of a file with more channels than a call has parties."""
    sentence = f"{channels} channels: a call has one or {limits.max_channels}; export the two legs alone"
    return RecordingError(sentence, "too_many_channels")


def _nothing(*, damaged: bool) -> RecordingError:
    if damaged:
        return RecordingError("nothing of the sound can be decoded", "unreadable")
    return RecordingError("no sound in the file", "empty")


def _frames(container: InputContainer, source: AudioStream, notes: list[str]) -> Iterator[AudioFrame]:
    """Decoded frames; a packet that fails is left out."""
    failed = last_failed = False
    packets = container.demux(source)
    while True:
        try:
            packet = next(packets, None)
        except Exception:  # noqa: BLE001 # whatever a library says of hostile bytes is the file's fault
            notes.append("truncated")
            break
        if packet is None:
            break
        try:
            frames = packet.decode()
        except Exception:  # noqa: BLE001 # as above
            failed = last_failed = True
            continue
        last_failed = last_failed and not frames
        yield from frames
    if failed:
        notes.append("truncated" if last_failed else "damaged")


def _parts(frames: Iterable[AudioFrame], channels: int, rate_hz: int) -> Iterator[Part]:
    for frame in frames:
        if frame.sample_rate != rate_hz:
            raise RecordingError("the sample rate changes within the recording", "unreadable")
        yield Part(frame.time, _with_channels(_table(frame), channels))


def _table(frame: AudioFrame) -> npt.NDArray[Any]:
    try:
        array = frame.to_ndarray()
        return array.T if frame.format.is_planar else array.reshape(-1, frame.layout.nb_channels)
    except Exception as error:  # a width that no array has, planes that do not fit
        raise _unreadable(error) from error


def _with_channels(table: npt.NDArray[Any], channels: int) -> npt.NDArray[Any]:
    """A stream that changes between mono and stereo on its way keeps what it began with."""
    if table.shape[1] == channels:
        return table
    mean = table.mean(axis=1, keepdims=True).astype(table.dtype)
    return np.repeat(mean, channels, axis=1)


def _counted(blocks: Iterable[Frames], rate_hz: int, declared_s: float | None, notes: list[str]) -> Iterator[Frames]:
    frames = 0
    for block in blocks:
        frames += len(block)
        yield block
    missing_s = (declared_s or 0.0) - frames / rate_hz
    if declared_s and missing_s > max(_MISSING_S, _MISSING_RATIO * declared_s):
        notes.append("truncated")


def _declared_s(container: InputContainer, source: AudioStream) -> float | None:
    if source.duration is not None and source.time_base is not None:
        return float(source.duration * source.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _original_rate_hz(source: AudioStream, limits: DecodeLimits) -> int | None:
    """The input sample rate of an `OpusHead` where it is lower than Opus's own."""
    head = bytes(source.codec_context.extradata or b"")
    if not head.startswith(b"OpusHead") or len(head) < 16:
        return None
    rate_hz = int.from_bytes(head[12:16], "little")
    return rate_hz if limits.min_sample_rate_hz <= rate_hz < _OPUS_RATE_HZ else None
