"""Reading a protocol file: one mistake or twenty, all are told at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from models.errors import ProtocolError
from models.protocol import (
    CallType,
    Condition,
    Cue,
    Forbidden,
    MeasureWeight,
    PromiseForm,
    Protocol,
    Saying,
    SpeakerPhrases,
    Step,
    TimeForm,
)
from models.verdict import Edition
from monitor.protocol.inheritance import Overlaid, overlaid
from monitor.protocol.lines import Path as LinePath
from monitor.protocol.lines import line_of, lines_of
from monitor.protocol.mistakes import Mistake, mistakes_in, twice, where
from monitor.protocol.problems import InvalidProtocolError, Place, Problem, problem
from monitor.protocol.schema import File
from monitor.protocol.sentences.weights import shipped_models

SIZE_MAX = 1_000_000
PACKS = {"es": "telephone-service-es", "en": "telephone-service-en"}
"""The protocol that comes with the product for each language."""
DEFAULT = PACKS["es"]
BASES_MAX = 5
"""So many protocols may stand one on the other."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_FILE_NAME = re.compile(r"[^/\\]+\.toml")


@dataclass(frozen=True, slots=True)
class Whole:
    """A protocol as checked data, with what it extends, the nearest first."""

    data: dict[str, Any]
    extends: tuple[Edition, ...] = ()
    base: Whole | None = None

    @property
    def edition(self) -> Edition:
        return Edition(self.data["name"], self.data["version"])


def shipped_names() -> tuple[str, ...]:
    """The protocols that come with the product."""
    files = (resources.files("monitor") / "protocols").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def shipped(name: str = DEFAULT) -> Protocol:
    """A protocol that comes with the product.

    Raises:
        ProtocolError: if there is none of that name.
    """
    return _protocol(_shipped_whole(name))


def shipped_text(name: str) -> str:
    """The file of a protocol that comes with the product.

    Raises:
        ProtocolError: if there is none of that name.
    """
    file = resources.files("monitor") / "protocols" / f"{name}.toml"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise InvalidProtocolError(name, [Place(_not_shipped(name))])
    return file.read_text(encoding="utf-8")


def named_protocol(named: str) -> Protocol:
    """A protocol by its file or, where there is no such file, by the name of one that comes with the product.

    Raises:
        ProtocolError: if there is neither, or it is wrong; the message lists every mistake.
    """
    path = Path(named).expanduser()
    return read_protocol(path) if path.is_file() or named.endswith(".toml") else shipped(named)


def shipped_for(language: str) -> tuple[Protocol, ...]:
    """All that come with the product: first the one for calls in `language`, which is Spanish where there is none.

    The others judge the calls that were spoken in theirs.
    """
    first = PACKS.get(language, PACKS["es"])
    return tuple(shipped(name) for name in (first, *(name for name in PACKS.values() if name != first)))


def read_protocol(path: Path) -> Protocol:
    """The protocol in a file; a protocol that it extends is one that comes with the product or a file beside it.

    Raises:
        ProtocolError: if it cannot be read or is wrong; the message lists every mistake.
    """
    return _protocol(_whole(read_text(path), path.name, path.parent, ()))


def read_with_base(path: Path) -> tuple[Protocol, Protocol | None]:
    """The protocol in a file and the one that it extends or, being whole, may have been copied from.

    Raises:
        ProtocolError: if it cannot be read or is wrong; the message lists every mistake.
    """
    whole = _whole(read_text(path), path.name, path.parent, ())
    protocol = _protocol(whole)
    if whole.base is not None:
        return protocol, _protocol(whole.base)
    alike = (one for one in map(shipped, shipped_names()) if one.language == protocol.language)
    return protocol, next((one for one in alike if one.name != protocol.name), None)


