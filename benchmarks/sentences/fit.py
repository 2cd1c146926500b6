"""How much the transformer, the n-grams and a phrase found count together: a regression a label, on unseen calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.sentences.marks import Seen

PULL = 1.0
"""How strongly the labels are pulled to what fits all of them: rare ones have a dozen examples."""
BEGIN = np.array([0.7, 0.5, 2.0, -1.0])


def fitted(seen: Sequence[Seen], labels: Sequence[str]) -> npt.NDArray[np.float32]:
    """What each of the three counts, and a bias, of each label: shape (labels, 4)."""
    shared = _regression(seen, BEGIN, pull=0.01)
    by_label: dict[str, list[Seen]] = {label: [] for label in labels}
    for one in seen:
        by_label[one.label].append(one)
    return np.array([_regression(by_label[label], shared, PULL) for label in labels], dtype=np.float32)


def _regression(seen: Iterable[Seen], towards: npt.NDArray[np.float64], pull: float) -> npt.NDArray[np.float64]:
    rows = list(seen)
    if not rows:
        return towards
    features = np.array([(one.logit, one.gram_logit, one.phrase, 1.0) for one in rows])
    signs = np.array([1.0 if one.true else -1.0 for one in rows])

    def loss(weights: npt.NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, -signs * (features @ weights)).sum() + pull * ((weights - towards) ** 2).sum())

    return np.asarray(minimize(loss, towards, bounds=[(0.0, 3.0), (0.0, 3.0), (0.0, 12.0), (-8.0, 8.0)]).x)
