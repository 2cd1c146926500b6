"""Two speakers in a row of voice vectors: who says what, and whether there are two at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.voices import Vectors, unit_rows

Labels = npt.NDArray[np.intp]
"""0 or 1 for each window."""
Paused = npt.NDArray[np.bool_]
"""Whether there was a pause before each window."""

_COMPONENTS = 12
_SHRINKAGE = 0.3
_ROUNDS = 8
_STARTS = 3
_FEWEST = 3
"""Windows of a speaker under which nothing can be said of the voice."""


@dataclass(frozen=True, slots=True)
class TalkModel:
    """How a conversation goes from window to window."""

    change_within: float = 0.02
    """Probability that the next window of the same stretch of speech is the other speaker's."""
    change_after_pause: float = 0.3
    weight: float = 0.6
    """Of each window's evidence: windows overlap, and neighbours tell much the same."""


@dataclass(frozen=True, slots=True)
class _Fit:
    labels: Labels
    score: float


def two_speakers(rows: Vectors, paused: Paused, talk: TalkModel) -> Labels | None:
    """The likeliest speaker of each window; `None` where one speaker has next to nothing.

    Two Gaussians of one covariance (shrunk towards a sphere: Ledoit and Wolf, 2004) in the space of the main
    components, labelled by the Viterbi path of a two-state Markov chain and estimated again until nothing
    changes. Started from the sign of each of the first components; the likeliest end is taken.
    """
    if len(rows) < 2 * _FEWEST:
        return None
    change = np.where(paused, talk.change_after_pause, talk.change_within)
    space = _main_components(rows)
    fits = [fit for start in range(_STARTS) if (fit := _fitted(space, space[:, start] > 0, change, talk)) is not None]
    return max(fits, key=lambda fit: fit.score).labels if fits else None


def _main_components(rows: Vectors) -> Vectors:
    """The rows about their mean, turned so that the first column varies most."""
    centred = unit_rows(rows - rows.mean(axis=0))
    centred = centred - centred.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, ::-1][:, :_COMPONENTS], np.float32)


def _fitted(
    space: Vectors, start: npt.NDArray[np.bool_], change: npt.NDArray[np.float64], talk: TalkModel
) -> _Fit | None:
    fit = _Fit(start.astype(np.intp), 0.0)
    for _ in range(_ROUNDS):
        if min(np.bincount(fit.labels, minlength=2)) < _FEWEST:
            return None
        evidence = talk.weight * _evidence(space, fit.labels)
        found = _path(evidence, change)
        if np.array_equal(found.labels, fit.labels):
            return found
        fit = found
    return fit if min(np.bincount(fit.labels, minlength=2)) >= _FEWEST else None


def _evidence(space: Vectors, labels: Labels) -> npt.NDArray[np.float64]:
    """Log likelihood of speaker 1 over speaker 0, of each window."""
    means = np.array([space[labels == speaker].mean(axis=0) for speaker in (0, 1)], np.float64)
    apart = space - means[labels]
    covariance = apart.T @ apart / len(space)
    size = len(covariance)
    shrunk = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * np.trace(covariance) / size * np.eye(size)
    direction = np.linalg.solve(shrunk + 1e-9 * np.eye(size), means[1] - means[0])
    return np.asarray((space - means.mean(axis=0)) @ direction)


def _path(evidence: npt.NDArray[np.float64], change: npt.NDArray[np.float64]) -> _Fit:
    """Viterbi path of the two-state chain; plain floats, because two states leave nothing to vectorise."""
    stay, turn = np.log1p(-change).tolist(), np.log(change).tolist()
    back: list[tuple[int, int]] = []
    first, second = 0.0, 0.0
    for half, stays, turns in zip((evidence / 2).tolist(), stay, turn, strict=True):
        back.append((int(second + turns > first + stays), int(second + stays > first + turns)))
        first, second = max(first + stays, second + turns) - half, max(second + stays, first + turns) + half
    state = int(second > first)
    labels = [state]
    for step in range(len(back) - 1, 0, -1):
        state = back[step][state]
        labels.append(state)
    return _Fit(np.array(labels[::-1], np.intp), max(first, second))


def split_half_distance(rows: Vectors, paused: Paused, halves: npt.NDArray[np.bool_], talk: TalkModel) -> float:
    """How far apart two voices lie, told by each half of the call of the other: the smaller d'.

    Each half is separated for itself. The line through the means of its speakers is a measure of voice; on it the
    speakers of the *other* half lie d' = (difference of means) / (root of the mean variance) apart. What divides
    both halves alike is a voice. 0 where a half cannot be divided, or the halves contradict each other.
    """
    parts = [(rows[half], two_speakers(rows[half], paused[half], talk)) for half in (halves, ~halves)]
    (one, one_labels), (other, other_labels) = parts
    if one_labels is None or other_labels is None:
        return 0.0
    there = _d_prime(other, other_labels, _line(one, one_labels))
    back = _d_prime(one, one_labels, _line(other, other_labels))
    return min(abs(there), abs(back)) if there * back > 0 else 0.0


def _line(rows: Vectors, labels: Labels) -> Vectors:
    line: Vectors = rows[labels == 1].mean(axis=0) - rows[labels == 0].mean(axis=0)
    return line


def _d_prime(rows: Vectors, labels: Labels, line: Vectors) -> float:
    at = rows @ line
    first, second = at[labels == 0], at[labels == 1]
    return float((second.mean() - first.mean()) / np.sqrt((first.var() + second.var()) / 2 + 1e-12))
