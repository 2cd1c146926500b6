"""SIP among the frames: over UDP, over TCP and inside HEP, in order of time."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from audio.events import Signal, SourceCounts
from audio.packets.batch import Datagrams, Flow, Frames, heads_of
from audio.packets.hep import SIP, read_hep
from audio.packets.tcp_streams import TcpStreams
from audio.sip.dialogs import DialogTracker
from audio.sip.media import MediaExpected
from audio.sip.messages import parse
from models.errors import CaptureError, SignallingError

log = logging.getLogger(__name__)

_HEP = np.frombuffer(b"HEP3", np.uint8)
_LEAST_BYTES = 20

Told = Signal | MediaExpected


class Signalling:
    """Finds, reads and follows SIP; a message that cannot be read is counted and left."""

    def __init__(self, dialogs: DialogTracker, counts: SourceCounts) -> None:
        self._dialogs = dialogs
        self._streams = TcpStreams()
        self._counts = counts

    def told(self, frames: Frames) -> list[Told]:
        """What the messages of these frames say."""
        messages = sorted(self._messages(frames), key=lambda message: message[0])
        return [event for message in messages for event in self._read(*message)]

    def expire(self, now_s: float) -> list[Told]:
        """What follows from the passing of time: dialogs that came to nothing."""
        late = (self._read(message.at_s, message.flow, message.data) for message in self._streams.tick(now_s))
        return [*(event for events in late for event in events), *self._dialogs.expire(now_s)]

    def forget(self, leg: str) -> None:
        """The leg is over, though its signalling never said so."""
        self._dialogs.forget(leg)

    def _messages(self, frames: Frames) -> Iterator[tuple[float, Flow, bytes]]:
        datagrams = frames.datagrams
        for index in np.flatnonzero(looks_like_sip(datagrams)).tolist():
            yield float(datagrams.times_s[index]), datagrams.flows[datagrams.flow[index]], datagrams.payload(index)
        for index in np.flatnonzero(_looks_like_hep(datagrams)).tolist():
            try:
                inner = read_hep(datagrams.payload(index))
            except CaptureError as error:
                self._unreadable(error)
                continue
            if inner.protocol == SIP:
                yield inner.at_s, inner.flow, inner.payload
        for segment in frames.segments:
            for message in self._streams.feed(segment):
                yield message.at_s, message.flow, message.data

    def _read(self, at_s: float, flow: Flow, payload: bytes) -> tuple[Told, ...]:
        try:
            message = parse(payload)
        except SignallingError as error:
            self._unreadable(error)
            return ()
        self._count("sip")
        return self._dialogs.feed(at_s, message, flow.source, flow.destination)

    def _unreadable(self, error: SignallingError | CaptureError) -> None:
        self._counts.unreadable += 1
        self._count(f"unreadable_{error.code}")
        log.debug("a message was left out: %s", error.code)

    def _count(self, kind: str) -> None:
        self._counts.by_kind[kind] = self._counts.by_kind.get(kind, 0) + 1


def looks_like_sip(datagrams: Datagrams) -> npt.NDArray[np.bool_]:
    """Which datagrams begin with a capital letter, as every method and `SIP/2.0` do; RTP, of version 2, never does."""
    first = heads_of(datagrams)["flags"]
    mask: npt.NDArray[np.bool_] = (first >= ord("A")) & (first <= ord("Z")) & (datagrams.lengths >= _LEAST_BYTES)
    return mask & ~_looks_like_hep(datagrams)


def _looks_like_hep(datagrams: Datagrams) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (heads_of(datagrams)["flags"] == _HEP[0]) & (datagrams.lengths >= _LEAST_BYTES)
    for index in np.flatnonzero(found).tolist():
        start = int(datagrams.starts[index])
        found[index] = bool((datagrams.data[start : start + len(_HEP)] == _HEP).all())
    return found
