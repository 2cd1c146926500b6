"""Where in a TOML text each key and array element stands, for messages that name the line.

The standard parser keeps no positions. This reads the same text again, after the parser has found it
well formed, so it need not check anything.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_PIECE = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<newline>\n)
    |(?P<sign>\[\[|\]\]|[\[\]{}=,.])
    |(?P<bare>[^\s\#"'\[\]{}=,.]+)""",
    re.VERBOSE | re.DOTALL,
)


def lines_of(text: str) -> dict[Path, int]:
    """Line number, from 1, of each table, key and array element, by its path: `("steps", 0, "said", 2)`."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, pieces in _statements(text):
        if pieces[0][1] in ("[", "[["):
            table = tuple(_unquoted(piece) for piece in pieces if piece[0] in ("bare", "string"))
            if pieces[0][1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        else:
            lines |= _of_key(table, number, pieces)
    return lines


Piece = tuple[str, str, int]
"""Kind, text and line of a piece."""


def _statements(text: str) -> list[tuple[int, list[Piece]]]:
    """Headers and assignments with the line on which each begins; arrays keep theirs together."""
    statements: list[tuple[int, list[Piece]]] = []
    pieces: list[Piece] = []
    line, depth = 1, 0
    for found in _PIECE.finditer(text):
        kind, piece = found.lastgroup or "", found.group()
        if kind in ("string", "sign", "bare"):
            pieces.append((kind, piece, line))
        if kind == "sign":
            depth += {"[": 1, "[[": 2, "{": 1, "]": -1, "]]": -2, "}": -1}.get(piece, 0)
        line += piece.count("\n")
        if kind == "newline" and depth == 0 and pieces:
            statements.append((pieces[0][2], pieces))
            pieces = []
    return [*statements, (pieces[0][2], pieces)] if pieces else statements


def _of_key(table: Path, number: int, pieces: list[Piece]) -> dict[Path, int]:
    equals = next(place for place, piece in enumerate(pieces) if piece[1] == "=")
    key = (*table, *(_unquoted(piece) for piece in pieces[:equals] if piece[0] in ("bare", "string")))
    lines: dict[Path, int] = {key: number}
    elements = [piece for piece in pieces[equals + 1 :] if piece[0] in ("string", "bare")]
    for place, (_, _, line) in enumerate(elements):
        lines[(*key, place)] = line
    return lines


def _unquoted(piece: Piece) -> str:
    return piece[1].strip("\"'") if piece[0] == "string" else piece[1]


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of `path`, or of the nearest thing around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None
