"""Recordings on disk, and workers that need no speech model, for tests of the whole program."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from audio.clip import Clip
from audio.decode import RAW_FORMATS
from audio.spool import DecodeLimits
from audio.weights import LocatedModel
from models.span import Span
from models.store import Store
from models.work import Work
from monitor.parts import analysis_settings, rules
from monitor.pipeline import Tools
from monitor.settings.sections import Settings
from monitor.worker import Bench, work_through
from monitor.workers import Job
from tests.builders import make_analysed_with
from tests.fakes import FakeDetector, FakeTranscriber
from tests.sounds import RATE_HZ, joined, noise, silence

MODEL = LocatedModel("fake", Path("nowhere"), "0" * 64)
AGENT_SAYS = "Buenos días Seguros Iberia le atiende Marta en qué puedo ayudarle"


def write_call(path: Path, seed: int = 1, speech_s: float = 4.0) -> Path:
    """A call of two channels: the agent speaks, then the customer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    agent = joined(silence(0.5), noise(speech_s, -26.0, seed), silence(speech_s + 1.0))
    customer = joined(silence(speech_s + 1.0), noise(speech_s, -26.0, seed + 1), silence(0.5))
    soundfile.write(path, np.stack([agent, customer], axis=1), RATE_HZ, subtype="PCM_16")
    return path


def fake_bench(job: Job) -> Bench:
    """A bench whose detector and transcriber are fakes, at the top of a module so that a process can be told of it."""
    return Bench(
        tools=Tools(FakeDetector(), FakeTranscriber(AGENT_SAYS, "Hola tengo un problema")),
        settings=analysis_settings(job.settings),
        limits=DecodeLimits(),
        raw_formats=RAW_FORMATS,
        rules=rules(job.settings),
        made_with=make_analysed_with(),
    )


class DeadlyDetector(FakeDetector):
    """Ends the process at a recording of over 20 s, as a bug in a decoder would."""

    def detect(self, clip: Clip) -> tuple[tuple[Span, ...], ...]:
        if clip.duration_s > 20:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().detect(clip)


def deadly_bench(job: Job) -> Bench:
    made = fake_bench(job)
    return Bench(
        Tools(DeadlyDetector(), made.tools.transcriber),
        made.settings,
        made.limits,
        made.raw_formats,
        made.rules,
        made.made_with,
    )


def run_here(job: Job, _count: int, store: Store, ended: Callable[[str], None]) -> None:
    """In place of worker processes: the same loop with the fakes, in this process."""

    def done(work: Work) -> None:
        ended(work.recording_id)

    work_through(store, fake_bench(job), job.batch_id, job.analysis_key, done)


def job_of(store_url: str, batch_id: int, key: str) -> Job:
    return Job(store_url, Settings(), MODEL, batch_id, key)
