"""A recording's file, whatever a telephone system left in it, as a clip on disk."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from audio.container import container_stream, too_many_channels
from audio.content import HEAD_BYTES, container, looks_like_text
from audio.endings import cut_short
from audio.pcm import ENCODINGS, plain_blocks
from audio.spool import Decoded, DecodeLimits, PcmStream, spooled
from audio.wav import wav_header
from models.errors import RecordingError

__all__ = ["RAW_FORMATS", "DecodeLimits", "Decoded", "RawFormat", "decode"]


@dataclass(frozen=True, slots=True)
class RawFormat:
    """What the sound of files without a header is, by the end of their name."""

    suffix: str
    """With its dot, in lower case."""
    encoding: str
    """A name of `ENCODINGS`, or a headerless codec: `g722`, `gsm`, `g729`."""
    sample_rate_hz: int = 8000
    channels: int = 1


RAW_FORMATS = (
    *(RawFormat(suffix, "alaw") for suffix in (".al", ".alaw", ".pcma")),
    *(RawFormat(suffix, "mulaw") for suffix in (".ul", ".ulaw", ".mulaw", ".pcmu")),
    *(RawFormat(suffix, "s16") for suffix in (".raw", ".sln", ".pcm")),
    *(RawFormat(f".sln{khz}", "s16", khz * 1000) for khz in (12, 16, 24, 32, 48)),
    RawFormat(".sln44", "s16", 44100),
    RawFormat(".g722", "g722", 16000),
    RawFormat(".gsm", "gsm"),
    RawFormat(".g729", "g729"),
)
"""As Asterisk names them."""


def decode(
    path: Path,
    spool_dir: Path,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008 # a frozen value
    raw_formats: tuple[RawFormat, ...] = RAW_FORMATS,
) -> Decoded:
    """The sound of a file at its native rate, in a new spool file of `spool_dir`, which is the caller's to remove.

    The content decides what it is; the name only where the content has no header. Memory does not grow with the
    length. Notes are reason codes: `header_repaired`, `truncated`, `damaged`, `gaps_filled`, `more_streams`,
    `all_silent`, `channel_silent`, `dc_offset`, `clipped_heavily`.

    Raises:
        RecordingError: `empty`, `unreadable`, `encrypted`, `not_audio`, `too_long`, `too_short`, `too_slow`,
            `too_many_channels`, `sample_rate`, `no_permission`, `vanished`, `no_space`.
    """
    with opened(path) as file, _stream(path, file, limits, raw_formats) as stream:
        _check_shape(stream, limits)
        return spooled(stream, spool_dir, limits)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file open for reading; what the system refuses meanwhile is a `RecordingError`."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RecordingError("not a file: a folder, a pipe or a device", "not_audio")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise RecordingError("the file is no longer there", "vanished") from error
    except PermissionError as error:
        raise RecordingError("the file may not be read by this user", "no_permission") from error
    except OSError as error:
        raise RecordingError(f"the file cannot be read: {error.strerror}", "unreadable") from error
    except ValueError as error:  # a null byte in the name
        raise RecordingError("the file's name is none that a system allows", "unreadable") from error


@contextmanager
def _stream(
    path: Path, file: BinaryIO, limits: DecodeLimits, raw_formats: tuple[RawFormat, ...]
) -> Iterator[PcmStream]:
    kind = container(file)
    if kind == "riff":
        with _wav(path, file, limits) as stream:
            yield stream
    elif kind is None:
        with _headerless(path, file, limits, raw_formats) as stream:
            yield stream
    else:
        with container_stream(path, kind, limits) as stream:
            if cut_short(file, kind):
                stream.notes.append("truncated")
            yield stream


@contextmanager
def _wav(path: Path, file: BinaryIO, limits: DecodeLimits) -> Iterator[PcmStream]:
    header = wav_header(file)
    if header.channels > limits.max_channels:
        raise too_many_channels(header.channels, limits)
    if header.encoding and header.channels:
        blocks = plain_blocks(file, header.data_start, header.data_bytes, header.encoding, header.channels)
        yield PcmStream(header.sample_rate_hz, header.channels, blocks, list(header.notes))
        return
    options = {"ignore_length": "1"} if header.notes else {}
    with container_stream(path, "wav", limits, options) as stream:
        stream.notes.extend(header.notes)
        yield stream


@contextmanager
def _headerless(
    path: Path, file: BinaryIO, limits: DecodeLimits, raw_formats: tuple[RawFormat, ...]
) -> Iterator[PcmStream]:
    form = next((form for form in raw_formats if form.suffix == path.suffix.lower()), None)
    file.seek(0)
    if form is None or looks_like_text(file.read(HEAD_BYTES)):
        raise RecordingError("no known kind of sound in the file", "not_audio")
    encoding = ENCODINGS.get(form.encoding)
    if encoding is None:
        with container_stream(path, form.encoding, limits) as stream:
            yield stream
        return
    size = file.seek(0, 2)
    yield PcmStream(form.sample_rate_hz, form.channels, plain_blocks(file, 0, size, encoding, form.channels))


def _check_shape(stream: PcmStream, limits: DecodeLimits) -> None:
    if not 1 <= stream.channels <= limits.max_channels:
        raise too_many_channels(stream.channels, limits)
    if not limits.min_sample_rate_hz <= stream.sample_rate_hz <= limits.max_sample_rate_hz:
        span = f"{limits.min_sample_rate_hz} to {limits.max_sample_rate_hz} Hz"
        raise RecordingError(f"{stream.sample_rate_hz} Hz: only {span} can be used", "sample_rate")
