"""What a recogniser made of held-out sentences that were spoken by synthetic voices (README.md says how)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from tests.corpus.scripts import Hold, Script, Sentence

FILE = Path(__file__).parent / "recognised.jsonl"


@lru_cache(maxsize=1)
def _heard() -> dict[str, dict[int, str]]:
    """By call and number of the sentence in it."""
    rows = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())
    return {row["id"]: {int(number): text for number, text in row["sentences"].items()} for row in rows}


def as_recognised(script: Script) -> Script | None:
    """The call with the agent's words as they were heard; `None` where it was not spoken.

    A sentence of which nothing was heard is left out, with its labels: what was not heard cannot be judged.
    """
    heard = _heard().get(script.id)
    if heard is None:
        return None
    lines: list[Sentence | Hold] = []
    number = 0
    for line in script.lines:
        if isinstance(line, Hold):
            lines.append(line)
            continue
        text = heard.get(number, line.text)
        number += 1
        if text:
            lines.append(replace(line, text=text))
    return replace(script, lines=tuple(lines))
