"""A live source for the tests, and what it told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.events import LegEnded, Sound, SourceEvent, StreamMeasured
from audio.siprec.settings import SiprecSettings
from audio.sources.siprec import SiprecSource
from models.call import Side

LIVE = SiprecSettings(address="127.0.0.1", udp_port=0, tcp_port=0, rtp_ports=(25100, 25399))
"""Ports that the system chooses; nothing of the machine's own network."""


class Heard:
    """Reads a source in a thread, as the capture loop does."""

    def __init__(self, source: SiprecSource) -> None:
        self.source = source
        self.events: list[SourceEvent] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while (events := self.source.poll(0.2)) is not None:
            self.events += events

    def join(self) -> None:
        self._thread.join(20)

    def told(self, *kinds: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kinds)]

    def wait_for(self, enough: Callable[[], bool], timeout_s: float = 15.0) -> bool:
        """Waits for something that another thread brings about."""
        until_s = time.monotonic() + timeout_s
        while not enough() and time.monotonic() < until_s:
            time.sleep(0.02)
        return enough()

    def ended(self, legs: int = 1) -> bool:
        return self.wait_for(lambda: len(self.told(LegEnded)) >= legs)

    def samples(self, side: Side, leg: str | None = None) -> npt.NDArray[np.int16]:
        """All sound of a side, one after the other."""
        sounds = [one for one in self.told(Sound) if one.side is side and leg in (None, one.leg)]
        return np.concatenate([one.samples for one in sounds]) if sounds else np.zeros(0, np.int16)

    def packets(self, side: Side) -> int:
        return sum(one.figures.packets for one in self.told(StreamMeasured) if one.side is side)


@contextmanager
def listening(settings: SiprecSettings = LIVE) -> Iterator[Heard]:
    source = SiprecSource(settings)
    heard = Heard(source)
    try:
        yield heard
    finally:
        source.close()
        heard.join()
