"""What a crash left of one call, made whole again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.span import Span
from monitor.recorder.disk import Disk
from monitor.recorder.header import BYTES_PER_FRAME, HEADER_BYTES, SAMPLE_RATES_HZ, Header, parsed
from monitor.recorder.marks import Marks, usable
from monitor.recorder.names import file_name
from monitor.recorder.recorded import CHANNELS, Gap, Part, Recorded

Entries = Sequence[dict[str, Any]]


@dataclass(slots=True)
class Remains:
    """Of one call."""

    recorded: Recorded | None
    """`None` where nothing at all is left of it."""
    source: str
    signals: tuple[dict[str, Any], ...]
    empty: tuple[Path, ...]
    """Files without a frame of sound."""
    damaged: tuple[Path, ...]
    """Files with bytes that nothing says how to read."""


@dataclass(slots=True)
class _Said:
    """What the journal says."""

    call_id: str
    source: str = "unknown"
    opened_s: float | None = None
    zero_s: float | None = None
    rate_hz: int | None = None
    marks: Marks = field(default_factory=Marks)
    signals: list[dict[str, Any]] = field(default_factory=list)


def remains(disk: Disk, name: str, paths: Iterable[Path], lines: Entries) -> Remains:
    """Set headers right and read the journal; files that are healthy are not touched.

    Raises:
        OSError: where the disk does not let it be done now.
    """
    said = _said(name, lines)
    kept: list[tuple[Path, Header]] = []
    empty: list[Path] = []
    damaged: list[Path] = []
    for path in paths:
        size, header = _mended(disk, path, said)
        if header is None:
            (damaged if size > HEADER_BYTES else empty).append(path)
        elif header.frames:
            kept.append((path, header))
        else:
            empty.append(path)
    recorded = _recorded(said, sorted(kept, key=lambda one: one[1].first_frame))
    return Remains(recorded, said.source, tuple(said.signals), tuple(empty), tuple(damaged))


def _mended(disk: Disk, path: Path, said: _Said) -> tuple[int, Header | None]:
    descriptor = disk.open(path, create=False)
    try:
        size = disk.size(descriptor)
        found = parsed(disk.read_at(descriptor, HEADER_BYTES, 0)) or _guessed(path, said)
        if found is None or not usable(found.started_s, found.started_s):
            return size, None
        frames = max(0, size - HEADER_BYTES) // BYTES_PER_FRAME
        header = Header(found.sample_rate_hz, found.started_s, found.first_frame, frames, found.heard)
        if size > HEADER_BYTES + frames * BYTES_PER_FRAME:
            disk.truncate(descriptor, HEADER_BYTES + frames * BYTES_PER_FRAME)
        if frames and disk.read_at(descriptor, HEADER_BYTES, 0) != header.packed():
            disk.write_at(descriptor, header.packed(), 0)
        return size, header
    finally:
        disk.close(descriptor)


def _guessed(path: Path, said: _Said) -> Header | None:
    """A header that never got to the disk: of a first part, the journal knows all that it said."""
    if said.zero_s is None or said.rate_hz is None or not path.name.endswith(".1.wav"):
        return None
    return Header(said.rate_hz, said.zero_s, 0, 0, (0, 0))


def _said(name: str, lines: Entries) -> _Said:
    said = _Said(name)
    for line in lines:
        try:
            _read(said, line)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # not as we write it: passed over
            continue
    return said


def _read(said: _Said, line: dict[str, Any]) -> None:
    if "opened" in line:
        said.opened_s = _clock(line["opened"])
        if file_name(str(line["call"])) == said.call_id:
            said.call_id = str(line["call"])
    elif "source" in line:
        said.source = str(line["source"])
    elif "zero" in line and line["rate_hz"] in SAMPLE_RATES_HZ:
        said.zero_s, said.rate_hz = _clock(line["zero"]), int(line["rate_hz"])
    elif "concealed" in line:
        channel, spans = line["concealed"]
        said.marks.conceal(CHANNELS[channel], [Span(_clock(start), _clock(end)) for start, end in spans])
    elif "missing" in line:
        channel, start, end, reason = line["missing"]
        said.marks.miss(CHANNELS[channel], Gap(Span(_clock(start), _clock(end)), str(reason)))
    elif "signal" in line:
        said.signals.append(dict(line["signal"]))


def _clock(value: Any) -> float:
    if not usable(float(value), float(value)):
        raise ValueError("no time that a clock can have told")
    return float(value)


def _recorded(said: _Said, kept: Sequence[tuple[Path, Header]]) -> Recorded | None:
    if not kept and said.opened_s is None:
        return None
    zero_s = kept[0][1].started_s if kept else said.zero_s if said.zero_s is not None else said.opened_s
    assert zero_s is not None
    rate_hz = kept[0][1].sample_rate_hz if kept else said.rate_hz
    parts = tuple(
        Part(path, header.first_frame / header.sample_rate_hz, header.frames / header.sample_rate_hz)
        for path, header in kept
    )
    missing = said.marks.missing_from(zero_s)
    return Recorded(
        call_id=said.call_id,
        started_s=zero_s,
        duration_s=max((part.start_s + part.duration_s for part in parts), default=0.0),
        sample_rate_hz=rate_hz,
        parts=parts,
        concealed=said.marks.concealed_from(zero_s),
        missing=missing,
        notes=tuple(sorted({"repaired", *said.marks.reasons})),
    )
