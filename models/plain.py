"""Frozen dataclasses to JSON-ready values and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar

T = TypeVar("T")

_DECIMALS = {"probability": 3, "confidence": 3, "clipped_ratio": 5, "level_drift_db_per_min": 2}
_DECIMALS_BY_UNIT = {"_s": 3, "_db": 2, "_dbov": 2, "_wpm": 1, "_sps": 2, "_hz": 1, "_st": 2}
_DECIMALS_OTHERWISE = 3


def plain(value: Any) -> dict[str, Any]:
    """A dataclass as JSON-ready values, each figure rounded to the decimals of its kind."""
    return {name: _jsonable(name, getattr(value, name)) for name in _fields(value.__class__)}


def made(kind: type[T], values: Mapping[str, Any]) -> T:
    """A dataclass of this kind; what it has no field for is left out.

    Raises:
        TypeError: where a field without a default is missing.
    """
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return kind(**{name: value for name, value in values.items() if name in known})


def _jsonable(name: str, value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _decimals(name))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_jsonable(name, item) for item in value]
    if isinstance(value, dict):
        return {str(key): _jsonable(str(key), item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return plain(value) if is_dataclass(value) else value


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


@lru_cache(maxsize=4096)
def _decimals(name: str) -> int:
    if name in _DECIMALS:
        return _DECIMALS[name]
    by_unit = (places for unit, places in _DECIMALS_BY_UNIT.items() if name.endswith(unit))
    return next(by_unit, _DECIMALS_OTHERWISE)
