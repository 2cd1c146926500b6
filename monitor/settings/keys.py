"""Which keys the configuration has, read off the sections' types."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard, get_args, get_origin, get_type_hints

from pydantic import BaseModel

Key = tuple[str, ...]
"""The parts of a dotted key."""


def members(section: type) -> Mapping[str, Any]:
    """Names and types of a section's keys, be it a pydantic model or a plain dataclass."""
    if issubclass(section, BaseModel):
        return {name: info.annotation for name, info in section.model_fields.items()}
    return get_type_hints(section)


def is_section(kind: Any) -> TypeGuard[type]:
    """True where a key holds a table of further keys."""
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind))


def entry_kind(kind: Any) -> type | None:
    """The section of which a key holds a list; `None` for any other key."""
    arguments = get_args(kind) if get_origin(kind) is tuple else ()
    return arguments[0] if arguments and is_section(arguments[0]) else None


def all_keys(section: type, above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Every key and its type, in the order of the sections."""
    for name, kind in members(section).items():
        if is_section(kind):
            yield from all_keys(kind, (*above, name))
        else:
            yield (*above, name), kind


def value_at(settings: Any, key: Key) -> Any:
    """What `settings` has under `key`."""
    for name in key:
        settings = getattr(settings, name)
    return settings


def flat(data: Mapping[str, Any], sections: type, above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """The keys and values given in `data`; a table that is a value (not a section) stays whole."""
    kinds = members(sections)
    for name, value in data.items():
        kind = kinds.get(name)
        if is_section(kind) and isinstance(value, Mapping):
            yield from flat(value, kind, (*above, name))
        else:
            yield (*above, name), value
