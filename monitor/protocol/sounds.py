"""What listeners of a language do not tell apart, as rules on its spelling: the folds of `text.sound`.

English keeps its spelling but for what British and American spell differently ("favour", "centre", "apologise",
"cheque", "cancelled"), letters that are not heard, and the weak forms: "I'm" is two tokens, "I" and "m", which are
what "I am" is made of. So a pattern is written once for both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Folds = tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class Folding:
    """How a language's plain words are folded to their sounds."""

    folds: Folds
    """Applied in order."""
    whole: Mapping[str, str]
    """Words that are folded as a whole, before any of them."""


def _folds(*rules: tuple[str, str]) -> Folds:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


def _readings(listed: str) -> dict[str, str]:
    """`written heard` pairs, parted by commas."""
    return dict(pair.split(" ", 1) for pair in listed.split(","))


_SPANISH = Folding(
    _folds(
        (r"ch", "\1"),
        (r"h", ""),
        (r"ñ", "n"),
        (r"ll", "y"),
        (r"qu(?=[ei])", "k"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[ei])", "j"),
        (r"c(?=[ei])", "s"),
        (r"[cq]", "k"),
        (r"[zx]", "s"),
        (r"[vw]", "b"),
        (r"y(?![aeiou])", "i"),
        (r"(.)\1+", r"\1"),
        ("\1", "ch"),
    ),
    {},
)

_ENGLISH = Folding(
    _folds(
        (r"^[kg]n", "n"),
        (r"^wr", "r"),
        (r"^wh(?!o)", "w"),
        (r"ph", "f"),
        (r"^en(?=quir)", "in"),
        (r"que$", "k"),
        (r"ck", "k"),
        (r"ch", "\1"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"(?<=[iy])z(?=[eia])", "s"),
        (r"(?<=[a-z]{2})our(?=$|s$|i|e[dr]|a)", "or"),
        (r"(?<=[aeiou]n[t])re$|(?<=[aeiou][tb])re$", "er"),
        (r"(?<=.)mb$", "m"),
        (r"(?<=[aeiou])ght", "t"),
        (r"([^aeiou])\1+", r"\1"),
        ("\1", "ch"),
    ),
    {
        **dict.fromkeys(("is", "has", "isn", "hasn"), "s"),
        **dict.fromkeys(("are", "aren"), "re"),
        **dict.fromkeys(("will", "won"), "l"),
        **dict.fromkeys(("would", "had", "wouldn", "hadn"), "d"),
        **dict.fromkeys(("have", "haven"), "ve"),
        **_readings("am m,ll l,not t,don do,didn did,doesn does,couldn could,shouldn should,wasn was,weren were"),
        **_readings("grey gray,programme program,okay ok,cheque chek,cheques cheks,ya you,til until"),
    },
)
"""`isn` and its like are what is left of "isn't" before its "t"; "t" is what is heard of "not"."""

FOLDINGS: dict[str, Folding] = {"es": _SPANISH, "en": _ENGLISH}
"""By language; others are heard as Spanish is."""


def folding_of(language: str) -> Folding:
    return FOLDINGS.get(language, _SPANISH)
