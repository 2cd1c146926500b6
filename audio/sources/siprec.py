"""A source of calls that recording clients send us: a session recording server (RFC 7866) on UDP, TCP and TLS."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Sequence

from audio.events import SourceCounts, SourceEvent
from audio.siprec.hearing import Hearing, Made, direction_of
from audio.siprec.outbox import Outbox
from audio.siprec.service import Addresses, serve
from audio.siprec.settings import SiprecSettings
from models.errors import SourceError

log = logging.getLogger(__name__)


class SiprecSource:
    """A thread of its own signals and receives; `poll` decodes what it has received.

    Raises:
        SourceError: An address is in use or not ours, or the certificate cannot be used.
    """

    name = "siprec"

    def __init__(self, settings: SiprecSettings, made: Made = direction_of) -> None:
        self.counts = SourceCounts()
        self.addresses: Addresses = {}
        """Where it listens, by transport; with the port that the system chose where the settings say 0."""
        self._settings = settings
        self._outbox = Outbox(settings.limits.datagrams_waiting)
        self._hearing = Hearing(made, self.counts)
        self._started = threading.Event()
        self._failure: SourceError | None = None
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="siprec", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:
        """What happened since the last time; `None` once the source is closed and everything was told."""
        is_open = self._thread.is_alive()
        items = self._outbox.take(timeout_s if is_open else 0.0)
        return list(self._hearing.take(items)) if items or is_open else None

    def clock_s(self) -> float:
        return time.time()

    def close(self) -> None:
        """Ends every session with BYE and lets go of all sockets; `poll` then tells the rest."""
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(serve(self._settings, self._outbox, self.counts, self._stopping, self._begin))
        except SourceError as error:
            self._failure = error
        except Exception:
            log.exception("the recording server has stopped")
        finally:
            self._started.set()

    def _begin(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._started.set()
