"""The words around numbers, as data: `es.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("es.toml").read_text("utf-8"))


def words(name: str) -> frozenset[str]:
    """One of its lists."""
    return frozenset(_table()[name].split())


def names() -> Iterator[tuple[list[str], str]]:
    """What numbers are called: kinds and word."""
    return ((group["kinds"], word) for group in _table()["names"] for word in group["words"].split())
