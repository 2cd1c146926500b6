"""The labelled calls that ship with the product."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import soundfile

from audio.clip import Clip
from models.span import Span

FOLDER = Path(__file__).parents[1] / "examples" / "calls"
STEREO = "01-ejemplar-reclamo"


def truth(name: str = STEREO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.truth.json").read_text("utf-8"))
    return found


def clip(name: str = STEREO) -> Clip:
    samples, rate_hz = soundfile.read(FOLDER / truth(name)["file"], dtype="float32", always_2d=True)
    return Clip.of(samples, rate_hz)


def spoken(party: str, name: str = STEREO) -> tuple[Span, ...]:
    """Where a party truly speaks."""
    return tuple(Span(turn["start_s"], turn["end_s"]) for turn in truth(name)["turns"] if turn["who"] == party)
