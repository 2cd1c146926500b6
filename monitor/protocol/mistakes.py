"""Every mistake of a protocol file at once, each with its place and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.grades import GRADES
from monitor.protocol.inheritance import ALSO, list_keys
from monitor.protocol.lines import Path
from monitor.protocol.problems import Problem, problem
from monitor.protocol.reader import PatternError, compiled
from monitor.protocol.schema import ENTRIES, File
from monitor.protocol.sentences.weights import shipped_models

Mistake = tuple[Path, Problem]
"""Where, and what is wrong."""
_OF_TYPE = {
    "missing": "key_missing",
    "enum": "choice",
    "greater_than_equal": "at_least",
    "greater_than": "more_than",
    "less_than_equal": "at_most",
    "string_pattern_mismatch": "id",
    "too_long": "too_many",
    "too_short": "too_few",
    "string_type": "text",
    "float_type": "number",
    "float_parsing": "number",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "tuple_type": "write_list",
}
"""Kinds of the validator's errors to messages; others bring the validator's own words."""
_LIMITS = ("ge", "gt", "le", "max_length", "min_length")
_SPOKEN = ("said", "said_last", "near_misses", "excused_by")
_NAMED_LIST = re.compile(r"\{(\w+)\}")


def where(path: Path) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "file"


def mistakes_in(data: dict[str, Any]) -> Iterator[Mistake]:
    """Of a whole protocol; places are those in `data`."""
    yield from _shape(data)
    yield from twice(data)
    yield from _spoken(data)
    yield from _references(data)
    yield from _cue_references(data)
    yield from _promise_references(data)
    yield from _unknown_model(data)


def _shape(data: dict[str, Any]) -> Iterator[Mistake]:
    try:
        File.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors():
            path = tuple(error["loc"])
            yield path, _unknown(path) if error["type"] == "extra_forbidden" else _of_validator(error)


def _of_validator(error: ErrorDetails) -> Problem:
    message = _OF_TYPE.get(error["type"], "other")
    context = error.get("ctx", {})
    limit = next((f"{context[name]:g}" for name in _LIMITS if name in context), "")
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    return problem(message, expected=expected, limit=limit, problem=error["msg"])


def _unknown(path: Path) -> Problem:
    kind = ENTRIES.get(str(path[0]), File) if len(path) > 1 else File
    key = str(path[-1])
    if key == "without" or (len(path) > 1 and key.removesuffix(ALSO) in list_keys(str(path[0]))):
        return problem("needs_base", key=key)
    return problem("no_key").near(key, kind.model_fields)


def _entries(data: dict[str, Any], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = data.get(kind)
    if isinstance(entries, list):
        yield from ((place, entry) for place, entry in enumerate(entries) if isinstance(entry, dict))


def _unknown_model(data: dict[str, Any]) -> Iterator[Mistake]:
    """A sentence model that does not come with the product."""
    name, known = data.get("classifier"), list(shipped_models())
    if isinstance(name, str) and name not in known:
        yield ("classifier",), _not_one_of(name, known)


def twice(data: dict[str, Any]) -> Iterator[Mistake]:
    """Ids that stand twice."""
    for kind in ENTRIES:
        seen: set[Any] = set()
        for place, entry in _entries(data, kind):
            if str(entry.get("id")) in seen:
                yield (kind, place, "id"), problem("twice", id=entry["id"])
            seen.add(str(entry.get("id")))


def _spoken(data: dict[str, Any]) -> Iterator[Mistake]:
    """Patterns that cannot be read; one that a list spoils is told once, at the list."""
    words = data.get("words")
    lists = {name: _texts(value) for name, value in words.items()} if isinstance(words, dict) else {}
    wrong = [(path, source, told) for path, source in _patterns(data) if (told := _problem(source, lists))]
    spoilt = list(_spoilt(lists, [source for _, source, _ in wrong]))
    names = {str(path[1]) for path, _ in spoilt}
    yield from spoilt
    yield from ((path, told) for path, source, told in wrong if names.isdisjoint(_NAMED_LIST.findall(source)))


def _patterns(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for kind in ENTRIES:
        for place, entry in _entries(data, kind):
            for key in _SPOKEN:
                yield from (((kind, place, key, number), text) for number, text in enumerate(_texts(entry.get(key))))
    speakers = data.get("speakers")
    for key, value in speakers.items() if isinstance(speakers, dict) else ():
        yield from ((("speakers", key, number), text) for number, text in enumerate(_texts(value)))


def _spoilt(lists: dict[str, list[str]], sources: Iterable[str]) -> Iterator[Mistake]:
    """Entries of the lists named in `sources`, and in turn in these, that are no patterns."""
    todo = [name for source in sources for name in _NAMED_LIST.findall(source)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in lists:
            continue
        seen.add(name)
        for number, text in enumerate(lists[name]):
            inner = _NAMED_LIST.findall(text)
            todo += inner
            told = _problem(f"({text}) =x", lists)
            if told and (name in inner or all(_readable(lists, one) for one in inner)):
                yield ("words", name, number), told


def _readable(lists: dict[str, list[str]], name: str) -> bool:
    return name not in lists or _problem(f"{{{name}}} =x", lists) is None


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _problem(source: str, lists: dict[str, list[str]]) -> Problem | None:
    """Why a pattern cannot be read; `None` where it can."""
    try:
        compiled(source, lists)
    except PatternError as error:
        return error.problem
    return None


def _references(data: dict[str, Any]) -> Iterator[Mistake]:
    conditions = [str(entry.get("id")) for _, entry in _entries(data, "conditions")]
    for place, step in _entries(data, "steps"):
        condition = step.get("condition")
        if condition is not None and condition not in conditions:
            yield ("steps", place, "condition"), _not_one_of(str(condition), conditions)
        if not (step.get("fact") or _texts(step.get("said"))):
            yield ("steps", place), problem("step_unsaid")
    for place, entry in _entries(data, "conditions"):
        if not (entry.get("fact") or _texts(entry.get("said"))):
            yield ("conditions", place), problem("condition_unsaid")
    for place, entry in _entries(data, "violations"):
        if not (entry.get("spoken") or _texts(entry.get("said"))):
            yield ("violations", place), problem("violation_unsaid")
    for place, measure in _entries(data, "measures"):
        if measure.get("id") not in GRADES:
            yield ("measures", place, "id"), _not_one_of(str(measure.get("id")), GRADES)


def _cue_references(data: dict[str, Any]) -> Iterator[Mistake]:
    known, types = _ids(data, "steps", "violations", "customer", "promises"), _ids(data, "call_types")
    for place, cue in _entries(data, "cues"):
        if "found" in cue and str(cue["found"]) not in known:
            yield ("cues", place, "found"), _not_one_of(str(cue["found"]), known)
        if not ("found" in cue or _texts(cue.get("said"))):
            yield ("cues", place), problem("cue_unsaid")
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


def _not_one_of(found: str, known: Iterable[str]) -> Problem:
    names = list(known)
    near = problem("unknown", name=found).near(found, names)
    return near if near.meant else problem("not_one_of", name=found, names=", ".join(names) or "–")
