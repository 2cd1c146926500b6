from __future__ import annotations

import io
import pickle
import struct
import sys
import types
from collections import OrderedDict
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from audio.voice_weights import VOICE_MODEL, InstalledVoices, VoicePackageIndex, read_voice_weights
from audio.weights import LocatedModel, SourceUnavailableError, quiet
from models.errors import ModelError


class FloatStorage:
    """Stands for PyTorch's class of that name while a checkpoint is written."""


def _rebuild_tensor_v2(*_layout: object) -> None:
    """Stands for PyTorch's function of that name."""


class Tensor:
    def __init__(self, key: str, offset: int, *shape: int) -> None:
        self.key, self.offset, self.shape = key, offset, shape


class Storage:
    def __init__(self, key: str) -> None:
        self.key = key


class CheckpointPickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> object:
        return ("storage", FloatStorage, obj.key, "cpu", 6, None) if isinstance(obj, Storage) else None

    def reducer_override(self, obj: object) -> object:
        if isinstance(obj, Tensor):
            layout = (Storage(obj.key), obj.offset, obj.shape, (3, 1), False, OrderedDict())
            return _rebuild_tensor_v2, layout
        return NotImplemented


@pytest.fixture
def torch_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names under which a checkpoint refers to PyTorch, which is not installed."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage = FloatStorage  # type: ignore[attr-defined]  # a module made here
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setattr(FloatStorage, "__module__", "torch")
    monkeypatch.setattr(_rebuild_tensor_v2, "__module__", "torch._utils")
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def written(folder: Path, objects: object, *storages: tuple[str, list[float]]) -> LocatedModel:
    """A checkpoint in the first format of PyTorch: three headers, the objects, the keys, the storages."""
    file = io.BytesIO()
    for header in (119547037146038801333356, 1001, {"little_endian": True}):
        pickle.dump(header, file, 2)
    CheckpointPickler(file, 2).dump(objects)
    pickle.dump([key for key, _ in storages], file, 2)
    for _, values in storages:
        file.write(struct.pack(f"<q{len(values)}f", len(values), *values))
    (folder / "model.bin").write_bytes(file.getvalue())
    return LocatedModel("toy", folder, "")


@pytest.mark.usefixtures("torch_names")
def test_arrays_are_cut_from_the_storage_that_they_share(tmp_path: Path) -> None:
    state = OrderedDict(weight=Tensor("b", 0, 2, 2), bias=Tensor("b", 4, 2), scale=Tensor("a", 0, 1))
    located = written(tmp_path, {"model_state": state}, ("a", [7.0]), ("b", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    weights = read_voice_weights(located)
    assert {key: value.tolist() for key, value in weights.items()} == {
        "weight": [[1.0, 2.0], [3.0, 4.0]],
        "bias": [5.0, 6.0],
        "scale": [7.0],
    }
    assert weights["bias"].dtype == np.float32


class Attack:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_checkpoint_that_would_run_code_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    located = written(tmp_path, {"model_state": Attack(touched)})
    with pytest.raises(ModelError, match="has no place in a checkpoint") as raised:
        read_voice_weights(located)
    assert (raised.value.code, touched.exists()) == ("model_damaged", False)


@pytest.mark.usefixtures("torch_names")
@pytest.mark.parametrize("kept", [0, 40, -4])
def test_a_checkpoint_that_ends_early_is_damaged(tmp_path: Path, kept: int) -> None:
    located = written(tmp_path, {"model_state": OrderedDict(bias=Tensor("a", 0, 2))}, ("a", [1.0, 2.0]))
    path = tmp_path / "model.bin"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError) as raised:
        read_voice_weights(located)
    assert raised.value.code == "model_damaged"


def test_where_the_package_is_not_installed_that_source_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(distribution: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(distribution)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(SourceUnavailableError) as raised:
        InstalledVoices().fetch(VOICE_MODEL, tmp_path, quiet)
    assert raised.value.code == "package_not_installed"


def test_the_installed_package_gives_its_file_without_being_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resemblyzer").mkdir()
    (tmp_path / "resemblyzer" / "pretrained.pt").write_bytes(b"weights")

    class Installed:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr(metadata, "distribution", lambda _name: Installed())
    into = tmp_path / "into"
    into.mkdir()
    InstalledVoices().fetch(VOICE_MODEL, into, quiet)
    assert (into / "model.bin").read_bytes() == b"weights"
    assert "resemblyzer" not in sys.modules


def test_an_index_that_does_not_have_it_is_a_source_without_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(SourceUnavailableError) as raised:
        VoicePackageIndex().fetch(VOICE_MODEL, into, quiet)
    assert (raised.value.code, list(tmp_path.iterdir())) == ("no_answer", [into])
