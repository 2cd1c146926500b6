"""What is to be analysed and how far it is: the values that go in and out of the store's queue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from models.plain import plain
from models.recording import CallFacts


class State(StrEnum):
    """How far a file of a batch is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Nothing to analyse: not a recording, or asked for again under other settings before its turn came."""


UNCHANGED = "unchanged"
"""Reason of a row that was done before its batch asked for it."""
SUPERSEDED = "superseded"
"""Reason of work that was asked for again under another analysis key or with other facts."""
CRASHED_REPEATEDLY = "crashed_repeatedly"
"""Reason of work whose every attempt ended without an answer."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One recording found: its content's hash, where it lies and what is known of it."""

    sha256: str
    """64 hexadecimal digits, of the content of all its files."""
    name: str
    """The file's name, to show."""
    paths: tuple[str, ...]
    """Where its files lie, the agent's leg first where there is one file a leg."""
    facts: CallFacts = field(default_factory=CallFacts)
    options: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready: what reading needs and the content does not say, e.g. the agent's channel."""
    source: str = "file"

    @property
    def recording_id(self) -> str:
        return self.sha256[:16]

    @property
    def inputs_sha256(self) -> str:
        """Of the facts and options: where they change, the analysis is made again."""
        inputs = {"facts": plain(self.facts), "options": dict(self.options)}
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Work:
    """One recording claimed for analysis. `attempt` and `worker` prove the claim when it is finished."""

    id: int
    recording_id: str
    sha256: str
    name: str
    paths: tuple[str, ...]
    facts: CallFacts
    options: dict[str, Any]
    source: str
    analysis_key: str
    attempt: int
    worker: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One file of a batch and how far it is."""

    name: str
    paths: tuple[str, ...]
    state: State
    reason: str | None
    """Reason code; always there where the state is `failed` or `skipped`."""
    recording_id: str | None
    analysis_id: int | None
    """`None` until it is done."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One analysed recording as the store keeps it."""

    recording_id: str
    analysis_id: int
    verdict_id: int | None
    """Of the newest verdict; `None` where it was never judged."""
    document: dict[str, Any]
    """Schema `timbre.analysis/1`, the newest verdict in it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which analyses to read; a field that is `None` does not narrow."""

    batch_id: int | None = None
    recording_id: str | None = None
    name: str | None = None
    """Of the recording's file."""
    agent_id: str | None = None
    queue: str | None = None
    since: datetime | None = None
    """Aware; calls that started at or after it."""
    until: datetime | None = None
    """Aware; calls that started before it."""
    flagged: bool | None = None
    not_judged_by: str | None = None
    """A `rules_sha256`: leaves out what those rules judged last."""
