"""A protocol made ready for a centre: its patterns compiled and its names known, once for all calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.protocol import Protocol
from models.rules import Centre
from monitor.protocol.address import Address, address_of
from monitor.protocol.attribution import Speakers
from monitor.protocol.hearing import Ear
from monitor.protocol.names import Names, names_of
from monitor.protocol.pattern import Literal, Pattern
from monitor.protocol.reader import compiled
from monitor.protocol.sentences.classifier import Classifier, shipped_classifier
from monitor.protocol.text import plain, sound


@dataclass(frozen=True, slots=True)
class Phrases:
    """The compiled ways of saying one thing."""

    said: tuple[Pattern, ...]
    said_last: tuple[Pattern, ...] = ()
    near_misses: tuple[Pattern, ...] = ()
    excused_by: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that a protocol looks for."""

    protocol: Protocol
    steps: dict[str, Phrases]
    conditions: dict[str, Phrases]
    violations: dict[str, Phrases]
    speakers: Speakers
    names: Names
    address: Address
    small_talk: frozenset[str]
    """Sounds of words that say no business."""
    customer: dict[str, Phrases]
    cues: dict[str, Phrases]
    promises: dict[str, Phrases]
    times: dict[str, Phrases]
    ear: Ear
    """Hears all words of all patterns."""
    classifier: Classifier | None
    """The protocol's sentence model, where it names one."""


@lru_cache(maxsize=8)
def compiled_for(protocol: Protocol, centre: Centre) -> Compiled:
    """The protocol compiled; kept, because a batch judges thousands of calls by one.

    Raises:
        PatternError: if the protocol was not checked when it was read.
    """
    maker = _Maker(protocol.lists, protocol.language)
    return Compiled(
        protocol=protocol,
        customer={saying.id: maker.phrases(saying) for saying in protocol.customer},
        cues={cue.id: maker.phrases(cue) for cue in protocol.cues},
        promises={form.id: maker.phrases(form) for form in protocol.promises},
        times={form.id: maker.phrases(form) for form in protocol.times},
        steps={step.id: maker.phrases(step) for step in protocol.steps},
        conditions={condition.id: maker.phrases(condition) for condition in protocol.conditions},
        violations={forbidden.id: maker.phrases(forbidden) for forbidden in protocol.violations},
        speakers=maker.speakers(protocol),
        names=names_of(protocol.lists, centre, protocol.language),
        address=address_of(protocol.lists),
        small_talk=frozenset(sound(plain(word), protocol.language) for word in protocol.lists.get("small_talk", ())),
        classifier=shipped_classifier(protocol.classifier) if protocol.classifier else None,
        ear=Ear(sorted(maker.literals, key=lambda literal: (literal.sound, literal.prefix, literal.exact))),
    )


class _Maker:
    """Compiles patterns and gathers their words."""

    def __init__(self, lists: dict[str, tuple[str, ...]], language: str) -> None:
        self.lists = lists
        self.language = language
        self.literals: set[Literal] = set()

    def patterns(self, sources: Sequence[str]) -> tuple[Pattern, ...]:
        made = tuple(compiled(source, self.lists, self.language) for source in sources)
        self.literals.update(literal for pattern in made for literal in pattern.literals)
        return made

    def phrases(self, entry: object) -> Phrases:
        kinds = (getattr(entry, kind, ()) for kind in ("said", "said_last", "near_misses", "excused_by"))
        return Phrases(*(self.patterns(sources) for sources in kinds))

    def speakers(self, protocol: Protocol) -> Speakers:
        phrases = protocol.speakers
        kinds = (phrases.agent, phrases.customer, phrases.agent_hints, phrases.customer_hints, phrases.replies)
        return Speakers(*(self.patterns(sources) for sources in kinds))
