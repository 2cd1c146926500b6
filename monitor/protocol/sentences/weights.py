"""The weights of a sentence model: one `.npz` file, matrices as bytes with a scale a row."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ProtocolError

Array = npt.NDArray[np.float32]

LAYER = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A sentence model read into memory."""

    labels: tuple[str, ...]
    """Ids of steps and violations, in the order of the outputs."""
    heads: int
    arrays: Mapping[str, Array]
    """By name: `emb.pos`, `emb.type`, `emb.ln.w`, `l0.q.w` (out, in), `l0.q.b`, …, `tok.w`, `mean.w`, `place.w`."""
    pieces: npt.NDArray[np.int8]
    """Embedding of each piece, (pieces, width), to be multiplied by `piece_scales`."""
    piece_scales: Array
    grams: npt.NDArray[np.int8]
    """What each bucket says for each label, (buckets, labels), to be multiplied by `gram_scales`, one a label."""
    gram_scales: Array
    gram_bias: Array
    rarity: Array
    """Of each bucket."""
    fit: Array
    """Of each label what the transformer, the n-grams and a phrase found count, and a bias: shape (labels, 4)."""
    tokeniser: str
    """JSON of the `tokenizers` library."""
    sha256: str

    @property
    def layers(self) -> int:
        return sum(name.endswith(".q.w") for name in self.arrays)


def shipped_models() -> dict[str, str]:
    """The sentence models that come with the product: name to the SHA-256 of its file."""
    folder = resources.files("monitor") / "protocols"
    names = sorted(file.name.removesuffix(".npz") for file in folder.iterdir() if file.name.endswith(".npz"))
    return {name: _digest(name) for name in names}


@lru_cache(maxsize=8)
def _digest(name: str) -> str:
    return sha256((resources.files("monitor") / "protocols" / f"{name}.npz").read_bytes()).hexdigest()


@lru_cache(maxsize=2)
def shipped_weights(name: str) -> Weights:
    """The sentence model of that name that comes with the product.

    Raises:
        ProtocolError: if there is none.
    """
    file = resources.files("monitor") / "protocols" / f"{name}.npz"
    if not file.is_file():
        raise ProtocolError(f"no sentence model {name!r} comes with this version")
    return weights_from(file.read_bytes())


def weights_from(content: bytes) -> Weights:
    """A sentence model out of the bytes of its file.

    Raises:
        ProtocolError: if it is none.
    """
    try:
        return _weights(content)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ProtocolError(f"the sentence model cannot be read: {error}") from error


def _weights(content: bytes) -> Weights:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    facts: dict[str, Any] = json.loads(bytes(stored.pop("facts")))
    return Weights(
        labels=tuple(facts["labels"]),
        heads=int(facts["heads"]),
        pieces=stored.pop("pieces"),
        piece_scales=stored.pop("piece_scales").astype(np.float32),
        grams=stored.pop("grams"),
        gram_scales=stored.pop("gram_scales").astype(np.float32),
        gram_bias=stored.pop("gram_bias").astype(np.float32),
        rarity=stored.pop("rarity").astype(np.float32),
        fit=stored.pop("fit").astype(np.float32),
        tokeniser=bytes(stored.pop("tokeniser")).decode("utf-8"),
        arrays=_arrays(stored),
        sha256=sha256(content).hexdigest(),
    )


def _arrays(stored: dict[str, npt.NDArray[Any]]) -> dict[str, Array]:
    """Matrices times the scales of their rows, the rest as it is."""
    scales = {name.removesuffix(".scale"): value for name, value in stored.items() if name.endswith(".scale")}
    found: dict[str, Array] = {}
    for name, value in stored.items():
        if name in scales:
            found[name] = value.astype(np.float32) * scales[name].astype(np.float32)[:, None]
        elif not name.endswith(".scale"):
            found[name] = value.astype(np.float32)
    return found