def read_text(path: Path) -> str:
    """The text of a protocol's file.

    Raises:
        ProtocolError: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
        if len(content) > SIZE_MAX:
            raise InvalidProtocolError(path.name, [Place(problem("too_big", limit=SIZE_MAX))])
        return content.decode("utf-8")
    except OSError as error:
        raise InvalidProtocolError(path.name, [Place(problem("unreadable", why=error.strerror))]) from error
    except UnicodeDecodeError as error:
        raise InvalidProtocolError(path.name, [Place(problem("not_utf8", byte=error.start))]) from error


def protocol_from(text: str, file: str) -> Protocol:
    """The protocol in a TOML text, which may extend one that comes with the product; `file` names it in messages.

    Raises:
        ProtocolError: if it is wrong; the message lists every mistake.
    """
    return _protocol(_whole(text, file, None, ()))


@cache
def _shipped_whole(name: str) -> Whole:
    return _whole(shipped_text(name), f"{name}.toml", None, ())


def _whole(text: str, file: str, folder: Path | None, above: tuple[str, ...]) -> Whole:
    """A protocol with all that it inherits; `above` are the files that extend it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidProtocolError(file, [Place(problem("syntax", why=error))]) from error
    if "extends" not in data:
        _refuse(file, text, [(path, what, False) for path, what in mistakes_in(data)])
        return Whole(data)
    base = _base(data["extends"], text, file, folder, above)
    laid = overlaid(base.data, data)
    _refuse(file, text, _placed(laid, [*laid.mistakes, *twice(data)]))
    return Whole(laid.data, (base.edition, *base.extends), base)


def _placed(laid: Overlaid, own: Sequence[Mistake]) -> list[tuple[LinePath, Problem, bool]]:
    """All mistakes of a file that extends another: their places in it, and whether they are in what is inherited."""
    placed = [(path, what, False) for path, what in own]
    told = {path for path, _ in own}
    for path, what in mistakes_in(laid.data):
        place = laid.place(path)
        if place is None:
            placed.append((path, what, True))
        elif place not in told:
            placed.append((place, what, False))
    return placed


def _base(named: Any, text: str, file: str, folder: Path | None, above: tuple[str, ...]) -> Whole:
    """What a file extends."""

    def refused(what: Problem) -> ProtocolError:
        return InvalidProtocolError(file, [Place(what, line_of(lines_of(text), ("extends",)) or 1, "extends")])

    if not isinstance(named, str):
        raise refused(problem("one_name", name=DEFAULT))
    if not named.endswith(".toml"):
        if named not in shipped_names():
            raise refused(_not_shipped(named))
        return _shipped_whole(named)
    if folder is None or not _FILE_NAME.fullmatch(named):
        raise refused(problem("same_folder", name=named))
    if named in (*above, file) or len(above) >= BASES_MAX:
        raise refused(problem("circle", name=named, limit=BASES_MAX))
    return _whole(read_text(folder / named), named, folder, (*above, file))


def _not_shipped(name: str) -> Problem:
    return problem("not_shipped", name=name, names=", ".join(shipped_names())).near(name, shipped_names(), 90)


def _refuse(file: str, text: str, mistakes: Sequence[tuple[LinePath, Problem, bool]]) -> None:
    """Raise all mistakes at once, if there are any; what is inherited stands at the line that inherits it."""
    if not mistakes:
        return
    lines = lines_of(text)
    raise InvalidProtocolError(
        file,
        [
            Place(what, line_of(lines, ("extends",) if inherited else path) or 1, where(path), inherited)
            for path, what, inherited in mistakes
        ],
    )


def _protocol(whole: Whole) -> Protocol:
    file = File.model_validate(whole.data)
    return Protocol(
        name=file.name,
        version=file.version,
        language=file.language,
        classifier=file.classifier,
        classifier_sha256=shipped_models()[file.classifier] if file.classifier else None,
        steps=tuple(Step(**dict(step)) for step in file.steps),
        violations=tuple(Forbidden(**dict(entry)) for entry in file.violations),
        conditions=tuple(Condition(**dict(entry)) for entry in file.conditions),
        measures=tuple(MeasureWeight(**dict(entry)) for entry in file.measures),
        speakers=SpeakerPhrases(**dict(file.speakers)),
        words=tuple(file.words.items()),
        customer=tuple(Saying(**dict(entry)) for entry in file.customer),
        call_types=tuple(CallType(**dict(entry)) for entry in file.call_types),
        cues=tuple(Cue(**dict(entry)) for entry in file.cues),
        promises=tuple(PromiseForm(**dict(entry)) for entry in file.promises),
        times=tuple(TimeForm(**dict(entry)) for entry in file.times),
        extends=whole.extends,
    )
