"""PortAudio behind PyAudio: the one place that knows the library."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from models.errors import DeviceError

# Values of portaudio.h, stable since 2001; written here so that the library need not be there to read them.
INT16 = 8
CONTINUE = 0
INPUT_OVERFLOW = 2
INPUT_UNDERFLOW = 1

OpenAudio = Callable[[], Any]
"""Gives a started PortAudio (`pyaudio.PyAudio`), which finds devices as they are at that moment."""


def open_audio() -> Any:
    """PortAudio, initialised anew.

    Raises:
        DeviceError: where PyAudio is not installed or does not start, with what to do.
    """
    try:
        library = importlib.import_module("pyaudio")
    except ImportError as error:
        raise DeviceError(
            "PyAudio is missing: install PortAudio's headers and a C compiler "
            "(Debian: portaudio19-dev gcc python3-dev), then the extra: pip install 'timbre-monitor[soundcard]'",
            "soundcard_library",
        ) from error
    try:
        return library.PyAudio()
    except OSError as error:
        raise DeviceError(f"PortAudio does not start: {error}", "soundcard_library") from error


@contextmanager
def native_libraries_quiet() -> Iterator[None]:
    """ALSA and JACK write a page of their own to standard error for every device that is not there.

    Standard error is closed for the whole process meanwhile: for commands, not for a daemon with its log there.
    """
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
