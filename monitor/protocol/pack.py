"""Reading a protocol file: one mistake or twenty, all are told at once, each with its line."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from models.errors import ProtocolError
from models.protocol import Condition, Forbidden, MeasureWeight, Protocol, SpeakerPhrases, Step
from monitor.protocol.lines import line_of, lines_of
from monitor.protocol.mistakes import mistakes_in, where
from monitor.protocol.schema import File

SIZE_MAX = 1_000_000
PACKS = {"es": "telephone-service-es", "en": "telephone-service-en"}
"""The protocol that comes with the product for each language."""


def shipped(name: str = "telephone-service-es") -> Protocol:
    """A protocol that comes with the product.

    Raises:
        ProtocolError: if there is none of that name.
    """
    file = resources.files("monitor") / "protocols" / f"{name}.toml"
    if not file.is_file():
        raise ProtocolError(f"no protocol {name!r} comes with this version")
    return protocol_from(file.read_text(encoding="utf-8"), f"{name}.toml")


def shipped_for(language: str) -> tuple[Protocol, ...]:
    """All that come with the product: first the one for calls in `language`, which is Spanish where there is none.

    The others judge the calls that were spoken in theirs.
    """
    first = PACKS.get(language, PACKS["es"])
    return tuple(shipped(name) for name in (first, *(name for name in PACKS.values() if name != first)))


def read_protocol(path: Path) -> Protocol:
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
    mistakes = list(mistakes_in(data))
    if mistakes:
        lines = lines_of(text)
        told = sorted({(line_of(lines, path) or 1, where(path), what) for path, what in mistakes})
        raise ProtocolError("\n".join(f"{file}:{line}: {where}: {what}" for line, where, what in told))
    return _protocol(File.model_validate(data))


def _protocol(file: File) -> Protocol:
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
