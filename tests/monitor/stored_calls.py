"""A small database of judged calls, made without sound, for tests of what is done with stored calls."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from models.recording import Party
from models.rules import Rules
from models.store import Store
from models.verdict import Verdict
from models.work import Intake
from monitor.judge import judge
from tests.builders import make_answer, make_facts, make_recording
from tests.monitor.protocol.spoken import BUSINESS, SHIPPED, call_with, turns_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AGENT, CUSTOMER = Party.AGENT, Party.CUSTOMER
OPENING = "Buenos días, Seguros Iberia, le atiende Marta Ruiz, ¿en qué puedo ayudarle?"
NOTICE = "Le informo de que esta llamada puede ser grabada."
CLOSE = "¿Puedo ayudarle en algo más? Gracias por llamar. Que tenga un buen día."

CALLS: tuple[tuple[str, str, Sequence[str], str], ...] = (
    ("llamada-1.wav", "104", (OPENING, NOTICE), CLOSE),
    ("llamada-2.wav", "104", (OPENING,), CLOSE),
    ("llamada-3.wav", "207", ("Es un placer atenderle, Seguros Iberia, dígame.",), CLOSE),
    ("llamada-4.wav", "207", (OPENING,), f"{NOTICE} {CLOSE}"),
)
"""File, agent, what the agent opens with, and what they close with."""


def fill(url: str) -> list[str]:
    """Store the calls, each judged by the shipped protocol; the ids of their recordings in order."""
    store = Store(url)
    store.migrate()
    ids = []
    try:
        batch = store.start_batch("noviembre", NOW)
        for number, (file, agent, opening, close) in enumerate(CALLS, start=1):
            intake = Intake(hashlib.sha256(file.encode()).hexdigest(), file, (file,), make_facts(agent_id=agent))
            store.enqueue(batch, [intake], "key", NOW + timedelta(seconds=number))
            work = store.claim("w", "key", NOW, lease_s=60)
            assert work is not None
            lines = [*((AGENT, text) for text in opening), *BUSINESS, *BUSINESS, (AGENT, close)]
            turns = turns_of(lines, start_s=6.4)
            facts = make_facts(agent_id=agent)
            recording = make_recording(
                id=intake.recording_id, sha256=intake.sha256, file=file, duration_s=turns[-1].end_s + 2, facts=facts
            )
            analysis = call_with(turns, recording=recording, answer=make_answer())
            assert store.finish(work, analysis, judge(analysis, Rules(SHIPPED)), NOW)
            ids.append(intake.recording_id)
    finally:
        store.close()
    return ids


def verdicts(url: str) -> list[Verdict | None]:
    """The newest verdict on each stored call."""
    store = Store(url)
    try:
        return [store.latest_verdict(stored.analysis_id) for stored in store.documents()]
    finally:
        store.close()
