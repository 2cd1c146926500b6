"""Reading and compiling the pattern language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from monitor.protocol.pattern import SLOTS, Arcs, Edge, Gap, Literal, Pattern, Slot, state_of
from monitor.protocol.problems import Problem, problem
from monitor.protocol.text import plain, sound

LENGTH_MAX = 600
DEPTH_MAX = 8
GAP_MAX = 8
STATES_MAX = 4000

_PIECE = re.compile(
    r"\s*(?:(\.\.\.|\.\.\d+)|\{(\w+)\}|<(\w+)>|([()\[\]|^$,~?])|(=[^\W_]+|['’]?[^\W_]+(?:['’][^\W_]+)*\*?)|(\S))"
)
_APOSTROPHE = re.compile("['’]")
_CLOSING = {"(": ")", "[": "]"}


class PatternError(ValueError):
    """A pattern that cannot be read; `problem` says why and what to write."""

    def __init__(self, found: Problem) -> None:
        self.problem = found
        super().__init__(found)


Build = Callable[[int], int]
"""Given the state that follows, adds the states of a part and returns its first."""


def compiled(source: str, lists: Mapping[str, Sequence[str]], language: str = "es") -> Pattern:
    """`source` compiled, its `{lists}` looked up, its words as they sound in `language`.

    Raises:
        PatternError: if it cannot be read, names an unknown list or slot, or is too large.
    """
    shared = _Shared(lists, language)
    start = _Reader(source, shared, 0).whole()(0)
    states = shared.states
    if _takes_nothing(states, start):
        raise PatternError(problem("no_word"))
    return Pattern(source, tuple(state_of(states, number) for number in range(len(states))), start)


def _takes_nothing(states: Sequence[Arcs], start: int) -> bool:
    """Whether the end can be reached over arcs that take no word that matters."""
    todo, seen = [start], {start}
    while todo:
        state = todo.pop()
        if state == 0:
            return True
        for matcher, goal in states[state]:
            if not isinstance(matcher, Literal | Slot) and goal not in seen:
                seen.add(goal)
                todo.append(goal)
    return False


class _Shared:
    """What a pattern and the lists in it are read into: bounded, for lists may multiply each other."""

    def __init__(self, lists: Mapping[str, Sequence[str]], language: str) -> None:
        self.lists = lists
        self.language = language
        self.states: list[Arcs] = [()]
        self.read = 0

    def count(self, pieces: int) -> None:
        self.read += pieces
        if self.read > STATES_MAX:
            raise PatternError(problem("too_large"))

    def add(self, arcs: Arcs) -> int:
        if len(self.states) >= STATES_MAX:
            raise PatternError(problem("too_large"))
        self.states.append(arcs)
        return len(self.states) - 1


class _Reader:
    """Recursive descent over one pattern; each method returns a builder of states."""

    def __init__(self, source: str, shared: _Shared, depth: int) -> None:
        if len(source) > LENGTH_MAX:
            raise PatternError(problem("too_long", count=len(source), limit=LENGTH_MAX))
        if depth > DEPTH_MAX:
            raise PatternError(problem("too_deep", limit=DEPTH_MAX))
        self.pieces = list(_PIECE.finditer(source.strip()))
        shared.count(len(self.pieces))
        self.at = 0
        self.shared = shared
        self.depth = depth

    def whole(self) -> Build:
        build = self._choice(end=None)
        if self.at < len(self.pieces):
            raise PatternError(problem("closes_nothing", sign=self.pieces[self.at].group().strip()))
        return build

    def _choice(self, end: str | None) -> Build:
        branches = [self._sequence()]
        while self._sign() == "|":
            self.at += 1
            branches.append(self._sequence())
        if end is not None:
            if self._sign() != end:
                raise PatternError(problem("sign_missing", sign=end))
            self.at += 1
        return self._any_of(branches)

    def _sign(self) -> str | None:
        return self.pieces[self.at][4] if self.at < len(self.pieces) else None

    def _any_of(self, branches: Sequence[Build]) -> Build:
        if len(branches) == 1:
            return branches[0]
        return lambda goal: self.shared.add(tuple((None, branch(goal)) for branch in branches))

    def _sequence(self) -> Build:
        parts: list[Build] = []
        while self.at < len(self.pieces) and self._sign() not in ("|", ")", "]"):
            parts.append(self._part())
        if not parts:
            raise PatternError(problem("nothing"))

        def build(goal: int) -> int:
            for part in reversed(parts):
                goal = part(goal)
            return goal

        return build

    def _part(self) -> Build:
        gap, listed, slot, sign, word, odd = self.pieces[self.at].groups()
        self.at += 1
        if odd:
            raise PatternError(problem("means_nothing", sign=odd))
        if gap:
            return self._gap(gap)
        if listed:
            return self._list(listed)
        if slot:
            return self._slot(slot)
        if sign in _CLOSING:
            return self._group(sign)
        if sign:
            return lambda goal: self.shared.add(((Edge(sign), goal),))
        return self._word(word)

    def _word(self, word: str) -> Build:
        """A word; "I'm" is two, as it is where it is heard."""
        parts = [literals_of(part, self.shared.language) for part in _APOSTROPHE.split(word) if part]

        def build(goal: int) -> int:
            for taken in reversed(parts):
                goal = self.shared.add(tuple((one, goal) for one in taken))
            return goal

        return build

    def _group(self, opening: str) -> Build:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise PatternError(problem("too_deep", limit=DEPTH_MAX))
        inner = self._choice(end=_CLOSING[opening])
        self.depth -= 1
        if opening == "(":
            return inner
        return lambda goal: self.shared.add(((None, inner(goal)), (None, goal)))

    def _gap(self, text: str) -> Build:
        size = 3 if text == "..." else int(text[2:])
        if not 1 <= size <= GAP_MAX:
            raise PatternError(problem("gap_range", gap=text, limit=GAP_MAX))

        def build(goal: int) -> int:
            state = goal
            for _ in range(size):
                state = self.shared.add(((Gap(), state), (None, goal)))
            return state

        return build

    def _list(self, name: str) -> Build:
        if name not in self.shared.lists:
            raise PatternError(problem("no_list", name=name).near(name, self.shared.lists))
        entries = self.shared.lists[name]
        return self._any_of([_Reader(entry, self.shared, self.depth + 1).whole() for entry in entries])

    def _slot(self, kind: str) -> Build:
        if kind not in SLOTS:
            raise PatternError(problem("no_slot", slot=kind, slots=", ".join(SLOTS)))
        return lambda goal: self.shared.add(((Slot(kind), goal),))


def literals_of(word: str, language: str = "es") -> list[Literal]:
    """A word by its sound; a stem by both, for `c` and `g` sound as the next vowel has them."""
    bare = plain(word.removeprefix("=").removesuffix("*"))
    if not word.endswith("*"):
        return [Literal(sound(bare, language), exact=word.startswith("="))]
    stems = dict.fromkeys(sound(bare + vowel, language)[:-1] for vowel in "ae")
    return [Literal(stem, prefix=True) for stem in stems]
