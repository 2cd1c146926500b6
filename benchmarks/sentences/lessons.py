"""Written calls as lessons: what the agent says in one turn, sentence by sentence, with labels and context."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.sentences.mishearing import misheard
from tests.corpus.scripted import groups_of
from tests.corpus.scripts import Hold, Script, Sentence

JOINED, FORGOTTEN = 0.35, 0.15
"""How often two sentences run together, and how often what the customer said before is left out."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One turn: `place` are the facts that `monitor.protocol.sentences.inputs` gives of a floor."""

    script: str
    context: str
    sentences: tuple[tuple[str, frozenset[str]], ...]
    place: tuple[bool, ...]


def lessons_of(scripts: Iterable[Script]) -> list[Lesson]:
    return [lesson for script in scripts for lesson in _of(script)]


def _of(script: Script) -> Iterator[Lesson]:
    groups = groups_of(script.lines)
    own = [at for at, group in enumerate(groups) if _speaks(group, "agent")]
    for number, at in enumerate(own):
        group = groups[at]
        if isinstance(group, Hold):
            continue
        before = [one for one in groups[:at] if not isinstance(one, Hold) and _speaks(one, "customer")]
        context = " ".join(sentence.text for sentence in before[-1]) if before else ""
        sentences = tuple((sentence.text, sentence.steps | sentence.violations) for sentence in group)
        yield Lesson(script.id, context, sentences, _place(script, groups, at, number, len(own) - 1 - number))


def _speaks(group: Hold | Sequence[Sentence], who: str) -> bool:
    return not isinstance(group, Hold) and group[0].who == who and not group[0].backchannel


def _place(
    script: Script, groups: Sequence[Hold | Sequence[Sentence]], at: int, number: int, left: int
) -> tuple[bool, ...]:
    scene = script.facts.get("type") == "excerpt"
    whole = (number == 0, number in (1, 2), left == 0, left in (1, 2), number > 2 and left > 2)
    holds = (
        at > 0 and isinstance(groups[at - 1], Hold),
        at + 1 < len(groups) and isinstance(groups[at + 1], Hold),
    )
    return (*((False,) * len(whole) if scene else whole), *holds, scene)


def as_heard(lesson: Lesson, rng: random.Random, strength: float) -> Lesson:
    """A lesson as a recogniser might write it, another each time."""
    sentences = list(lesson.sentences)
    if len(sentences) > 1 and rng.random() < JOINED:
        at = rng.randrange(len(sentences) - 1)
        (first, labels), (second, more) = sentences[at], sentences[at + 1]
        begun = second[:1].lower() if rng.random() < 0.6 else second[:1]
        joined = first.rstrip(".?!…") + rng.choice([", ", ", ", " "]) + begun + second[1:]
        sentences[at : at + 2] = [(joined, labels | more)]
    heard = tuple((misheard(text, rng, strength), labels) for text, labels in sentences)
    context = "" if rng.random() < FORGOTTEN else lesson.context
    return Lesson(lesson.script, context, heard, lesson.place)


def script_as_heard(script: Script, rng: random.Random, strength: float) -> Script:
    """A whole call as a recogniser might write the agent's part."""
    lines = tuple(
        replace(line, text=misheard(line.text, rng, strength))
        if isinstance(line, Sentence) and line.who == "agent"
        else line
        for line in script.lines
    )
    return replace(script, lines=lines)
