"""Capture files as recordings: each call of one is recorded once, beside the others, and then analysed like any."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audio.packets.capture_file import CaptureStream
from audio.packets.capture_files import FoundCapture, read_found
from audio.packets.rtpengine import read_metadata
from audio.sniffing.recorded_calls import told_by_rtpengine
from audio.sniffing.signalling import Told
from audio.sources.folder import FoundRecording
from audio.sources.opening import content_sha256
from models.errors import CaptureError
from models.rules import sha256_of
from monitor.capture.building import capture_file, loop
from monitor.capture.handover import recordings_of
from monitor.recorder.names import DOCUMENT, DONE
from monitor.recorder.recorder import Recorder
from monitor.settings.capture import CaptureSection

log = logging.getLogger(__name__)

_COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """What was in a capture."""

    recordings: tuple[FoundRecording, ...]
    silent: int
    """Calls of which there is no sound: nobody answered, or only signalling was captured."""
    notes: tuple[str, ...]
    """Reason codes of what was wrong with the file, e.g. `truncated`."""


def calls_in(found: FoundCapture, folder: Path, section: CaptureSection) -> CapturedFile:
    """Record the calls of a capture below `folder`; what was recorded before under the same settings is there.

    Raises:
        CaptureError: where a file is no capture or cannot be read, or the calls cannot be written.
        RecordingError: where it vanished.
        OSError: where the folder cannot be made.
    """
    files = [*found.files, *([found.metadata] if found.metadata else [])]
    root = folder / sha256_of([content_sha256(files), repr(section)])[:32]
    if not (root / _COMPLETE).exists():
        _record(found, root, section)
    return _captured(found, root)


def _record(found: FoundCapture, root: Path, section: CaptureSection) -> None:
    """A run that was broken off is begun anew: the capture is still there."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    recorder = Recorder(root, replace(section.recorder, durable=False, reserve_bytes=0, reserve_ratio=0.0))
    notes: list[str] = []
    try:
        for _, stream in read_found(found, root):
            notes += _record_stream(stream, _told(found), section, recorder)
    finally:
        stopped = recorder.stop()
    if not stopped:
        raise CaptureError(f"the calls of {found.files[0].name} could not be written to {root}", "disk_full")
    (root / _COMPLETE).write_text("\n".join(notes))


def _record_stream(
    stream: CaptureStream, told: Sequence[Told], section: CaptureSection, recorder: Recorder
) -> Sequence[str]:
    source = capture_file(stream, told, section)
    going = loop(source, section, recorder)
    while going.step(0.0):
        pass
    return source.notes


def _told(found: FoundCapture) -> Sequence[Told]:
    """What rtpengine wrote beside its pcap; without it the sound is that of a call without signalling."""
    if found.metadata is None:
        return ()
    try:
        return told_by_rtpengine(read_metadata(found.metadata))
    except CaptureError as error:
        log.warning("%s is left out: %s", found.metadata.name, error)
        return ()


def _captured(found: FoundCapture, root: Path) -> CapturedFile:
    notes = tuple((root / _COMPLETE).read_text().split())
    calls = [recordings_of(document) for document in sorted((root / DONE).rglob(f"*{DOCUMENT}"))]
    recordings = [one for call in calls for one in call]
    return CapturedFile(tuple(_named(recordings, found.files[0], notes)), sum(not call for call in calls), notes)


def _named(recordings: Sequence[FoundRecording], path: Path, notes: tuple[str, ...]) -> Iterator[FoundRecording]:
    """Each call by the capture's name, with a number where there are several, in the order in which they began."""
    for number, one in enumerate(recordings, start=1):
        shown = f"{path.stem}-{number}{path.suffix}" if len(recordings) > 1 else path.name
        yield replace(one, shown=shown, notes=(*one.notes, *(f"capture_{note}" for note in notes)))
