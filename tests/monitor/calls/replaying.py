"""Golden flows: what sources tell of typical calls, and what the tracker makes of it. Their clock begins at 1000 s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.call import CallRecord
from monitor.calls.parties import PartyRules
from monitor.calls.record import record_of
from monitor.calls.replay import Replayable, event_of, replay
from monitor.calls.state import CallChange, CallClosed, CallOpened, CallsJoined, CallState
from monitor.calls.tracker import CallTracker
from monitor.recorder.recorded import Recorded

FOLDER = Path(__file__).parent / "flows"
NAMES = tuple(path.stem for path in sorted(FOLDER.glob("*.jsonl")))
NO_RULES = PartyRules()
EXTENSIONS = PartyRules(agents=(r"1\d{3}",))
_SOURCES = {"sound_card": "soundcard", "siprec_two_sessions": "siprec"}


def events_of(name: str) -> list[Replayable]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [event_of(line) for line in lines]


@dataclass(frozen=True)
class Played:
    changes: tuple[CallChange, ...]

    @property
    def opened(self) -> list[str]:
        return [change.call.id for change in self.changes if isinstance(change, CallOpened)]

    @property
    def joined(self) -> list[CallsJoined]:
        return [change for change in self.changes if isinstance(change, CallsJoined)]

    @property
    def closed(self) -> list[CallState]:
        return [change.call for change in self.changes if isinstance(change, CallClosed)]

    @property
    def call(self) -> CallState:
        (call,) = self.closed
        return call

    @property
    def record(self) -> CallRecord:
        return recorded(self.call)


def recorded(call: CallState, started_s: float = 1000.0) -> CallRecord:
    """The record of a call whose recording begins where the flows do."""
    return record_of(call, (), Recorded(call.id, started_s, 60.0, 8000, ()))


def tracker_for(name: str, rules: PartyRules = NO_RULES) -> CallTracker:
    return CallTracker(_SOURCES.get(name, "sip"), rules)


def play(name: str, rules: PartyRules = NO_RULES, events: Sequence[Replayable] | None = None) -> Played:
    """A flow, to its end and not further: what is still open stays so."""
    return Played(tuple(replay(tracker_for(name, rules), events_of(name) if events is None else events)))
