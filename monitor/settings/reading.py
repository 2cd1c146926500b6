"""Reading the configuration: defaults, then the file, then the environment; every mistake at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.protocol.lines import Path as Place
from monitor.protocol.lines import line_of, lines_of
from monitor.settings.keys import Key, all_keys, flat, value_at
from monitor.settings.mistakes import (
    InvalidConfigError,
    Mistake,
    mistake_of,
    out_of_bounds,
    out_of_order,
    unknown_keys,
)
from monitor.settings.sections import Settings

ENV_PREFIX = "TIMBRE_"
_MAX_BYTES = 256 * 1024
_MAX_LINE = 4096  # the parser's time grows with the square of a dotted key's parts
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked configuration and where each value came from."""

    settings: Settings
    origins: Mapping[Key, str]
    """`default`, `file` or the name of an environment variable."""
    file: Path | None


@dataclass(frozen=True, slots=True)
class _Source:
    """What one place says, and on which lines."""

    data: Mapping[str, Any]
    lines: dict[Place, int]


def values_of(settings: Settings) -> dict[Key, Any]:
    """Every key and its value, in the order of the sections."""
    return {key: value_at(settings, key) for key, _ in all_keys(Settings)}


_DEFAULTS = values_of(Settings())


def load(file: Path | None, environment: Mapping[str, str]) -> Loaded:
    """The configuration of `file` (`None`: defaults alone) under the overrides of `environment`.

    Raises:
        InvalidConfigError: with every mistake of both, in the order of their lines.
    """
    source = _Source({}, {}) if file is None else _read(file)
    overrides, origins = _overrides(environment)
    merged = _merged(source.data, overrides)
    mistakes = list(_mistakes(merged))
    if not mistakes:
        settings = Settings.model_validate_json(json.dumps(merged), strict=True)
        values = values_of(settings)
        mistakes = list(out_of_order(values))
    if mistakes:
        placed = [_placed(mistake, source.lines, origins) for mistake in mistakes]
        raise InvalidConfigError(sorted(placed, key=_order), str(file) if file else None)
    given = {key: "file" for key, _ in flat(source.data, Settings)} | origins
    return Loaded(settings, {key: given.get(key, "default") for key in values}, file)


def _mistakes(data: Mapping[str, Any]) -> Iterator[Mistake]:
    yield from unknown_keys(data, Settings)
    yield from out_of_bounds(data, Settings)
    try:
        # As JSON, where a list is what a tuple is written as, and strict: "3" is no number.
        Settings.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        yield from map(mistake_of, error.errors(include_url=False))
    except RecursionError as error:
        yield Mistake((), "syntax", {"problem": str(error)})


def _read(file: Path) -> _Source:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InvalidConfigError([Mistake((), "unreadable", {"problem": error.strerror or ""})], str(file)) from error
    text = raw.decode("utf-8", errors="replace")
    if len(raw) > _MAX_BYTES or max(map(len, text.splitlines()), default=0) > _MAX_LINE:
        raise InvalidConfigError([Mistake((), "too_large", {"limit": _MAX_BYTES, "line": _MAX_LINE})], str(file))
    try:
        return _Source(tomllib.loads(raw.decode("utf-8")), lines_of(text))
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        mistake = Mistake((), "syntax", {"problem": str(error)}, int(line[1]) if line else None)
        raise InvalidConfigError([mistake], str(file)) from error


def _overrides(environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[Key, str]]:
    """The tables that `TIMBRE_<SECTION>__<KEY>` variables make, and which variable gave which key."""
    texts = {key for key, value in _DEFAULTS.items() if isinstance(value, str)}
    tables: dict[str, Any] = {}
    origins: dict[Key, str] = {}
    for name, text in sorted(environment.items()):
        key = tuple(name.removeprefix(ENV_PREFIX).lower().split("__"))
        if not name.startswith(ENV_PREFIX) or not 2 <= len(key) <= _MAX_DEPTH or len(text) > _MAX_BYTES:
            continue
        table = tables
        for part in key[:-1]:
            if not isinstance(table.get(part), dict):
                table[part] = {}
            table = table[part]
        table[key[-1]] = text if key in texts else _value(text)
        origins[key] = name
    return tables, origins


def _value(text: str) -> Any:
    """What a variable's text says, in TOML where it is that, else a list at commas or the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return [part.strip() for part in text.split(",")] if "," in text else text


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(old, value)
        else:
            merged[name] = value
    return merged


def _placed(mistake: Mistake, lines: dict[Place, int], origins: Mapping[Key, str]) -> Mistake:
    for end in range(len(mistake.key), 0, -1):
        variable = origins.get(tuple(map(str, mistake.key[:end])))
        if variable:
            return replace(mistake, origin=variable)
    return replace(mistake, line=line_of(lines, mistake.key))


def _order(mistake: Mistake) -> tuple[int, str]:
    return (mistake.line or 0, mistake.name)
