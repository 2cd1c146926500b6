"""Sources of packets: a live interface, dumpcap's ring of files, a capture file. One sniffer serves them all."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from audio.events import SourceCounts, SourceEvent
from audio.packets.batch import PacketBatch
from audio.packets.capture_file import CaptureStream
from audio.packets.interface import Interface
from audio.packets.ring import RingFollower, RingPosition
from audio.sniffing.signalling import Told
from audio.sniffing.sniffer import Sniffer
from models.errors import CaptureError

log = logging.getLogger(__name__)

_RETRY_S = 2.0
_MOST_READS = 64
"""In one poll, so that a flood cannot keep the clock from ticking."""
_SETTLE_S = 0.2
"""Packets reach us so late after their capture time at most: the clock of a quiet interface stands so far back."""
_RING_SETTLE_S = 5.0
"""The same of a ring: dumpcap writes what it has captured within a second."""


class InterfaceSource:
    """Calls on a mirror port. An interface that is lost is opened again as soon as it is back.

    Raises:
        CaptureError: where it cannot be opened at the start.
    """

    def __init__(self, opened: Callable[[], Interface], sniffer: Sniffer, batch_s: float = 0.25) -> None:
        self.name = "sip"
        self._opened = opened
        self._interface: Interface | None = opened()
        self._sniffer = sniffer
        self._batch_s = batch_s
        self._read_s = self._retry_s = time.monotonic()
        self._closed = self._ended = False
        self._dropped_before = 0

    @property
    def counts(self) -> SourceCounts:
        return self._sniffer.counts

    @property
    def up(self) -> bool:
        """Whether the interface is there; one that is lost is looked for again and again."""
        return self._interface is not None

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:
        """All packets of the last quarter of a second together: a batch costs the same whatever is in it."""
        if self._closed:
            return self._rest()
        time.sleep(max(0.0, min(timeout_s, self._read_s + self._batch_s - time.monotonic())))
        self._read_s = time.monotonic()
        return [*self._heard(), *self._sniffer.tick(time.time() - _SETTLE_S)]

    def _rest(self) -> Sequence[SourceEvent] | None:
        """What still waits in the kernel, and the end of all that is open; `None` from then on."""
        if self._ended:
            return None
        self._ended = True
        events = self._heard() if self._interface is not None else []
        self._let_go()
        return [*events, *self._sniffer.finish()]

    def _heard(self) -> list[SourceEvent]:
        try:
            batches = list(self._batches())
        except CaptureError as error:
            self._lose(error)
            batches = []
        return [event for batch in batches for event in self._sniffer.feed(batch)]

    def clock_s(self) -> float:
        return self._sniffer.clock_s

    def close(self) -> None:
        """What waits and what is open is told by the next `poll`, which lets go of the interface."""
        self._closed = True

    def _let_go(self) -> None:
        if self._interface is not None:
            self._interface.close()
            self._interface = None

    def _batches(self) -> Iterator[PacketBatch]:
        if self._interface is None and not self._found_again():
            return
        assert self._interface is not None
        for _ in range(_MOST_READS):
            batch = self._interface.read(0.0)
            if batch is None:
                break
            yield batch
        kernel = self._interface.counts()
        self._sniffer.counts.dropped = self._dropped_before + kernel.dropped + kernel.dropped_by_interface

    def _lose(self, error: CaptureError) -> None:
        log.error("the interface is lost, and tried again every %s s: %s", _RETRY_S, error)
        by_kind = self._sniffer.counts.by_kind
        by_kind["interface_lost"] = by_kind.get("interface_lost", 0) + 1
        self._dropped_before = self._sniffer.counts.dropped
        self._let_go()

    def _found_again(self) -> bool:
        if time.monotonic() < self._retry_s:
            return False
        self._retry_s = time.monotonic() + _RETRY_S
        try:
            self._interface = self._opened()
        except CaptureError:
            return False
        log.warning("the interface is back")
        return True


class RingSource:
    """Calls in the ring of files that dumpcap writes.

    What was read is remembered in the file `position`, so that a start after a stop goes on there.

    Raises:
        CaptureError: where the ring's folder is not there.
    """

    def __init__(self, first: Path, position: Path, sniffer: Sniffer) -> None:
        self.name = "sip"
        self.counts = sniffer.counts
        self._sniffer = sniffer
        self._position = position
        self._follower = RingFollower(first, _read_position(position))
        self._closed = self._ended = False

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:
        if self._closed:
            rest = None if self._ended else self._sniffer.finish()
            self._ended = True
            return rest
        batches = self._follower.read()
        if not batches:
            time.sleep(timeout_s)  # and go by the clock: calls end, and end by silence, on a quiet line too
            return self._sniffer.tick(time.time() - _RING_SETTLE_S)
        events = [event for batch in batches for event in self._sniffer.feed(batch)]
        self.counts.dropped = self._follower.notes.get("ring_overrun", 0)
        self._remember()
        return events

    def clock_s(self) -> float:
        return self._sniffer.clock_s

    def close(self) -> None:
        """What is open is told by the next `poll`."""
        self._closed = True
        self._follower.close()

    def _remember(self) -> None:
        """Where the disk refuses, a later start reads some packets again; capture goes on."""
        position = self._follower.position
        if position is not None:
            draft = self._position.with_suffix(".tmp")
            with suppress(OSError):
                draft.write_text(json.dumps([position.file, position.packets]))
                draft.replace(self._position)


def _read_position(path: Path) -> RingPosition | None:
    try:
        file, packets = json.loads(path.read_text())
        return RingPosition(str(file), int(packets))
    except (OSError, ValueError, TypeError):
        return None


class CaptureFileSource:
    """Calls in a capture, as fast as it can be read. `told` is what is known of them from elsewhere."""

    def __init__(self, stream: CaptureStream, sniffer: Sniffer, told: Sequence[Told] = ()) -> None:
        self.name = "capture_file"
        self.counts = sniffer.counts
        self._sniffer = sniffer
        self._stream = stream
        self._told = list(told)
        self._ended = False

    @property
    def notes(self) -> Sequence[str]:
        """Reason codes of what was wrong with the file; complete at the end."""
        return self._stream.notes

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:  # noqa: ARG002 # a file never keeps us waiting
        if self._ended:
            return None
        if self._told:
            told, self._told = self._told, []
            return self._sniffer.prime(told)
        batch = next(self._stream.batches, None)
        if batch is not None:
            return self._sniffer.feed(batch)
        self._ended = True
        return self._sniffer.finish()

    def clock_s(self) -> float:
        return self._sniffer.clock_s

    def close(self) -> None:
        self._ended = True
