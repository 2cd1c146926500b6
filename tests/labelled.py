"""The labelled calls in `../shared`, where they are; they are no part of the product."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import soundfile

from audio.clip import Clip

FOLDER = Path(__file__).parents[2] / "shared" / "calls" / "dev"


@dataclass(frozen=True, slots=True)
class Call:
    """One call and what is true of it."""

    path: Path
    truth: dict[str, Any]

    def clip(self) -> Clip:
        samples, rate_hz = soundfile.read(self.path, dtype="float32", always_2d=True)
        return Clip.of(samples, rate_hz)

    def channel(self, party: str) -> int:
        return self.truth["channels"].index(party) if self.truth["layout"] == "stereo" else 0


def calls(layout: str | None = None) -> list[Any]:
    """Parameters for a test over the calls; one that skips where there are none."""
    truths = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.truth.json"))]
    found = [Call(FOLDER / truth["file"], truth) for truth in truths if layout in (None, truth["layout"])]
    return found or [pytest.param(None, marks=pytest.mark.skip(reason="../shared is not here: no labelled calls"))]


def name(call: Call | None) -> str:
    return call.truth["id"] if call else "none"
