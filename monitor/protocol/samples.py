"""Things said that a pattern takes: what a person would say who wants to be heard by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.recording import Party
from monitor.protocol.alignment import shown
from monitor.protocol.compiled import Compiled
from monitor.protocol.hearing import Heard, hear
from monitor.protocol.pattern import Edge, Gap, Literal, Pattern, Slot, State
from monitor.protocol.spelling import spelling
from monitor.protocol.text import Token, plain, sound

SAMPLES = 6
WORDS_MAX = 40
WORD_S, PROBABILITY = 0.3, 0.95
NAMELESS = "brdufa"
"""A word of no language."""


def samples(pattern: Pattern, compiled: Compiled) -> list[Heard]:
    """Some ways of saying what a pattern takes, other alternatives in each, as the protocol hears them."""
    said = (_said(pattern, compiled, turn) for turn in range(SAMPLES))
    ways = dict.fromkeys(tuple(tokens) for tokens in said if tokens)
    return [hear(tokens, compiled.ear, compiled.names.slot) for tokens in ways]


def _said(pattern: Pattern, compiled: Compiled, turn: int) -> list[Token]:
    """One way: at each place the alternative whose turn it is."""
    tokens: list[Token] = []
    state = pattern.states[pattern.start]
    while len(tokens) < WORDS_MAX:
        ways = _alternatives(state)
        chosen = (turn + len(tokens)) % (len(ways) + state.final) if ways else 0
        if chosen >= len(ways):
            return tokens
        matcher, goal = ways[chosen]
        _say(matcher, tokens, compiled)
        state = pattern.states[goal]
    return []


def _alternatives(state: State) -> list[tuple[Literal | Slot | Edge | Gap, int]]:
    """What can come next; words that do not matter only where nothing else can."""
    words = [(literal, goal) for literal, goals in state.literals.items() for goal in goals]
    words.sort(key=lambda one: one[0].sound)
    others = [one for one in state.others if not isinstance(one[0], Gap)]
    return [*words, *others] or list(state.others)


def _say(matcher: Literal | Slot | Edge | Gap, tokens: list[Token], compiled: Compiled) -> None:
    if isinstance(matcher, Edge):
        if matcher.sign in ",?" and tokens:
            tokens[-1] = replace(tokens[-1], stop=matcher.sign, rests=True)
        return
    if isinstance(matcher, Literal):
        written = spelling(compiled.protocol).written(shown(matcher)).strip("=*")
        tokens.append(_token(written, matcher.sound + ("a" if matcher.prefix else ""), len(tokens)))
        return
    for word in _name(matcher.kind, compiled) if isinstance(matcher, Slot) else [NAMELESS]:
        tokens.append(_token(word, sound(plain(word), compiled.protocol.language), len(tokens)))


def _name(kind: str, compiled: Compiled) -> Sequence[str]:
    """Words that fill a slot."""
    lists = compiled.protocol.lists
    if kind == "number":
        return ["123", "456"]
    if kind == "word":
        return [NAMELESS]
    if kind in ("person", "named", "name", "given"):
        return [name.capitalize() for name in lists.get("given_names", ())[:1]] or [NAMELESS.capitalize()]
    return [*(name.capitalize() for name in lists.get("organisation", ())[:1]), NAMELESS.capitalize()]


def _token(text: str, heard: str, at: int) -> Token:
    start_s = at * WORD_S
    return Token(
        text=text,
        plain=plain(text),
        sound=heard,
        start_s=start_s,
        end_s=start_s + WORD_S,
        probability=PROBABILITY,
        party=Party.AGENT,
        turn=0,
        word=at,
        starts_sentence=at == 0,
        stop="",
        rests=False,
        breaks=False,
    )
