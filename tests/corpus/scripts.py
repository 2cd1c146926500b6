"""Written calls with a label on every sentence: the format of `calls/*.txt`, told in README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "calls"
_HEAD = re.compile(r"^== (?P<id>[\w-]+) \| (?P<variety>\w\w-\w\w) \| (?P<sector>[^|]*?) \| (?P<rest>.*)$")
_HOLD = re.compile(r"^H (music|silence) (\d+)$")
_LINE = re.compile(r"^([ACac]) (?:([^|]*)\|)?\s*(\S.*)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a written call; `who` is `agent` or `customer`."""

    who: str
    text: str
    steps: frozenset[str]
    violations: frozenset[str]
    facts: frozenset[str]
    """What a customer's sentence is an instance of, without the `@`."""
    backchannel: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody speaks for so long; `kind` is `music` or `silence`."""

    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Script:
    """One written call."""

    id: str
    variety: str
    sector: str
    facts: dict[str, str]
    """`type`, `outcome`, `company`, `agent`, `customer`."""
    lines: tuple[Sentence | Hold, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(line for line in self.lines if isinstance(line, Sentence))

    @property
    def steps(self) -> frozenset[str]:
        """The steps done in it."""
        return frozenset(step for sentence in self.sentences for step in sentence.steps)


class ScriptError(ValueError):
    """A line that is none of the format; the message names it."""


def read_scripts(path: Path) -> tuple[Script, ...]:
    """The calls of a file.

    Raises:
        ScriptError: at the first line that cannot be read.
    """
    return tuple(_scripts(path.read_text(encoding="utf-8").splitlines(), path.name))


def scripts_of(*names: str) -> tuple[Script, ...]:
    """The calls of some files of the corpus, by name without `.txt`."""
    return tuple(script for name in names for script in read_scripts(FOLDER / f"{name}.txt"))


def _scripts(lines: list[str], file: str) -> Iterator[Script]:
    head: re.Match[str] | None = None
    body: list[Sentence | Hold] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("=="):
            if head:
                yield _script(head, body)
            head, body = _HEAD.match(line), []
            if not head:
                raise ScriptError(f"{file}:{number}: no head of a call: {line}")
        else:
            body.append(_line(line, f"{file}:{number}"))
    if head:
        yield _script(head, body)


def _script(head: re.Match[str], body: list[Sentence | Hold]) -> Script:
    facts = dict(part.strip().split("=", 1) for part in head["rest"].split("|") if "=" in part)
    return Script(head["id"], head["variety"], head["sector"], facts, tuple(body))


def _line(line: str, place: str) -> Sentence | Hold:
    if hold := _HOLD.match(line.strip()):
        return Hold(hold[1], float(hold[2]))
    found = _LINE.match(line)
    if not found:
        raise ScriptError(f"{place}: neither a sentence nor a hold: {line}")
    labels = [label.strip() for label in (found[2] or "").split(",") if label.strip()]
    return Sentence(
        who="agent" if found[1] in "Aa" else "customer",
        text=found[3].strip(),
        steps=frozenset(label for label in labels if label[0] not in "!@"),
        violations=frozenset(label[1:] for label in labels if label[0] == "!"),
        facts=frozenset(label[1:] for label in labels if label[0] == "@"),
        backchannel=found[1] in "ac",
    )
