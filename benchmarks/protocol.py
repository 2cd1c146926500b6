"""Verdicts on held-out written calls: by label, by country, clean and as recognised, beside phrases alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.sentences.marks import Marked, marked
from benchmarks.sentences.score import Tally, table, tallied
from models.protocol import Protocol
from models.rules import Rules
from monitor.protocol.pack import shipped
from tests.corpus.families import known_families
from tests.corpus.recognised import as_recognised
from tests.corpus.split import fitting_scripts, held_scripts, taught_scripts


def main() -> None:
    protocol = shipped()
    steps = [step.id for step in protocol.steps if step.fact is None]
    violations = [entry.id for entry in protocol.violations]
    held = list(held_scripts())
    recognised = [heard for script in held if (heard := as_recognised(script))]
    for name, scripts in (("as written", held), ("as a recogniser heard them", recognised)):
        for how, rules in (("patterns alone", Rules(_plain(protocol))), ("patterns and model", Rules(protocol))):
            marks = [mark for script in scripts for mark in marked(script, rules)]
            print(f"\n{len(scripts)} held-out calls and scenes {name}, {len(marks)} sentences, {how}")
            _report(marks, steps, violations, whole=how == "patterns and model")
    print("\nBy country, as written, patterns and model")
    _countries([mark for script in held for mark in marked(script, Rules(protocol))], [*steps, *violations])


def _plain(protocol: Protocol) -> Protocol:
    return replace(protocol, classifier=None)


def _report(marks: Sequence[Marked], steps: Sequence[str], violations: Sequence[str], *, whole: bool) -> None:
    tally = tallied(marks)
    if whole:
        print(table(tally, [*steps, *violations]))
    for name, labels in (("steps", steps), ("violations", violations), ("all", [*steps, *violations])):
        print(
            f"{name}: macro F1 {tally.macro_f1(labels):.3f}; of families that were not taught {_unseen(marks, labels)}"
        )


def _unseen(marks: Sequence[Marked], labels: Sequence[str]) -> str:
    """Macro F1 over the labels of sentences whose phrasing is of no family that was taught."""
    taught: dict[str, list[str]] = {label: [] for label in labels}
    for script in (*taught_scripts(), *fitting_scripts()):
        for sentence in script.sentences:
            for label in (sentence.steps | sentence.violations) & taught.keys():
                taught[label].append(sentence.text)
    known = {
        (mark.script, mark.text, label)
        for label in labels
        for mark, is_known in _with_known(marks, label, taught[label])
        if is_known
    }
    tally = tallied(marks, lambda mark, label: (mark.script, mark.text, label) not in known)
    return f"{tally.macro_f1(labels):.3f}"


def _with_known(marks: Sequence[Marked], label: str, taught: Sequence[str]) -> list[tuple[Marked, bool]]:
    labelled = [mark for mark in marks if label in mark.labels]
    return list(zip(labelled, known_families([mark.text for mark in labelled], taught), strict=True))


def _countries(marks: Sequence[Marked], labels: Sequence[str]) -> None:
    for variety in sorted({mark.variety for mark in marks}):
        tally: Tally = tallied([mark for mark in marks if mark.variety == variety])
        (right, found), (_, true) = tally.precision(labels), tally.recall(labels)
        share, recalled = right / max(1, found), right / max(1, true)
        print(f"{variety}: precision {share:.3f}, recall {recalled:.3f}, {true} labels")
