"""The forward pass: rows of pieces to a vector a piece (Vaswani et al. 2017; post-norm, as BERT and XLM-R)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from monitor.protocol.sentences.weights import Array, Weights

EPSILON = 1e-12
_HALF = np.float32(0.5)
_ROOT = np.float32(0.7071067811865476)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One input: pieces, and for each whether it is context (0) or judged (1)."""

    pieces: tuple[int, ...]
    kinds: tuple[int, ...]


def encoded(rows: Sequence[Row], weights: Weights) -> list[Array]:
    """For each row a vector for each piece, shape (pieces, width). All rows in one pass, none padded."""
    if not rows:
        return []
    ends = np.cumsum([len(row.pieces) for row in rows])
    spans = [slice(int(end) - len(row.pieces), int(end)) for row, end in zip(rows, ends, strict=True)]
    hidden = _embedded(rows, weights)
    for layer in range(weights.layers):
        hidden = _layer(hidden, spans, weights, f"l{layer}")
    return [hidden[span] for span in spans]


def _embedded(rows: Sequence[Row], weights: Weights) -> Array:
    pieces = np.concatenate([np.asarray(row.pieces) for row in rows])
    kinds = np.concatenate([np.asarray(row.kinds) for row in rows])
    places = np.concatenate([np.arange(len(row.pieces)) for row in rows])
    words = weights.pieces[pieces] * weights.piece_scales[pieces][:, None]
    summed = words + weights.arrays["emb.pos"][places] + weights.arrays["emb.type"][kinds]
    return _normed(summed, weights, "emb.ln")


def _layer(hidden: Array, spans: Sequence[slice], weights: Weights, name: str) -> Array:
    attended = _attended(hidden, spans, weights, name)
    hidden = _normed(hidden + _linear(attended, weights, f"{name}.ao"), weights, f"{name}.aln")
    inner = _linear(hidden, weights, f"{name}.fi")
    inner *= _HALF * (1 + erf(inner * _ROOT))
    return _normed(hidden + _linear(inner, weights, f"{name}.fo"), weights, f"{name}.oln")


def _attended(hidden: Array, spans: Sequence[slice], weights: Weights, name: str) -> Array:
    """Each row attends to itself only."""
    queries, keys, values = (_linear(hidden, weights, f"{name}.{part}") for part in "qkv")
    result = np.empty_like(hidden)
    for span in spans:
        query, key, value = (_by_head(one[span], weights.heads) for one in (queries, keys, values))
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        result[span] = (scores @ value).transpose(1, 0, 2).reshape(-1, hidden.shape[1])
    return result


def _by_head(part: Array, heads: int) -> Array:
    return part.reshape(len(part), heads, -1).transpose(1, 0, 2)


def _linear(hidden: Array, weights: Weights, name: str) -> Array:
    product: Array = hidden @ weights.arrays[f"{name}.w"].T
    product += weights.arrays[f"{name}.b"]
    return product


def _normed(hidden: Array, weights: Weights, name: str) -> Array:
    """Layer normalisation (Ba, Kiros and Hinton 2016)."""
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
    return np.asarray(centred / spread * weights.arrays[f"{name}.w"] + weights.arrays[f"{name}.b"], dtype=np.float32)


def piece_logits(hidden: Array, weights: Weights) -> Array:
    """What each piece says for each label, shape (pieces, labels)."""
    return _linear(hidden, weights, "tok")


def sentence_logits(hidden: Array, pieces: Array, place: npt.NDArray[np.float32], weights: Weights) -> Array:
    """What a sentence says for each label: its strongest piece, its mean, and where in the call it stands."""
    return np.asarray(
        pieces.max(axis=0)
        + _linear(hidden.mean(axis=0), weights, "mean")
        + weights.arrays["place.w"] @ place
        + weights.arrays["place.b"],
        dtype=np.float32,
    )
