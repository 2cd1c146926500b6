"""One file per leg: which files are the two sides of one call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.recording import Party


@dataclass(frozen=True, slots=True)
class LegPattern:
    """How the two legs of a call are called: file names without their suffix, `*` for what both share.

    Raises:
        ValueError: unless each side has exactly one `*`, and the sides differ.
    """

    agent: str
    customer: str
    certain: bool = True
    """False where the same ending also marks whole calls (`-in` is also "inbound"): then a leg without its
    other half is taken for a mixed recording."""

    def __post_init__(self) -> None:
        if self.agent.count("*") != 1 or self.customer.count("*") != 1 or self.agent == self.customer:
            raise ValueError(f"a leg pattern needs one * on each side, e.g. *_agent and *_caller: {self}")

    def call(self, stem: str, party: Party) -> str | None:
        """What the name shares with the other leg's; `None` where it is not that party's leg."""
        before, after = (self.agent if party is Party.AGENT else self.customer).lower().split("*")
        folded = stem.lower()
        fits = len(stem) > len(before) + len(after) and folded.startswith(before) and folded.endswith(after)
        return stem[len(before) : len(stem) - len(after)] if fits else None


LEG_PATTERNS = (
    LegPattern("*_agent", "*_caller"),
    LegPattern("*_agent", "*_customer"),
    LegPattern("*-agent", "*-caller"),
    LegPattern("*-agent", "*-customer"),
    LegPattern("*_agente", "*_cliente"),
    LegPattern("*-agente", "*-cliente"),
    LegPattern("*-out", "*-in", certain=False),
    LegPattern("*_out", "*_in", certain=False),
    LegPattern("*-tx", "*-rx", certain=False),
    LegPattern("*_tx", "*_rx", certain=False),
)
"""`-in` and `-out` are Asterisk's Monitor on the caller's channel: what comes in from the customer, what goes out."""


@dataclass(frozen=True, slots=True)
class Legs:
    """The files of one call and whose voice each holds; `BOTH` is an ordinary recording."""

    files: tuple[Path, ...]
    parties: tuple[Party, ...]
    call: str
    """The name that is left without the leg's part."""
    missing: bool = False
    """True where the name says that there should be another leg."""


_Sides = dict[tuple[Path, LegPattern, str], dict[Party, list[Path]]]


def paired(files: Sequence[Path], patterns: Sequence[LegPattern]) -> tuple[Legs, ...]:
    """Every file once, in the order of the first file of each call; legs are paired within their folder."""
    sides = _sides(files, patterns)
    taken: set[Path] = set()
    calls: list[Legs] = []
    for file in files:
        if file not in taken:
            calls.append(_legs(file, patterns, sides, taken))
            taken.update(calls[-1].files)
    return tuple(calls)


def _sides(files: Sequence[Path], patterns: Sequence[LegPattern]) -> _Sides:
    sides: _Sides = defaultdict(lambda: defaultdict(list))
    for file in files:
        for pattern, party, call in _readings(file, patterns):
            sides[file.parent, pattern, call][party].append(file)
    return sides


def _readings(file: Path, patterns: Sequence[LegPattern]) -> list[tuple[LegPattern, Party, str]]:
    return [
        (pattern, party, call)
        for pattern in patterns
        for party in (Party.AGENT, Party.CUSTOMER)
        if (call := pattern.call(file.stem, party)) is not None
    ]


def _legs(file: Path, patterns: Sequence[LegPattern], sides: _Sides, taken: set[Path]) -> Legs:
    readings = _readings(file, patterns)
    for pattern, party, call in readings:
        others = sides[file.parent, pattern, call].get(party.other, [])
        other = next((other for other in others if other not in taken and other != file), None)
        if other is not None:
            agent, customer = (file, other) if party is Party.AGENT else (other, file)
            return Legs((agent, customer), (Party.AGENT, Party.CUSTOMER), call)
    if not readings:
        return Legs((file,), (Party.BOTH,), file.stem)
    pattern, party, call = readings[0]
    return Legs((file,), (party if pattern.certain else Party.BOTH,), call, missing=True)
