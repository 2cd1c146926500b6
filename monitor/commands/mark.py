"""`timbre mark`: a call that the sound card hears is opened, closed, paused or resumed."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from models.errors import DeviceError
from monitor.commands.options import ConfigOption, LanguageOption, Setting, setting

if TYPE_CHECKING:
    from audio.soundcard.mark import MarkKind

UrlOption = Annotated[str | None, typer.Option("--url", metavar="URL")]
AgentOption = Annotated[str | None, typer.Option("--agent", metavar="ID")]
CallerOption = Annotated[str | None, typer.Option("--caller", metavar="NUMBER")]
CalleeOption = Annotated[str | None, typer.Option("--callee", metavar="NUMBER")]

TOKEN_VARIABLE = "TIMBRE_MARKS_TOKEN"  # noqa: S105  # a name, not a token
_TIMEOUT_S = 5.0
_ANSWER_BYTES = 4096


def start(
    agent: AgentOption = None,
    caller: CallerOption = None,
    callee: CalleeOption = None,
    *,
    url: UrlOption = None,
    config: ConfigOption = None,
    language: LanguageOption = None,
) -> None:
    """Open a call, ending the one that is open."""
    who = {"agent_id": agent, "caller": caller, "callee": callee}
    _tell("start", setting(config, language), url, {name: text for name, text in who.items() if text})


def end(url: UrlOption = None, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Close the call."""
    _tell("end", setting(config, language), url, {})


def pause(url: UrlOption = None, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Record nothing until `resume`, e.g. while a card number is said."""
    _tell("pause", setting(config, language), url, {})


def resume(url: UrlOption = None, config: ConfigOption = None, language: LanguageOption = None) -> None:
    """Record again."""
    _tell("resume", setting(config, language), url, {})


def _tell(kind: MarkKind, found: Setting, url: str | None, who: Mapping[str, str]) -> None:
    marks = found.settings.capture.soundcard.marks
    address = url or f"http://{marks.host}:{marks.port}"
    if urlsplit(address).scheme not in {"http", "https"}:
        raise typer.BadParameter("http://, https://", param_hint="--url")
    token = os.environ.get(TOKEN_VARIABLE) or marks.token
    if not token:
        message = f"set {TOKEN_VARIABLE}, or token in [capture.soundcard.marks]"
        raise DeviceError(message, "marks_token_missing")
    _posted(f"{address.rstrip('/')}/calls/{kind}", token, who)
    found.terminal.say(f"mark-{kind}")


def _posted(address: str, token: str, who: Mapping[str, str]) -> None:
    """Tell it.

    Raises:
        DeviceError: `marks_refused` with what was answered, `marks_away` where nobody answers.
    """
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(who).encode(), headers, method="POST")  # noqa: S310  # checked
    # Straight there: a proxy for the web has no business with the token.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(request, timeout=_TIMEOUT_S).close()
    except urllib.error.HTTPError as error:
        raise DeviceError(f"{error.code}: {_problem(error)}", "marks_refused") from error
    except OSError as error:
        raise DeviceError(f"{address}: {error}", "marks_away") from error


def _problem(error: urllib.error.HTTPError) -> str:
    try:
        answer: Any = json.loads(error.read(_ANSWER_BYTES))
        return str(answer["error"])
    except (OSError, ValueError, KeyError, TypeError):
        return str(error.reason)
