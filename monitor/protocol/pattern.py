"""The pattern language in which a protocol says how a step is said.

    word        the word, or what sounds like it        ayud*       any word that begins so
    =word       exactly this word                       a b         one behind the other
    (a|b c)     one of                                  [a|b]       one of, or nothing
    ...         up to three words, ..5 up to five, within a sentence
    {list}      one entry of a list of the protocol     <slot>      a name: person, name, org
    <named>     a person by capitals or a given name        <name> by a given name or nearly one, <given> by one
    <brand>     an organisation by capitals or a noun of its kind
    <headed>    an organisation that begins with a noun of its kind ("banco", "soporte")
    <word>      one word that is no name and no formula <company>   a company of the configuration
    <number>    a number read out: two or more figures or words of the list `digit`, or one of three figures
    ^           start of a turn     $ end of a turn     ,           a pause: punctuation, or an end of a turn
    ~           no pause: the words run on                      ?           a question mark

Accents, capitals and `h` do not matter: words are compared by sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SLOTS = ("person", "name", "given", "named", "org", "brand", "headed", "word", "company", "number")


@dataclass(frozen=True, slots=True)
class Literal:
    """A word by its sound."""

    sound: str
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """One word that does not matter."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A name."""

    kind: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between words: `^`, `$`, `,`, `~` or `?`."""

    sign: str


Matcher = Literal | Gap | Slot | Edge | None
"""What an arc takes; `None` takes nothing."""


Arcs = tuple[tuple[Matcher, int], ...]


@dataclass(frozen=True, slots=True)
class State:
    """What can come next in a pattern, and the state behind each."""

    literals: dict[Literal, tuple[int, ...]]
    others: tuple[tuple[Gap | Slot | Edge, int], ...]
    final: bool
    """True where the pattern may end here."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern compiled; there are no cycles."""

    source: str
    states: tuple[State, ...]
    start: int

    @property
    def literals(self) -> frozenset[Literal]:
        """All words that it may hold."""
        return frozenset(literal for state in self.states for literal in state.literals)


def state_of(states: Sequence[Arcs], number: int) -> State:
    """A state with all that can be reached from it without taking anything."""
    literals: dict[Literal, tuple[int, ...]] = {}
    others: list[tuple[Gap | Slot | Edge, int]] = []
    todo, seen = [number], {number}
    while todo:
        for matcher, goal in states[todo.pop()]:
            if isinstance(matcher, Literal):
                literals[matcher] = (*literals.get(matcher, ()), goal)
            elif matcher is not None:
                others.append((matcher, goal))
            elif goal not in seen:
                seen.add(goal)
                todo.append(goal)
    return State(literals, tuple(others), final=0 in seen)
