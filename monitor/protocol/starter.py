"""The file that a centre's own protocol starts from."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from models.protocol import Protocol
from monitor.protocol.pack import named_protocol, read_text, shipped_names, shipped_text
from monitor.protocol.problems import InvalidProtocolError, Place, problem

_HEAD_KEY = re.compile(r'^(name|version)\s*=\s*"[^"\n]*"', re.MULTILINE)


def starter(name: str, base: str, folder: Path, language: str) -> str:
    """A short file that extends `base`, with two examples, explained in `language`; it will lie in `folder`.

    Raises:
        ProtocolError: where there is no such base, it is wrong, or it lies elsewhere.
    """
    protocol = named_protocol(base)
    named = base if base in shipped_names() else _beside(base, folder)
    texts = _phrases(protocol)
    template = _resource(f"{language}.toml")
    if not any(step.id == "greeting" for step in protocol.steps):
        template = re.sub(r"(?ms)^# <greeting>\n(.*?)^# </greeting>$", _commented, template)
    template = re.sub(r"(?m)^# </?greeting>\n", "", template)
    values = {"name": name, "base": named, **{key: _lines(value) for key, value in texts.items()}}
    for key, value in values.items():
        template = template.replace(f"@{key}@", value)
    return template


def copied(name: str, base: str) -> str:
    """The whole text of `base` under another name, as version 1.

    Raises:
        ProtocolError: where there is no such base, or it is wrong.
    """
    named_protocol(base)
    text = shipped_text(base) if base in shipped_names() else read_text(Path(base))
    values = {"name": name, "version": "1"}
    return _HEAD_KEY.sub(lambda found: f'{found[1]} = "{values[found[1]]}"', text, count=2)


def _beside(base: str, folder: Path) -> str:
    """A base that is a file, by its name: an extending file finds it in its own folder."""
    path = Path(base).expanduser()
    if path.resolve().parent != folder.resolve():
        raise InvalidProtocolError(base, [Place(problem("elsewhere", folder=folder))])
    return path.name


def _phrases(protocol: Protocol) -> dict[str, Any]:
    """Example phrases in the language of the calls; English where there are none."""
    texts: dict[str, dict[str, Any]] = tomllib.loads(_resource("phrases.toml"))
    return texts.get(protocol.language, texts["en"])


def _lines(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(f'  "{phrase}",' for phrase in value)


def _commented(found: re.Match[str]) -> str:
    return "".join(f"# {line}" for line in found[1].splitlines(keepends=True))


def _resource(name: str) -> str:
    return (resources.files("monitor") / "protocols" / "starters" / name).read_text(encoding="utf-8")
