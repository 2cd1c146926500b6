"""Brings what waits at the RTP sockets of all sessions into batches."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audio.events import SourceCounts
from audio.packets.batch import Datagrams, Flow
from audio.siprec.lines import Line
from audio.siprec.outbox import Outbox, Swept
from audio.siprec.receiving import MOST_A_CALL, Arrived, Receiver
from audio.siprec.session import RecordingSession
from audio.siprec.settings import Network, SiprecSettings, is_within

log = logging.getLogger(__name__)

_MOST_ROUNDS = 16
"""At 64 datagrams a socket and round, more than the kernel holds for one that is not flooded."""

_Open = list[tuple[RecordingSession, Line]]


@dataclass(slots=True)
class Sweeper:
    """Sweeps sockets into the outbox.

    Packets of strangers, of lines that are paused and what finds no room are dropped and counted: a client pauses for
    a reason, e.g. a card number.
    """

    settings: SiprecSettings
    receiver: Receiver
    outbox: Outbox
    counts: SourceCounts

    def sweep(self, sessions: Iterable[RecordingSession], until_s: float) -> None:
        """All that arrived up to now, `until_s`, at every open socket."""
        opened = [(session, line) for session in sessions for line in session.lines]
        self._sweep(opened)
        self.outbox.put(Swept(_NOTHING, until_s))

    def drain(self, session: RecordingSession) -> None:
        """The last of one session, before its sockets are closed."""
        self._sweep([(session, line) for line in session.lines])

    def _sweep(self, opened: _Open) -> None:
        for _ in range(_MOST_ROUNDS):
            sockets = [line.sock for _, line in opened]
            full: set[int] = set()
            for arrived in self.receiver.sweep(sockets):
                full |= self._take(arrived, opened)
            opened = [one for index, one in enumerate(opened) if index in full]
            if not opened:
                return

    def _take(self, arrived: Arrived, opened: _Open) -> set[int]:
        """Puts one lot into the outbox; which sockets may hold more."""
        self.counts.unreadable += arrived.cut
        last_s = np.zeros(len(arrived.paths))
        np.maximum.at(last_s, arrived.path, arrived.times_s)
        wanted = np.zeros(len(arrived.paths), np.bool_)
        flows = []
        for index, (at, sender) in enumerate(arrived.paths):
            session, line = opened[at]
            flows.append(Flow(*sender, *line.sock.getsockname()[:2]))
            self._note_overflow(line, arrived.overflowed[index])
            if self._is_wanted(line, sender):
                wanted[index] = True
                session.last_packet_s = max(session.last_packet_s, float(last_s[index]))
        self._put(arrived, wanted, flows)
        sockets = np.array([at for at, _ in arrived.paths], np.int64)[arrived.path]
        return {at for at, count in enumerate(np.bincount(sockets)) if count >= MOST_A_CALL}

    def _put(self, arrived: Arrived, wanted: npt.NDArray[np.bool_], flows: Sequence[Flow]) -> None:
        chosen = np.flatnonzero(wanted[arrived.path])
        data = np.ascontiguousarray(arrived.data).reshape(-1)
        starts = chosen * arrived.data.shape[1]
        datagrams = Datagrams(
            data,
            starts,
            arrived.lengths[chosen],
            arrived.times_s[chosen],
            arrived.path[chosen].astype(np.int32),
            tuple(flows),
        )
        self.counts.packets += len(chosen)
        self.counts.unreadable += len(arrived.path) - len(chosen)
        if len(chosen) and not self.outbox.put(Swept(datagrams, 0.0)):
            self.counts.dropped += len(chosen)
            log.error("%d packets dropped: they are not taken from the source in time", len(chosen))

    def _is_wanted(self, line: Line, sender: tuple[str, int]) -> bool:
        if not line.answered.is_active:
            return False
        if sender in line.senders:
            return True
        if len(line.senders) >= self.settings.limits.senders or not _may_send(sender[0], self.settings.peers):
            return False
        line.senders.add(sender)
        return True

    def _note_overflow(self, line: Line, overflowed: int) -> None:
        """The kernel counts for the life of a socket."""
        before = line.overflowed
        if overflowed > before:
            self.counts.dropped += overflowed - before
            line.overflowed = overflowed
            log.error("the kernel dropped %d packets of a recording session", overflowed - before)


@lru_cache(maxsize=4096)
def _may_send(address: str, networks: tuple[Network, ...]) -> bool:
    return is_within(address, networks)


_NOTHING = Datagrams(
    np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int32), ()
)
