"""The telephone numbers that a call came from and went to: in the facts, and in the names of files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

_FIGURES = re.compile(r"[0-9]")
_DIGITS_MIN = 7
"""Shorter ones are extensions and services."""
_IN_NAMES = 7
"""Figures of a number's end by which it is known in a file's name, with or without its country."""
_KEPT = 4


class Shown(StrEnum):
    """How much of a number people see."""

    WHOLE = "whole"
    ENDING = "ending"
    """Its last four figures."""
    NONE = "none"


def with_numbers_hidden(doc: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """The document with the numbers of its caller and callee shown so."""
    if shown is Shown.WHOLE:
        return dict(doc)
    recording, call = doc["recording"], doc.get("call")
    numbers = [part.get(name) or "" for part in (recording, call or {}) for name in ("caller", "callee")]
    hidden = {
        **doc,
        "recording": _hidden(recording, shown) | {"file": without_numbers(recording["file"], numbers, shown)},
    }
    return hidden | ({"call": _hidden(call, shown)} if call else {})


def without_numbers(name: str, numbers: Iterable[str], shown: Shown) -> str:
    """A file's name with these numbers shown so."""
    if shown is Shown.WHOLE:
        return name
    for number in numbers:
        ending = "".join(_FIGURES.findall(number))[-_IN_NAMES:]
        if len(ending) >= _DIGITS_MIN:
            name = re.sub(rf"[0-9]*{ending}", lambda found: _crossed(found[0], shown), name)
    return name


def _hidden(values: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    known = {name: values.get(name) for name in ("caller", "callee")}
    return {**values, **{name: _crossed(number, shown) for name, number in known.items() if number}}


def _crossed(number: str, shown: Shown) -> str:
    """A number with figures crossed out; one too short to be anybody's is left."""
    count = len(_FIGURES.findall(number))
    if count < _DIGITS_MIN:
        return number
    left = count - (_KEPT if shown is Shown.ENDING else 0)
    return _FIGURES.sub("x", number, count=left)
