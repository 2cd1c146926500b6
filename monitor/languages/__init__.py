"""What the measures must know of a language, as data: one TOML file a language."""

from __future__ import annotations

import tomllib
from importlib.resources import files


def listening_words() -> dict[str, frozenset[str]]:
    """By language, the words by which a listener says no more than "I am listening"."""
    tables = (entry for entry in files(__package__).iterdir() if entry.name.endswith(".toml"))
    return {
        table.name.removesuffix(".toml"): frozenset(tomllib.loads(table.read_text("utf-8"))["listening_words"])
        for table in tables
    }
