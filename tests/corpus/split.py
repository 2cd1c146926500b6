"""Which written calls teach, which fit, and which are held out."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.scripts import Script, scripts_of

CALLS = ("hand-01", "hand-02", "hand-03", "hand-04", "hand-06", "hand-07")
SCENES = ("hand-05", "hand-08", "hand-09", "hand-11")
FITTING = "hand-10"
"""Calls on which it is fitted how much the model's word and a phrase found count together."""
EVERY = 6
"""So also every sixth scene."""
HELD_CALLS = ("held-1", "held-3")
HELD_SCENES = ("held-2",)


def taught_scripts() -> Iterator[Script]:
    """What the sentence model is taught before the fit."""
    yield from scripts_of(*CALLS)
    yield from (script for script in scripts_of(*SCENES) if not _fits(script))


def fitting_scripts() -> Iterator[Script]:
    yield from scripts_of(FITTING)
    yield from (script for script in scripts_of(*SCENES) if _fits(script))


def held_scripts() -> Iterator[Script]:
    """What is neither looked at nor taught: only totals are read."""
    yield from scripts_of(*HELD_CALLS, *HELD_SCENES)


def english_taught() -> Iterator[Script]:
    """The odd English calls; the even ones are held out."""
    yield from (script for script in scripts_of("english") if _number(script) % 2)


def english_held() -> Iterator[Script]:
    yield from (script for script in scripts_of("english") if not _number(script) % 2)


def _fits(script: Script) -> bool:
    return _number(script) % EVERY == 0


def _number(script: Script) -> int:
    return int(script.id.rsplit("-", 1)[1])
