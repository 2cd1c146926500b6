"""One call made ready for judging: its parts, its speakers, and what can be heard in each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.analysis import Analysis
from models.recording import Party
from models.rules import Limits, Rules
from models.transcript import Turn
from monitor.protocol.attribution import told_apart
from monitor.protocol.compiled import Compiled, compiled_for
from monitor.protocol.hearing import Heard, hear
from monitor.protocol.sentences.classifier import ReadSentence
from monitor.protocol.text import tokens_of
from monitor.protocol.windows import Numbered, Windows, windows

BEFORE_S = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call made ready for judging."""

    analysis: Analysis
    limits: Limits
    compiled: Compiled
    turns: tuple[Turn, ...]
    """Of the analysis; on a mixed channel cut and attributed."""
    agent: Windows
    customer: Windows
    mixed: bool
    """True where the parties are told apart by their words alone."""
    sentences: tuple[ReadSentence, ...]
    """What the agent said, as the sentence model reads it; empty without one."""
    known: dict[tuple[int, ...], Heard]
    """What was heard in each window, by its turns, filled as it is asked for."""

    def windows_of(self, party: Party) -> Windows:
        return self.customer if party is Party.CUSTOMER else self.agent

    def before(self, party: Party, at_s: float) -> tuple[Numbered, ...]:
        """The turns of a party that begin in the half minute before a moment."""
        return tuple(
            (index, turn)
            for index, turn in enumerate(self.turns)
            if turn.party is party and at_s - BEFORE_S <= turn.start_s < at_s
        )

    def heard(self, window: Sequence[Numbered]) -> Heard:
        """The words of a window with what the protocol may hear in them."""
        key = tuple(index for index, _ in window)
        if key not in self.known:
            self.known[key] = _heard(window, self.compiled)
        return self.known[key]


def call_of(analysis: Analysis, rules: Rules) -> Call:
    """A call with its parts, made once for all steps; a mixed channel's speakers are told apart first."""
    compiled = compiled_for(rules.protocol, rules.centre)
    mixed = any(turn.party is Party.BOTH for turn in analysis.turns)
    turns = analysis.turns
    if mixed:
        turns = told_apart(turns, _heard(tuple(enumerate(turns)), compiled), compiled.speakers)
    agent, customer = (
        windows(turns, party, analysis.silences, rules.limits, compiled.small_talk, language=rules.protocol.language)
        for party in (Party.AGENT, Party.CUSTOMER)
    )
    read = compiled.classifier.read(turns, analysis.silences, rules.limits.dead_air_s) if compiled.classifier else ()
    return Call(analysis, rules.limits, compiled, turns, agent, customer, mixed, read, {})


def _heard(window: Sequence[Numbered], compiled: Compiled) -> Heard:
    return hear(tokens_of(window, compiled.protocol.language), compiled.ear, compiled.names.slot)
