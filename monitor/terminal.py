"""What the command line writes: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape

from audio.weights import ModelMissingError
from models.errors import TimbreError
from monitor.protocol.problems import InvalidProtocolError
from monitor.settings.mistakes import InvalidConfigError, Mistake
from reports.catalogue import LANGUAGES, Catalogue

DEFAULT_LANGUAGE = "es"
_LANGUAGE_VARIABLES = ("TIMBRE_REPORTS__LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True, slots=True)
class Terminal:
    """Two consoles and the language that they speak."""

    out: Console
    err: Console
    catalogue: Catalogue

    def text(self, message_id: str, **args: Any) -> str:
        return self.catalogue.text(message_id, **args)

    def say(self, message_id: str, **args: Any) -> None:
        """A result, on standard output."""
        self.out.print(self.text(message_id, **args), markup=False, highlight=False, soft_wrap=True)

    def note(self, message_id: str, **args: Any) -> None:
        """How things go, on standard error."""
        self.err.print(self.text(message_id, **args), markup=False, highlight=False, soft_wrap=True)

    def failed(self, lines: Sequence[str]) -> None:
        """What went wrong and what to do, on standard error; the first line is the sentence, the rest its details."""
        first, *rest = lines
        self.err.print(
            f"[bold red]{escape(self.text('cli-error'))}[/] {escape(first)}", highlight=False, soft_wrap=True
        )
        for line in rest:
            self.err.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)

    def json(self, data: Any) -> None:
        """A result for programs: one JSON value and a line's end."""
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def terminal(language: str) -> Terminal:
    """The terminal of this process; plain text where its output is no terminal."""
    return Terminal(Console(), Console(stderr=True), Catalogue(language))


def chosen_language(option: str | None, configured: str, environment: Mapping[str, str]) -> str:
    """The option, else the configuration, else the environment's, else Spanish."""
    wishes = [option, configured, *(environment.get(name) for name in _LANGUAGE_VARIABLES)]
    short = ((wish or "")[:2].lower() for wish in wishes)
    return next((language for language in short if language in LANGUAGES), DEFAULT_LANGUAGE)


def told(error: TimbreError, catalogue: Catalogue) -> list[str]:
    """An error as lines for people: what is wrong, then what to do or where."""
    if isinstance(error, InvalidConfigError):
        name = error.file or catalogue.text("config-environment")
        first = catalogue.text("config-mistakes", file=name, count=len(error.mistakes))
        return [first, *(mistake_line(mistake, catalogue) for mistake in error.mistakes)]
    first = catalogue.named("reason", error.code)
    if isinstance(error, InvalidProtocolError):
        return [first, *error.lines(catalogue)]
    if isinstance(error, ModelMissingError):
        answers = [f"{catalogue.named('source', item.source)}: {_why(item, catalogue)}" for item in error.tried]
        return [first, *answers, *catalogue.text("model-ways", name=error.name).splitlines()]
    return [first, *str(error).splitlines()]


def mistake_line(mistake: Mistake, catalogue: Catalogue) -> str:
    """One mistake of a configuration: its place, its key, what is wrong."""
    place = mistake.origin if mistake.origin != "file" else ""
    if mistake.line:
        place = catalogue.text("config-line", line=str(mistake.line))
    problem = catalogue.text(f"config-{mistake.id}", **{name: str(value) for name, value in mistake.args.items()})
    return ": ".join(part for part in (place, mistake.name, problem) if part)


def _why(tried: Any, catalogue: Catalogue) -> str:
    reason = catalogue.named("reason", tried.reason)
    return f"{reason} ({tried.detail})" if tried.reason in {"no_answer", "model_damaged", "io_error"} else reason
