"""Recordings for the store's tests, told apart by a number."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from models.analysis import Analysis
from models.store import Store
from models.work import Intake, Work
from tests.builders import make_analysis, make_facts, make_recording

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "model-a"


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def make_intake(number: int = 1, **changes: Any) -> Intake:
    """A recording `number.wav` in `/calls`, of content of its own."""
    values = {
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "name": f"{number}.wav",
        "paths": (f"/calls/{number}.wav",),
        "facts": make_facts(),
    }
    return Intake(**(values | changes))


def analysis_of(work: Work, **changes: Any) -> Analysis:
    """What an analysis of claimed work would give."""
    recording = make_recording(id=work.recording_id, sha256=work.sha256, file=work.name, facts=work.facts)
    return make_analysis(**({"recording": recording} | changes))


def ask(store: Store, *intakes: Intake, key: str = KEY, at: datetime = NOW) -> int:
    """A batch of these recordings."""
    batch_id = store.start_batch("test", at)
    store.enqueue(batch_id, intakes, key, at)
    return batch_id


def take(store: Store, worker: str = "w1", at: datetime = NOW, key: str = KEY, **options: Any) -> Work:
    """A claim that must succeed, with a lease of a minute."""
    work = store.claim(worker, key, at, **({"lease_s": 60} | options))
    assert work is not None
    return work


def nothing_to_claim(store: Store, at: datetime = NOW, key: str = KEY) -> bool:
    return store.claim("someone", key, at, lease_s=60) is None
