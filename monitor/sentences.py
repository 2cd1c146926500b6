"""Labelled sentences: how many of them a protocol judges as a person did, step by step.

A file has one sentence a line, JSON: `id`, `phase` (`opening`, `development` or `close`), `turns` (a list of
`{"who": "agent" or "customer", "text": ...}`), `steps` and `violations` that the agent does in it. What else is
there is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.analysis import AnalysedWith, Analysis, Answer
from models.recording import Party, Recording
from models.rules import Rules
from models.transcript import Turn, Word
from models.verdict import StepVerdict
from monitor.protocol.call import call_of
from monitor.protocol.engine import step_results
from monitor.protocol.problems import InvalidProtocolError, Place, Problem, problem
from monitor.protocol.violations import violations

SIZE_MAX = 50_000_000
TOLD_MAX = 20
"""So many mistakes of a file are told."""
WORD_S, REPLY_S, APART_S, PROBABILITY = 0.35, 0.4, 2.0, 0.9
"""`APART_S` is so long that no phrase goes on over it."""
AGENT, CUSTOMER = Party.AGENT, Party.CUSTOMER
FILLER = "bdrf gtkl mznp vrtk"
"""Words of no language: what is said around a sentence must be no step of any protocol."""
DEMAND = f"{FILLER} pltrg wqzd fjkk"
"""Enough words for the customer to have said what they want."""
Text = Annotated[str, Field(max_length=5000)]


class Said(BaseModel):
    model_config = ConfigDict(frozen=True)

    who: Literal["agent", "customer"] = "agent"
    text: Text


class Sentence(BaseModel):
    """One exchange with what a person heard the agent do in it."""

    model_config = ConfigDict(frozen=True)

    id: str
    phase: Literal["opening", "development", "close"]
    turns: Annotated[tuple[Said, ...], Field(min_length=1, max_length=50)]
    steps: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()

    @property
    def labels(self) -> frozenset[str]:
        return frozenset((*self.steps, *self.violations))

    @property
    def text(self) -> str:
        return " / ".join(said.text for said in self.turns)


@dataclass(frozen=True, slots=True)
class Miss:
    """A sentence that is judged otherwise than it is labelled."""

    id: str
    label: str
    kind: str
    """`missed`: labelled and not heard; `wrong`: heard and not labelled."""
    text: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How one step or violation fared."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


def read_sentences(path: Path) -> tuple[Sentence, ...]:
    """The sentences of a file.

    Raises:
        ProtocolError: `sentences_invalid`, with the first mistakes and their lines.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
    except OSError as error:
        raise _refused(path, Place(problem("unreadable", why=error.strerror))) from error
    if len(content) > SIZE_MAX:
        raise _refused(path, Place(problem("too_big", limit=SIZE_MAX)))
    lines = content.decode("utf-8", errors="replace").splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    read = [(number, _sentence(line)) for number, line in numbered]
    wrong = [Place(made, number) for number, made in read if isinstance(made, Problem)]
    if wrong or not read:
        raise _refused(path, *(wrong[:TOLD_MAX] or [Place(problem("no_sentences"))]))
    return tuple(made for _, made in read if isinstance(made, Sentence))


def _refused(path: Path, *places: Place) -> InvalidProtocolError:
    return InvalidProtocolError(path.name, places, "sentences_invalid")


def _sentence(line: str) -> Sentence | Problem:
    """The sentence of a line, or what is wrong with it."""
    try:
        return Sentence.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        return problem("sentence", problem=": ".join(part for part in (key, first["msg"]) if part))


def judged_in(sentences: Iterable[Sentence]) -> dict[str, frozenset[str]]:
    """What is judged in the sentences of each phase: what some sentence of that phase is labelled with.

    A step that no sentence of a phase is labelled with was not looked for there. Violations have no phase.
    """
    kept = tuple(sentences)
    forbidden = frozenset(label for one in kept for label in one.violations)
    phases = {one.phase for one in kept}
    steps = {phase: {label for one in kept if one.phase == phase for label in one.steps} for phase in phases}
    return {phase: forbidden | found for phase, found in steps.items()}


def heard_in_sentence(sentence: Sentence, rules: Rules) -> dict[str, str]:
    """The steps and violations that the protocol hears in a sentence, each with the words."""
    call = call_of(_call_around(sentence), rules)
    met = (result for result in step_results(call) if result.verdict is StepVerdict.MET and result.evidence)
    heard = {result.id: result.evidence[0].quote for result in met}
    return heard | {violation.id: violation.quote for violation in violations(call)}


class Marks:
    """What judging the sentences of a file gave, so far."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._judged = judged_in(sentences)
        self.sentences = 0
        self.counts: dict[str, Count] = {}
        """By step and violation."""
        self.misses: list[Miss] = []

    @property
    def total(self) -> Count:
        return sum(self.counts.values(), Count())

    def add(self, sentence: Sentence, rules: Rules) -> None:
        heard = heard_in_sentence(sentence, rules)
        wrong = (heard.keys() & self._judged[sentence.phase]) - sentence.labels
        self.sentences += 1
        for label in sorted(sentence.labels):
            self._count(label, Count(right=1) if label in heard else Count(missed=1))
            if label not in heard:
                self.misses.append(Miss(sentence.id, label, "missed", sentence.text, None))
        for label in sorted(wrong):
            self._count(label, Count(wrong=1))
            self.misses.append(Miss(sentence.id, label, "wrong", sentence.text, heard[label]))

    def _count(self, label: str, one: Count) -> None:
        self.counts[label] = self.counts.get(label, Count()) + one


def _call_around(sentence: Sentence) -> Analysis:
    """A call of which the sentence is the opening, the close or something between."""
    own = [(Party(said.who), said.text) for said in sentence.turns]
    business = [(CUSTOMER, DEMAND), (AGENT, FILLER)]
    if sentence.phase == "opening":
        parts = [own, business * 7]
    else:
        after = business * 6 if sentence.phase == "development" else []
        parts = [[(AGENT, FILLER), *business * 6, (CUSTOMER, DEMAND)], own, after]
    return _analysis(tuple(_turns(parts)))


def _turns(parts: Sequence[Sequence[tuple[Party, str]]]) -> Iterator[Turn]:
    """The turns of a call's parts, further apart between the parts than within."""
    start_s = 1.0
    for part in parts:
        for turn in _part(part, start_s):
            yield turn
            start_s = turn.end_s + APART_S


def _part(lines: Sequence[tuple[Party, str]], start_s: float) -> Iterator[Turn]:
    for party, text in lines:
        words = [
            Word(word, start_s + WORD_S * at, start_s + WORD_S * (at + 1), PROBABILITY)
            for at, word in enumerate(text.split())
        ]
        if words:
            yield Turn(party, start_s, words[-1].end_s, tuple(words))
            start_s = words[-1].end_s + REPLY_S


def _analysis(turns: tuple[Turn, ...]) -> Analysis:
    ends_s = turns[-1].end_s + 1.0
    recording = Recording("", "", "", ends_s, 8000, (AGENT, CUSTOMER))
    answer = Answer(None, None, None, None, None)
    return Analysis(recording, answer, {}, turns, (), (), AnalysedWith("", "", "", ""))
