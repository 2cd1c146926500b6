"""What is wrong with a configuration: every mistake with its place and its message in the catalogue."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import ErrorDetails

from models.errors import ConfigError
from monitor.protocol.lines import Path
from monitor.settings.keys import Key, entry_kind, flat, is_section, members

_MESSAGE_OF_TYPE = {
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "bool_type": "boolean",
    "string_type": "text",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "dataclass_type": "table",
    "literal_error": "choice",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_pattern_mismatch": "pattern",
}
_ARGUMENTS = {"ge": "limit", "le": "limit", "max_length": "limit", "expected": "expected", "pattern": "expected"}
_SHOWN_CHARACTERS = 60
_SECRET = {("url",), ("token",)}  # a database URL may hold a password

# A key's unit is part of its name, and so says what its figure can be.
_BOUNDS_OF_UNIT = (
    (re.compile(r"probability|confidence|_ratio"), 0.0, 1.0),
    (re.compile(r"_dbov(_|$)"), -100.0, 0.0),
    (re.compile(r"_db(_|$)"), -100.0, 100.0),
    (re.compile(r"_(s|ms|min)$"), 0.0, 86_400_000.0),
    (re.compile(r"_(max|sps|wpm|hz|st|bytes)$"), 0.0, 1e12),
)
# A lower limit and the upper one that it may not pass.
_ORDERED = (
    (("limits", "articulation_rate_min_sps"), ("limits", "articulation_rate_max_sps")),
    (("limits", "level_sd_steady_db"), ("limits", "level_sd_max_db")),
    (("limits", "dead_air_s"), ("limits", "dead_air_flagged_s")),
    (("speech", "activity", "keep_probability"), ("speech", "activity", "start_probability")),
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `id` is that of the message `config-<id>`; `line` is `None` outside the file."""

    key: Path
    id: str
    args: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    origin: str = "file"
    """`file`, or the name of the environment variable."""

    @property
    def name(self) -> str:
        return ".".join(map(str, self.key))

    def __str__(self) -> str:
        details = ", ".join(f"{name} {value}" for name, value in self.args.items())
        place = f"line {self.line}" if self.line else self.origin
        return f"{place}: {self.name}: {self.id} ({details})"


class InvalidConfigError(ConfigError):
    """The configuration is wrong; `mistakes` holds all of it at once."""

    def __init__(self, mistakes: Sequence[Mistake], file: str | None = None) -> None:
        self.mistakes = tuple(mistakes)
        self.file = file
        super().__init__("\n".join(map(str, mistakes)))


def unknown_keys(data: Mapping[str, Any], section: type, above: Path = ()) -> Iterator[Mistake]:
    """A mistake for every key that `section` does not have, with the likeliest key meant."""
    known = members(section)
    for name, value in data.items():
        here = (*above, name)
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            meant = {"meant": ".".join(map(str, (*above, near[0])))} if near else {}
            yield Mistake(here, "unknown_meant" if meant else "unknown", meant)
        elif is_section(known[name]) and isinstance(value, Mapping):
            yield from unknown_keys(value, known[name], here)
        elif (kind := entry_kind(known[name])) and isinstance(value, list):
            entries = ((place, entry) for place, entry in enumerate(value) if isinstance(entry, Mapping))
            for place, entry in entries:
                yield from unknown_keys(entry, kind, (*here, place))


def out_of_bounds(data: Mapping[str, Any], section: type) -> Iterator[Mistake]:
    """A mistake for every figure that its unit cannot have."""
    for key, value in flat(data, section):
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        bounds = next((bounds for pattern, *bounds in _BOUNDS_OF_UNIT if pattern.search(key[-1])), None)
        if bounds and not (math.isfinite(value) and bounds[0] <= value <= bounds[1]):
            yield Mistake(key, "between", {"low": bounds[0], "high": bounds[1], "given": str(value)})


def out_of_order(values: Mapping[Key, Any]) -> Iterator[Mistake]:
    """A mistake for every lower limit that is over its upper one; `values` holds every key."""
    for low, high in _ORDERED:
        if values[low] > values[high]:
            yield Mistake(low, "order", {"other": ".".join(high), "limit": values[high], "given": str(values[low])})


def mistake_of(error: ErrorDetails) -> Mistake:
    """A validation error as a mistake; a kind without a message of its own brings the validator's words."""
    context = error.get("ctx", {})
    args = {name: context[source] for source, name in _ARGUMENTS.items() if source in context}
    message = _MESSAGE_OF_TYPE.get(error["type"], "other")
    if message == "other":
        args["problem"] = error["msg"]
    key = tuple(error["loc"])
    given = json.dumps(error["input"], ensure_ascii=False, default=str)[:_SHOWN_CHARACTERS]
    args["given"] = "***" if key[-1:] in _SECRET else given
    return Mistake(key, message, args)
