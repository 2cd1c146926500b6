"""How much the model's word and a phrase found count together: a logistic regression a label, on unseen calls."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.sentences.marks import Seen

PULL = 4.0
"""How strongly the labels are pulled to what fits all of them: rare ones have a dozen examples."""
BEGIN = np.array([1.0, 2.0, -1.0])


def fitted(seen: Sequence[Seen], labels: Sequence[str]) -> npt.NDArray[np.float32]:
    """Slope, weight of a phrase and bias of each label, shape (labels, 3)."""
    shared = _regression(seen, BEGIN, pull=0.01)
    by_label: dict[str, list[Seen]] = {label: [] for label in labels}
    for one in seen:
        by_label[one.label].append(one)
    return np.array([_regression(by_label[label], shared, PULL) for label in labels], dtype=np.float32)


def _regression(seen: Iterable[Seen], towards: npt.NDArray[np.float64], pull: float) -> npt.NDArray[np.float64]:
    rows = list(seen)
    if not rows:
        return towards
    features = np.array([(one.logit, one.phrase, 1.0) for one in rows])
    signs = np.array([1.0 if one.true else -1.0 for one in rows])

    def loss(weights: npt.NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, -signs * (features @ weights)).sum() + pull * ((weights - towards) ** 2).sum())

    return np.asarray(minimize(loss, towards, bounds=[(0.2, 3.0), (0.0, 12.0), (-8.0, 8.0)]).x)


def with_fit(path: Path, fit: npt.NDArray[np.float32]) -> bytes:
    """A model's file with another fit in it."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    arrays |= {"fit.slope": fit[:, 0], "fit.phrase": fit[:, 1], "fit.bias": fit[:, 2]}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()
