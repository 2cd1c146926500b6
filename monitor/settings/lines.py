"""On which line of a TOML file each key stands.

The standard library's parser gives values without places. This scan is only ever used beside it, on text
that it has accepted, so it need not find mistakes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Key = tuple[str, ...]

_TABLE = re.compile(r"^\s*\[\[?\s*(?P<path>[^\]#]+?)\s*\]")
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_ASSIGN = re.compile(rf"^\s*(?P<path>{_PART}(?:\s*\.\s*{_PART})*)\s*=(?P<value>.*)$")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[\[\]{}]|#')


def key_lines(text: str) -> Mapping[Key, int]:
    """The line, from 1, of every table and key; a key given twice keeps its first line."""
    found: dict[Key, int] = {}
    table: Key = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        rest = line
        if depth == 0 and not quote:
            header, assignment = _TABLE.match(line), _ASSIGN.match(line)
            if header and not assignment:
                table = _parts(header["path"])
                found.setdefault(table, number)
                continue
            if assignment:
                found.setdefault(table + _parts(assignment["path"]), number)
                rest = assignment["value"]
        depth, quote = _after(rest, depth, quote)
    return found


def line_of(lines: Mapping[Key, int], key: Key) -> int | None:
    """The line of `key`, else of the nearest table above it that the file names."""
    return next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)


def _parts(path: str) -> Key:
    """A dotted, perhaps quoted key as its parts, by the real parser."""
    table: object = tomllib.loads(f"{path} = 0")
    parts: list[str] = []
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        parts.append(name)
    return tuple(parts)


def _after(text: str, depth: int, quote: str) -> tuple[int, str]:
    """Depth of brackets and the open multi-line quote after `text`."""
    at = 0
    while at < len(text):
        if quote:
            end = text.find(quote, at)
            if end < 0:
                return depth, quote
            at, quote = end + len(quote), ""
            continue
        token = _TOKEN.search(text, at)
        if token is None or token[0] == "#":
            return depth, ""
        at = token.end()
        if token[0] in ('"""', "'''"):
            quote = token[0]
        else:
            depth += (token[0] in "[{") - (token[0] in "]}")
    return depth, quote
