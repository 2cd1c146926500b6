"""Is this machine ready? One check a thing that may be missing, each with the way to mend it."""

from __future__ import annotations

import importlib
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from audio.soundcard.portaudio import native_libraries_quiet
from audio.voice_weights import VOICE_MODEL
from audio.weights import placed_at, verified
from models.archive import Archive
from models.errors import StoreError, TimbreError
from monitor.config import database_url, model_cache
from monitor.parts import located_voices, rules, speech_model
from monitor.settings.sections import Settings

_LOW_BYTES, _FULL_BYTES = 2_000_000_000, 300_000_000
_ALL_PROTOCOLS = 0x0003  # ETH_P_ALL, network order below


class Health(StrEnum):
    """How a check ends."""

    FINE = "fine"
    LIMITED = "limited"
    """Something that not every centre needs is missing."""
    BROKEN = "broken"
    """Calls cannot be analysed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `mend` is the id of the message `doctor-mend-<mend>`, with `args`."""

    id: str
    health: Health
    found: str
    mend: str | None = None
    args: dict[str, Any] = field(default_factory=dict)


def examine(settings: Settings, out: Path) -> Iterator[Check]:
    """Every check, in the order in which to mend what fails."""
    yield _model(settings)
    yield _voices(settings)
    yield _protocol(settings)
    yield _database(settings)
    yield from (_disk(name, folder) for name, folder in _folders(settings, out))
    yield _sound_card()
    yield _capture_rights()


def _model(settings: Settings) -> Check:
    section = settings.transcriber
    try:
        model = speech_model(settings)
        folder = Path(section.model_path).expanduser() if section.model_path else None
        located = verified(model, folder or placed_at(model, model_cache(settings)))
    except TimbreError as error:
        return Check("model", Health.BROKEN, str(error), error.code, {"name": section.model})
    return Check("model", Health.FINE, f"{located.name} {located.sha256[:12]} {located.path}")


def _voices(settings: Settings) -> Check:
    located = located_voices(settings)
    if located is None:
        return Check("voices", Health.LIMITED, VOICE_MODEL.name, "voices")
    return Check("voices", Health.FINE, f"{located.name} {located.sha256[:12]} {located.path}")


def _protocol(settings: Settings) -> Check:
    try:
        protocol = rules(settings).protocol
    except TimbreError as error:
        return Check("protocol", Health.BROKEN, str(error), "protocol", {"file": settings.protocol.file})
    return Check("protocol", Health.FINE, f"{protocol.name} {protocol.version}")


def _database(settings: Settings) -> Check:
    try:
        archive = Archive(database_url(settings))
        archive.check()
    except StoreError as error:
        if error.code != "store_outdated":  # that is made or brought up by the next analysis
            return Check("database", Health.BROKEN, str(error), "database")
    found = archive.shown_url
    archive.close()
    return Check("database", Health.FINE, found)


def _folders(settings: Settings, out: Path) -> Iterator[tuple[str, Path]]:
    yield "disk_out", out
    yield "disk_cache", model_cache(settings)
    yield "disk_temporary", Path(tempfile.gettempdir())


def _disk(name: str, folder: Path) -> Check:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    found = f"{folder}: {free / 1e9:.1f} GB"
    if not _writable(there):
        return Check(name, Health.BROKEN, found, "folder", {"folder": str(there)})
    health = Health.BROKEN if free < _FULL_BYTES else Health.LIMITED if free < _LOW_BYTES else Health.FINE
    return Check(name, health, found, None if health is Health.FINE else "disk", {"folder": str(there)})


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _sound_card() -> Check:
    try:
        pyaudio = importlib.import_module("pyaudio")
    except ImportError as error:
        return Check("sound_card", Health.LIMITED, str(error), "pyaudio")
    with native_libraries_quiet():
        sound = pyaudio.PyAudio()
        try:
            devices = [sound.get_device_info_by_index(index) for index in range(sound.get_device_count())]
        finally:
            sound.terminate()
    inputs = [str(device["name"]) for device in devices if device["maxInputChannels"] > 0]
    if not inputs:
        return Check("sound_card", Health.LIMITED, "PyAudio", "sound_card")
    return Check("sound_card", Health.FINE, ", ".join(inputs)[:200])


def _capture_rights() -> Check:
    family = getattr(socket, "AF_PACKET", None)
    if family is None:
        return Check("capture", Health.LIMITED, "AF_PACKET", "capture_platform")
    try:
        socket.socket(family, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS)).close()
    except OSError as error:
        return Check("capture", Health.LIMITED, error.strerror or str(error), "capture")
    return Check("capture", Health.FINE, "CAP_NET_RAW")
