"""Calls judged sentence by sentence: what the engine finds in each written sentence, beside what the label says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.protocol import Forbidden, Step
from models.rules import Rules
from monitor.protocol.call import Call, call_of
from monitor.protocol.engine import window_of
from monitor.protocol.evidence import counted, heard_in, unexplained
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match
from monitor.protocol.violations import spoken_in
from monitor.protocol.weighing import sentences_in
from tests.corpus.scripted import analysis_of, places_of
from tests.corpus.scripts import Script, Sentence

_BEFORE = (
    ("agent", "Buenas."),
    ("customer", "Hola, mire, llamo por una gestión que tengo pendiente con ustedes desde hace unas semanas."),
    ("agent", "Un segundo."),
)
_AFTER = (("customer", "Ya, de acuerdo, pues eso es lo que quería saber yo hoy."), ("agent", "Eso es.")) * 5
EXCERPT = "excerpt"


@dataclass(frozen=True, slots=True)
class Marked:
    """One sentence of the agent: what it is labelled, what was found in it."""

    script: str
    variety: str
    text: str
    labels: frozenset[str]
    found: frozenset[str]


def whole(script: Script) -> Script:
    """A scene put into the middle of a call, so that the windows of the development hold it; a call as it is."""
    if script.facts.get("type") != EXCERPT:
        return script
    return replace(script, lines=(*_plain(_BEFORE), *script.lines, *_plain(_AFTER)))


def _plain(lines: Sequence[tuple[str, str]]) -> tuple[Sentence, ...]:
    none: frozenset[str] = frozenset()
    return tuple(Sentence(who, text, none, none, none, backchannel=False) for who, text in lines)


def marked(script: Script, rules: Rules) -> list[Marked]:
    """Every sentence of the agent that is no listening word. In a scene of the middle all steps may be found."""
    call, spans = _call(script, rules)
    found: list[set[str]] = [set() for _ in spans]
    for entry, within, raw in searches(call):
        phrases = (call.compiled.steps | call.compiled.violations)[entry.id]
        for match, _ in counted(call, entry, phrases, within, raw):
            for number in touched(within, match, spans):
                found[number].add(entry.id)
    return [
        Marked(script.id, script.variety, sentence.text, sentence.steps | sentence.violations, frozenset(here))
        for sentence, here in zip(_own(script), found, strict=True)
    ]


def searches(call: Call) -> Iterator[tuple[Step | Forbidden, Heard, list[Match]]]:
    """For each entry the window in which it counts and what its phrases find there."""
    protocol, compiled = call.compiled.protocol, call.compiled
    for step in protocol.steps:
        if step.fact is None:
            within = call.heard(window_of(call, step))
            yield step, within, heard_in(call, compiled.steps[step.id].said, within)
            last = call.heard(call.agent.last)
            if compiled.steps[step.id].said_last:
                yield step, last, heard_in(call, compiled.steps[step.id].said_last, last)
    everywhere = call.heard(call.agent.everywhere)
    for forbidden in protocol.violations:
        raw = heard_in(call, compiled.violations[forbidden.id].said, everywhere)
        yield forbidden, everywhere, raw + spoken_in(call, forbidden.spoken, everywhere)


def _call(script: Script, rules: Rules) -> tuple[Call, list[tuple[float, float]]]:
    """The call, and of each of the agent's sentences its start and end."""
    wrapped = whole(script)
    skipped = len(_BEFORE) if wrapped is not script else 0
    places = places_of(wrapped)[skipped : skipped + len(script.sentences)]
    spans = [place for place, sentence in zip(places, script.sentences, strict=True) if _counts(sentence)]
    return call_of(analysis_of(wrapped), rules), spans


def _counts(sentence: Sentence) -> bool:
    return sentence.who == "agent" and not sentence.backchannel


def _own(script: Script) -> list[Sentence]:
    return [sentence for sentence in script.sentences if _counts(sentence)]


def touched(within: Heard, match: Match, spans: Sequence[tuple[float, float]]) -> list[int]:
    """The sentences that hold most of a match's words."""
    middles = [(within.tokens[at].start_s + within.tokens[at].end_s) / 2 for at in match.words]
    counts = [sum(start_s <= at_s <= end_s for at_s in middles) for start_s, end_s in spans]
    return [number for number, count in enumerate(counts) if count and count == max(counts)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a fit needs of one sentence and one label."""

    label: str
    logit: float
    gram_logit: float
    phrase: float
    true: bool


def seen(script: Script, rules: Rules) -> list[Seen]:
    """Every sentence of the agent beside every label that the sentence model knows, within the window of its entry."""
    call, spans = _call(script, rules)
    own = _own(script)
    best: dict[tuple[int, str], Seen] = {}
    for number, found in _read(call, spans):
        labels = own[number].steps | own[number].violations
        before = best.get((number, found.label), found)
        best[number, found.label] = Seen(
            found.label,
            max(before.logit, found.logit),
            max(before.gram_logit, found.gram_logit),
            max(before.phrase, found.phrase),
            found.label in labels,
        )
    return list(best.values())


def _read(call: Call, spans: Sequence[tuple[float, float]]) -> Iterator[tuple[int, Seen]]:
    """Every sentence of the model with the number of the written sentence that holds its middle."""
    labels = call.compiled.classifier.labels if call.compiled.classifier else ()
    for entry, within, raw in searches(call):
        phrases = (call.compiled.steps | call.compiled.violations)[entry.id]
        kept = [match for match, _ in unexplained(call, phrases, within, raw)] if entry.id in labels else []
        for sentence in sentences_in(call, within) if entry.id in labels else ():
            here = [match.score for match in kept if match.start < sentence.end and sentence.start < match.end]
            middle = within.tokens[(sentence.start + sentence.end) // 2].start_s
            numbers = [n for n, (start_s, end_s) in enumerate(spans) if start_s - 0.01 <= middle <= end_s + 0.01]
            if numbers:
                at = labels.index(entry.id)
                logits = (float(sentence.read.logits[at]), float(sentence.read.gram_logits[at]))
                yield numbers[0], Seen(entry.id, *logits, max(here, default=0.0), true=False)
