"""Capture files as recordings: each call of one is recorded once, beside the others, and then analysed like any."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audio.packets.capture_file import MAGIC_BYTES, MAGICS
from audio.sources.folder import FoundRecording
from audio.sources.opening import content_sha256
from models.errors import CaptureError
from models.rules import sha256_of
from monitor.capture.building import capture_file, loop
from monitor.capture.handover import recordings_of
from monitor.recorder.names import DOCUMENT, DONE
from monitor.recorder.recorder import Recorder
from monitor.settings.capture import CaptureSection

SUFFIXES = (".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz", ".cap.gz")
_GZIP = b"\x1f\x8b"
_COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """What was in a capture file."""

    recordings: tuple[FoundRecording, ...]
    silent: int
    """Calls of which there is no sound: nobody answered, or only signalling was captured."""
    notes: tuple[str, ...]
    """Reason codes of what was wrong with the file, e.g. `truncated`."""


def is_capture(path: Path) -> bool:
    """Whether a file is a capture, by its first bytes; one that is compressed by its name too."""
    try:
        with path.open("rb") as file:
            head = file.read(MAGIC_BYTES)
    except OSError:
        return False
    return head in MAGICS or (head.startswith(_GZIP) and path.name.lower().endswith(SUFFIXES))


def captures_in(paths: Sequence[Path]) -> list[Path]:
    """The capture files among files and below folders, each once, in order."""
    found = (file for path in paths for file in (_below(path) if path.is_dir() else (path,)) if is_capture(file))
    return list({file.absolute(): file for file in found}.values())


def calls_in(path: Path, folder: Path, section: CaptureSection) -> CapturedFile:
    """Record the calls of a capture file below `folder`; what was recorded before under the same settings is there.

    Raises:
        CaptureError: where the file is no capture or cannot be read.
        RecordingError: where it vanished.
        OSError: where the folder cannot be written.
    """
    key = sha256_of([content_sha256([path]), repr(section)])[:32]
    root = folder / key
    if not (root / _COMPLETE).exists():
        _record(path, root, section)
    return _captured(path, root)


def _record(path: Path, root: Path, section: CaptureSection) -> None:
    """A run that was broken off is begun anew: the capture is still there."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    recorder = Recorder(root, replace(section.recorder, durable=False, reserve_bytes=0, reserve_ratio=0.0))
    source = capture_file(path, section)
    going = loop(source, section, recorder)
    try:
        while going.step(0.0):
            pass
    finally:
        source.close()
    if not recorder.stop():
        raise CaptureError(f"the calls of {path.name} could not be written to {root}", "disk_full")
    (root / _COMPLETE).write_text("\n".join(source.notes))


def _captured(path: Path, root: Path) -> CapturedFile:
    notes = tuple((root / _COMPLETE).read_text().split())
    calls = [recordings_of(document) for document in sorted((root / DONE).rglob(f"*{DOCUMENT}"))]
    found = sorted((one for call in calls for one in call), key=lambda one: (one.facts.started_at is None, one.name))
    return CapturedFile(tuple(_named(found, path, notes)), sum(not call for call in calls), notes)


def _named(found: Sequence[FoundRecording], path: Path, notes: tuple[str, ...]) -> Iterator[FoundRecording]:
    """Each call by the capture's name, with a number where there are several."""
    stem, suffix = path.stem, path.suffix
    for number, one in enumerate(found, start=1):
        shown = f"{stem}-{number}{suffix}" if len(found) > 1 else path.name
        yield replace(one, shown=shown, notes=(*one.notes, *(f"capture_{note}" for note in notes)))


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.name.lower().endswith(SUFFIXES) and path.is_file())
