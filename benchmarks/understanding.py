"""How well calls are understood: facts of the customer, type, outcome, promises, phases, on written calls with labels.

`python -m benchmarks understanding`: on the files of `tests/corpus/calls`, or those of `TIMBRE_SCRIPTS` (paths, commas
between). Only totals are printed, so that it may be run on calls that nobody has looked at.
"""

from __future__ import annotations

import math
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.recording import Party
from models.rules import Rules
from models.verdict import Verdict
from monitor.judge import judge
from monitor.protocol.call import call_of
from monitor.protocol.engine import step_results
from monitor.protocol.pack import shipped
from monitor.protocol.violations import violations
from monitor.understanding.listening import Listening
from monitor.understanding.understand import understood
from tests.corpus.scripted import analysis_of, places_of
from tests.corpus.scripts import FOLDER, Script, Sentence, read_scripts

NAMES = {"repeats_demand": "repeated_demand", "rude": "rude_words"}
"""Label of the corpus to the fact, where they differ."""
PROMISING = {"solution_informed", "follow_up", "summary"}
CLOSING = {"survey_invitation", "further_help_offered", "summary", "thanks", "farewell"}
OPENING = {"greeting", "company_identification", "agent_identification", "offer_of_help"}
INSIDE_S = 0.01


def main() -> None:
    rules = Rules(shipped())
    counts: Counter[tuple[str, str]] = Counter()
    took_s: list[float] = []
    for script in _scripts():
        analysis = analysis_of(script)
        verdict = judge(analysis, rules)
        took_s.append(_cost_s(script, rules))
        counts.update(_facts(script, verdict))
        counts.update(_answers(script, verdict))
        counts.update(_promises(script, verdict, rules))
        counts.update(_phases(script, verdict))
    _report(counts)
    print(f"\n{len(took_s)} calls, {1000 * sum(took_s) / max(1, len(took_s)):.1f} ms of processor a call")


def _scripts() -> Iterator[Script]:
    given = os.environ.get("TIMBRE_SCRIPTS")
    paths = [Path(path) for path in given.split(",")] if given else sorted(FOLDER.glob("*.txt"))
    for path in paths:
        yield from (script for script in read_scripts(path) if script.facts["type"] != "excerpt")


def _cost_s(script: Script, rules: Rules) -> float:
    """Processor time of understanding alone: what the protocol's judging hears anyway is heard before."""
    call = call_of(analysis_of(script), rules)
    steps, broken = step_results(call), violations(call)
    call.heard(call.customer.everywhere)
    begun_s = time.process_time()
    understood(call, steps, broken)
    return time.process_time() - begun_s


def _sentences(script: Script, who: str) -> Iterator[tuple[Sentence, float, float]]:
    for sentence, (start_s, end_s) in zip(script.sentences, places_of(script), strict=True):
        if sentence.who == who and not sentence.backchannel:
            yield sentence, start_s, end_s


def _touching(items: Iterable[object], start_s: float, end_s: float) -> Iterator[object]:
    for item in items:
        if item.start_s < end_s - INSIDE_S and item.end_s > start_s + INSIDE_S:  # type: ignore[attr-defined]
            yield item


def _scored(name: str, *, true: bool, told: bool) -> list[tuple[str, str]]:
    if not (true or told):
        return []
    return [(name, "hit" if true and told else "missed" if true else "invented")]


def _facts(script: Script, verdict: Verdict) -> list[tuple[str, str]]:
    assert verdict.customer
    scored = []
    for sentence, start_s, end_s in _sentences(script, "customer"):
        truth = {NAMES.get(label, label) for label in sentence.facts}
        told = {fact.id for fact in _touching(verdict.customer.facts, start_s, end_s)}  # type: ignore[attr-defined]
        for name in truth | told:
            scored += _scored(f"fact {name}", true=name in truth, told=name in told)
    return scored


def _answers(script: Script, verdict: Verdict) -> list[tuple[str, str]]:
    assert verdict.understanding
    scored = []
    for kind in ("type", "outcome"):
        decision = getattr(verdict.understanding, kind)
        truth, likeliest = script.facts[kind], decision.id or decision.runner_up
        state = "abstained" if decision.id is None else "right" if decision.id == truth else "wrong"
        scored += [(f"answer {kind}", state), (f"answer {kind}", "likeliest" if likeliest == truth else "unlikely")]
    return scored


def _promises(script: Script, verdict: Verdict, rules: Rules) -> list[tuple[str, str]]:
    """A sentence of the agent that informs, follows up or sums up and names a time is a promise."""
    assert verdict.understanding
    call = call_of(analysis_of(script), rules)
    tokens = call.heard(call.agent.everywhere).tokens
    times_s = [tokens[match.start].start_s for _, match in Listening(call).times(Party.AGENT)]
    promises = [one for one in verdict.understanding.promises if one.owed_by == "company"]
    scored = []
    for sentence, start_s, end_s in _sentences(script, "agent"):
        timed = any(start_s - INSIDE_S <= at_s < end_s for at_s in times_s)
        told = any(_touching(promises, start_s, end_s))
        scored += _scored("promise", true=timed and bool(sentence.steps & PROMISING), told=told)
    return scored


def _phases(script: Script, verdict: Verdict) -> list[tuple[str, str]]:
    """Sentences of opening and closing steps inside the phase, and the rest outside of it."""
    assert verdict.understanding
    spans = {phase.id: phase for phase in verdict.understanding.phases}
    scored = []
    for sentence, start_s, _ in _sentences(script, "agent"):
        for name, steps in (("opening", OPENING), ("close", CLOSING)):
            phase = spans[name]
            inside = phase.start_s is not None and phase.start_s - INSIDE_S <= start_s < (phase.end_s or 0.0)
            scored += _scored(f"phase {name}", true=bool(sentence.steps & steps), told=inside)
    return scored


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    if not of:
        return "-"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.3f} ({middle - half:.2f} to {middle + half:.2f})"


def _report(counts: Counter[tuple[str, str]]) -> None:
    for name in sorted({name for name, _ in counts}):
        if name.startswith("answer"):
            right, wrong, none = (counts[name, state] for state in ("right", "wrong", "abstained"))
            of, likeliest = right + wrong + none, counts[name, "likeliest"]
            print(f"{name:24} right of answered {wilson(right, right + wrong)}, abstained {wilson(none, of)}")
            print(f"{'':24} likeliest right {wilson(likeliest, of)}")
        else:
            hit, missed, invented = (counts[name, state] for state in ("hit", "missed", "invented"))
            print(
                f"{name:24} precision {wilson(hit, hit + invented)} recall {wilson(hit, hit + missed)} n {hit + missed}"
            )


if __name__ == "__main__":
    main()
