"""A daemon's parts over fakes at the seams: the recorder, the tracker and the database are real."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from audio.events import Source
from monitor.calls.tracker import CallTracker
from monitor.capture.loop import CaptureLoop
from monitor.capture.totals import CaptureTotals
from monitor.daemon.capturing import Capturing
from monitor.recorder.recorded import RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.settings.reading import load
from monitor.settings.sections import Settings

ROOMY = RecorderSettings(reserve_bytes=0, reserve_ratio=0.0, write_s=0.01, sync_s=0.05)
"""Threads as in life, whatever space this machine has."""
WITHIN_S = 30.0


def wait_for(happened: Callable[[], object]) -> None:
    """Until another thread brought it about."""
    until_s = time.monotonic() + WITHIN_S
    while not happened():
        assert time.monotonic() < until_s, "it did not happen"
        threading.Event().wait(0.005)


def looped(source: Source, recorder: Recorder, totals: CaptureTotals) -> CaptureLoop:
    return CaptureLoop(source, CallTracker(source.name), recorder, totals)


def capturing(root: Path, opened: Callable[[], Any], name: str = "siprec") -> Capturing:
    return Capturing(name, opened, looped, Recorder(root, ROOMY), root)


def settings(folder: Path, **variables: str) -> Settings:
    """Those of a daemon that captures by SIPREC, with a folder and a database of its own."""
    own = {
        "TIMBRE_CAPTURE__SOURCES": '["siprec"]',
        "TIMBRE_CAPTURE__FOLDER": str(folder / "captured"),
        "TIMBRE_CAPTURE__RECORDER__RESERVE_BYTES": "0",
        "TIMBRE_CAPTURE__RECORDER__RESERVE_RATIO": "0",
        "TIMBRE_DATABASE__URL": f"sqlite:///{folder / 'timbre.db'}",
        "TIMBRE_DAEMON__PORT": "0",
        "TIMBRE_DAEMON__STOP_S": "20",
    }
    return load(None, own | variables).settings
