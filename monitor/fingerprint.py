"""What makes an analysis: the hashes by which like is compared with like."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

import audio
import models
import reports
from models.rules import sha256_of
from monitor import languages, measures, pipeline
from monitor.settings.sections import Settings

_ENGINES = ("faster-whisper", "ctranslate2", "onnxruntime", "av", "scipy")
_NOT_IN_FACTS = {
    "transcriber": {"model_path", "model_sources", "model_repository", "model_revision", "cache", "threads"}
}
"""Settings that change where a model comes from and how fast it is, not what it hears."""


CAPTURED = "captured"
"""The key of work that a process asked for which only captures: who analyses makes it its own."""


def version() -> str:
    """Timbre's version."""
    return metadata.version("timbre-monitor")


def config_sha256(settings: Settings) -> str:
    """Of the settings that an analysis depends on; what judges it is in the verdict's `rules_sha256`."""
    wanted = {"reading", "speech", "measures", "transcriber", "centre"}
    return sha256_of(settings.model_dump(mode="json", include=wanted, exclude=_NOT_IN_FACTS))


def analysis_key(settings: Settings, *models_sha256: str | None) -> str:
    """Of all that an analysis is made by: settings, models, our own code and that of the engines.

    A recording that has an analysis under this key is not analysed again.
    """
    engines = {name: metadata.version(name) for name in _ENGINES}
    parts = {"config": config_sha256(settings), "models": models_sha256, "code": code_sha256(), "engines": engines}
    return sha256_of(parts | {"timbre": version()})


@cache
def code_sha256() -> str:
    """Of the modules that turn sound into facts, so that no version keeps the figures of another."""
    sources = [path for package in (audio, measures, languages, models) for path in _files(package.__path__)]
    return _digest([*sources, Path(pipeline.__file__)])


@cache
def pages_sha256() -> str:
    """Of what makes pages."""
    return _digest(_files(reports.__path__))


def _files(folders: Iterable[str]) -> list[Path]:
    found = (path for folder in folders for path in Path(folder).rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix != ".pyc")


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
