"""The labelled calls that benchmarks run on: `../shared` where it is, else the examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_FOLDERS = (_ROOT.parent / "shared" / "calls" / "dev", _ROOT / "examples" / "calls")


def folder() -> Path:
    return next(place for place in _FOLDERS if place.is_dir())


def calls(layout: str | None = None) -> list[tuple[Path, dict[str, Any]]]:
    """Recording and truth of every call of a layout (`stereo`, `mono`) or of all."""
    truths = [json.loads(path.read_text("utf-8")) for path in sorted(folder().glob("*.truth.json"))]
    return [(folder() / truth["file"], truth) for truth in truths if layout in (None, truth["layout"])]
