"""Reading a protocol file: one mistake or twenty, all are told at once, each with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from rapidfuzz import process

from models.errors import ProtocolError
from models.protocol import Condition, Fact, Forbidden, MeasureWeight, Phase, Protocol, SpeakerPhrases, Step
from models.recording import Party
from models.verdict import ErrorClass, Severity
from monitor.grades import GRADES
from monitor.protocol.lines import Path, line_of, lines_of
from monitor.protocol.pattern import PatternError, compiled

SIZE_MAX = 1_000_000
PATTERNS_MAX = 5000

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Points = Annotated[float, Field(ge=0, le=1000)]
Patterns = Annotated[tuple[str, ...], Field(max_length=PATTERNS_MAX)]
Words = Annotated[Patterns, BeforeValidator(lambda value: tuple(value.split()) if isinstance(value, str) else value)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Step(_Entry):
    id: Id
    phase: Phase
    weight: Points
    error_class: ErrorClass
    severity: Severity
    said: Patterns = ()
    said_last: Patterns = ()
    near_misses: Patterns = ()
    not_after_hold: bool = False
    agent_only: bool = False
    condition: str | None = None
    fact: Fact | None = None
    window_s: Annotated[float, Field(gt=0)] | None = None


class _Condition(_Entry):
    id: Id
    party: Party | None = None
    said: Patterns = ()
    fact: Fact | None = None


class _Forbidden(_Entry):
    id: Id
    error_class: ErrorClass
    severity: Severity
    said: Patterns
    near_misses: Patterns = ()
    penalty: Points = 0.0


class _Measure(_Entry):
    id: Id
    weight: Points
    error_class: ErrorClass
    severity: Severity


class _Speakers(_Entry):
    agent: Patterns = ()
    customer: Patterns = ()
    agent_hints: Patterns = ()
    customer_hints: Patterns = ()
    replies: Patterns = ()


class _File(_Entry):
    name: str
    version: str
    language: str
    steps: Annotated[tuple[_Step, ...], Field(min_length=1, max_length=200)]
    violations: Annotated[tuple[_Forbidden, ...], Field(max_length=200)] = ()
    conditions: Annotated[tuple[_Condition, ...], Field(max_length=200)] = ()
    measures: tuple[_Measure, ...] = ()
    speakers: _Speakers = _Speakers()
    words: dict[str, Words] = {}


_ENTRIES: dict[str, type[_Entry]] = {
    "steps": _Step,
    "violations": _Forbidden,
    "conditions": _Condition,
    "measures": _Measure,
    "speakers": _Speakers,
}
_SPOKEN = ("said", "said_last", "near_misses")

Mistake = tuple[Path, str]
"""Where, and what to do."""


def shipped(name: str = "telephone-service-es") -> Protocol:
    """A protocol that comes with the product.

    Raises:
        ProtocolError: if there is none of that name.
    """
    file = resources.files("monitor") / "protocols" / f"{name}.toml"
    if not file.is_file():
        raise ProtocolError(f"no protocol {name!r} comes with this version")
    return protocol_from(file.read_text(encoding="utf-8"), f"{name}.toml")


def read_protocol(path: FilePath) -> Protocol:
    """The protocol in a file.

    Raises:
        ProtocolError: if it cannot be read or is wrong; the message lists every mistake.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
        if len(content) > SIZE_MAX:
            raise ProtocolError(f"{path.name}: it has over {SIZE_MAX} bytes: is it a protocol?")
        return protocol_from(content.decode("utf-8"), path.name)
    except OSError as error:
        raise ProtocolError(f"{path.name}: it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{path.name}: it is not UTF-8 at byte {error.start}: save it as UTF-8") from error


def protocol_from(text: str, file: str) -> Protocol:
    """The protocol in a TOML text; `file` names it in messages.

    Raises:
        ProtocolError: if it is wrong; the message lists every mistake.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{file}: {error}") from error
    mistakes = list(_mistakes(data))
    if mistakes:
        lines = lines_of(text)
        told = sorted({(line_of(lines, path) or 1, _where(path), what) for path, what in mistakes})
        raise ProtocolError("\n".join(f"{file}:{line}: {where}: {what}" for line, where, what in told))
    return _protocol(_File.model_validate(data))


def _where(path: Path) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "file"


def _mistakes(data: dict[str, Any]) -> Iterator[Mistake]:
    yield from _shape(data)
    yield from _twice(data)
    yield from _patterns(data)
    yield from _references(data)


def _shape(data: dict[str, Any]) -> Iterator[Mistake]:
    try:
        _File.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors():
            path = tuple(error["loc"])
            yield path, _unknown(path) if error["type"] == "extra_forbidden" else error["msg"]


def _unknown(path: Path) -> str:
    kind = _ENTRIES.get(str(path[0]), _File) if len(path) > 1 else _File
    near = process.extractOne(str(path[-1]), list(kind.model_fields), score_cutoff=60)
    return "there is no such key" + (f": did you mean {near[0]!r}?" if near else "")


def _entries(data: dict[str, Any], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = data.get(kind)
    if isinstance(entries, list):
        yield from ((place, entry) for place, entry in enumerate(entries) if isinstance(entry, dict))


def _twice(data: dict[str, Any]) -> Iterator[Mistake]:
    for kind in _ENTRIES:
        seen: set[Any] = set()
        for place, entry in _entries(data, kind):
            if str(entry.get("id")) in seen:
                yield (kind, place, "id"), f"{entry['id']!r} is there twice: rename or remove one"
            seen.add(str(entry.get("id")))


def _patterns(data: dict[str, Any]) -> Iterator[Mistake]:
    words = data.get("words")
    lists = {name: _texts(value) for name, value in words.items()} if isinstance(words, dict) else {}
    for kind in _ENTRIES:
        for place, entry in _entries(data, kind):
            for key in _SPOKEN:
                for number, source in enumerate(_texts(entry.get(key))):
                    yield from _pattern((kind, place, key, number), source, lists)
    speakers = data.get("speakers")
    for key in _Speakers.model_fields if isinstance(speakers, dict) else ():
        for number, source in enumerate(_texts(speakers.get(key))):
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
    for place, measure in _entries(data, "measures"):
        if measure.get("id") not in GRADES:
            yield ("measures", place, "id"), _not_one_of(str(measure.get("id")), GRADES)


def _not_one_of(found: str, known: Iterable[str]) -> str:
    names = list(known)
    near = process.extractOne(found, names, score_cutoff=60)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'none'}"
    return f"there is no {found!r}: {hint}"


def _protocol(file: _File) -> Protocol:
    return Protocol(
        name=file.name,
        version=file.version,
        language=file.language,
        steps=tuple(Step(**dict(step)) for step in file.steps),
        violations=tuple(Forbidden(**dict(entry)) for entry in file.violations),
        conditions=tuple(Condition(**dict(entry)) for entry in file.conditions),
        measures=tuple(MeasureWeight(**dict(entry)) for entry in file.measures),
        speakers=SpeakerPhrases(**dict(file.speakers)),
        words=tuple(file.words.items()),
    )
