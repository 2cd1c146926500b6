"""Every mistake of a protocol file at once, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from monitor.grades import GRADES
from monitor.protocol.lines import Path
from monitor.protocol.reader import PatternError, compiled
from monitor.protocol.schema import ENTRIES, File

Mistake = tuple[Path, str]
"""Where, and what to do."""
_SPOKEN = ("said", "said_last", "near_misses", "excused_by")


def where(path: Path) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "file"


def mistakes_in(data: dict[str, Any]) -> Iterator[Mistake]:
    yield from _shape(data)
    yield from _twice(data)
    yield from _patterns(data)
    yield from _references(data)
    yield from _cue_references(data)
    yield from _promise_references(data)


def _shape(data: dict[str, Any]) -> Iterator[Mistake]:
    try:
        File.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors():
            path = tuple(error["loc"])
            yield path, _unknown(path) if error["type"] == "extra_forbidden" else error["msg"]


def _unknown(path: Path) -> str:
    kind = ENTRIES.get(str(path[0]), File) if len(path) > 1 else File
    near = process.extractOne(str(path[-1]), list(kind.model_fields), score_cutoff=60)
    return "there is no such key" + (f": did you mean {near[0]!r}?" if near else "")


def _entries(data: dict[str, Any], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = data.get(kind)
    if isinstance(entries, list):
        yield from ((place, entry) for place, entry in enumerate(entries) if isinstance(entry, dict))


def _twice(data: dict[str, Any]) -> Iterator[Mistake]:
    for kind in ENTRIES:
        seen: set[Any] = set()
        for place, entry in _entries(data, kind):
            if str(entry.get("id")) in seen:
                yield (kind, place, "id"), f"{entry['id']!r} is there twice: rename or remove one"
            seen.add(str(entry.get("id")))


def _patterns(data: dict[str, Any]) -> Iterator[Mistake]:
    words = data.get("words")
    lists = {name: _texts(value) for name, value in words.items()} if isinstance(words, dict) else {}
    for kind in ENTRIES:
        for place, entry in _entries(data, kind):
            for key in _SPOKEN:
                for number, source in enumerate(_texts(entry.get(key))):
                    yield from _pattern((kind, place, key, number), source, lists)
    speakers = data.get("speakers")
    for key, value in speakers.items() if isinstance(speakers, dict) else ():
        for number, source in enumerate(_texts(value)):
            yield from _pattern(("speakers", key, number), source, lists)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _pattern(path: Path, source: str, lists: dict[str, list[str]]) -> Iterator[Mistake]:
    try:
        compiled(source, lists)
    except PatternError as error:
        near = process.extractOne(str(error).rsplit("'", 2)[-2], list(lists)) if "no list" in str(error) else None
        yield path, f"{error}" + (f": did you mean {near[0]!r}?" if near else "")


def _references(data: dict[str, Any]) -> Iterator[Mistake]:
    conditions = [str(entry.get("id")) for _, entry in _entries(data, "conditions")]
    for place, step in _entries(data, "steps"):
        condition = step.get("condition")
        if condition is not None and condition not in conditions:
            yield ("steps", place, "condition"), _not_one_of(str(condition), conditions)
        if not (step.get("fact") or _texts(step.get("said"))):
            yield ("steps", place), "it says neither how it is said nor which fact it is: add `said` or `fact`"
    for place, entry in _entries(data, "conditions"):
        if not (entry.get("fact") or _texts(entry.get("said"))):
            yield ("conditions", place), "it says neither what is said nor which fact holds: add `said` or `fact`"
    for place, entry in _entries(data, "violations"):
        if not (entry.get("spoken") or _texts(entry.get("said"))):
            yield ("violations", place), "it says neither what is said nor how it is found: add `said` or `spoken`"
    for place, measure in _entries(data, "measures"):
        if measure.get("id") not in GRADES:
            yield ("measures", place, "id"), _not_one_of(str(measure.get("id")), GRADES)


def _cue_references(data: dict[str, Any]) -> Iterator[Mistake]:
    known, types = _ids(data, "steps", "violations", "customer", "promises"), _ids(data, "call_types")
    for place, cue in _entries(data, "cues"):
        if "found" in cue and str(cue["found"]) not in known:
            yield ("cues", place, "found"), _not_one_of(str(cue["found"]), known)
        if not ("found" in cue or _texts(cue.get("said"))):
            yield ("cues", place), "it says neither what is said nor what is found: add `said` or `found`"
        weights = cue.get("types")
        for name in weights if isinstance(weights, dict) else ():
            if name not in types:
                yield ("cues", place, "types"), _not_one_of(name, types)


def _promise_references(data: dict[str, Any]) -> Iterator[Mistake]:
    known = _ids(data, "steps", "violations")
    for place, promise in _entries(data, "promises"):
        for key in ("found", "excluded"):
            for number, name in enumerate(_texts(promise.get(key))):
                if name not in known:
                    yield ("promises", place, key, number), _not_one_of(name, known)


def _ids(data: dict[str, Any], *kinds: str) -> list[str]:
    return [str(entry.get("id")) for kind in kinds for _, entry in _entries(data, kind)]


def _not_one_of(found: str, known: Iterable[str]) -> str:
    names = list(known)
    near = process.extractOne(found, names, score_cutoff=60)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'none'}"
    return f"there is no {found!r}: {hint}"
