from math import erf, sqrt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.protocol.sentences.encoder import Row, encoded, sentence_logits
from monitor.protocol.sentences.weights import weights_from
from tests.monitor.protocol.sentences.small_model import HEADS, LABELS, PIECES, WIDTH, content

WEIGHTS = weights_from(content())


def row(pieces: list[int], context: int = 2) -> Row:
    return Row(tuple(pieces), tuple(int(place >= context) for place in range(len(pieces))))


def _normed(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / np.sqrt(values.var() + 1e-12)


def _by_hand(one: Row) -> np.ndarray:
    """The pass written out piece by piece and head by head."""
    arrays = WEIGHTS.arrays
    rows = [
        WEIGHTS.pieces[piece] * WEIGHTS.piece_scales[piece] + arrays["emb.pos"][place] + arrays["emb.type"][kind]
        for place, (piece, kind) in enumerate(zip(one.pieces, one.kinds, strict=True))
    ]
    hidden = np.array([_normed(values) for values in rows])
    size = WIDTH // HEADS
    for layer in range(WEIGHTS.layers):

        def linear(values: np.ndarray, name: str, layer: int = layer) -> np.ndarray:
            return values @ arrays[f"l{layer}.{name}.w"].T + arrays[f"l{layer}.{name}.b"]

        query, key, value = (linear(hidden, name) for name in "qkv")
        attended = np.zeros_like(hidden)
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            for at in range(len(hidden)):
                scores = np.array([query[at, part] @ key[other, part] / sqrt(size) for other in range(len(hidden))])
                shares = np.exp(scores) / np.exp(scores).sum()
                attended[at, part] = shares @ value[:, part]
        hidden = np.array([_normed(values) for values in hidden + linear(attended, "ao")])
        inner = linear(hidden, "fi")
        inner = np.vectorize(lambda number: number * 0.5 * (1 + erf(number / sqrt(2))))(inner)
        hidden = np.array([_normed(values) for values in hidden + linear(inner, "fo")])
    return hidden


def test_the_pass_is_that_of_a_transformer_written_out_by_hand() -> None:
    one = row([0, 5, 2, 7, 9, 11, 2])
    assert np.allclose(encoded([one], WEIGHTS)[0], _by_hand(one), atol=1e-4)


@given(st.lists(st.lists(st.integers(0, len(PIECES) - 1), min_size=3, max_size=12), min_size=1, max_size=4))
@settings(deadline=None, max_examples=25)
def test_a_row_says_the_same_alone_and_among_others(rows: list[list[int]]) -> None:
    together = encoded([row(pieces) for pieces in rows], WEIGHTS)
    for pieces, hidden in zip(rows, together, strict=True):
        assert np.allclose(hidden, encoded([row(pieces)], WEIGHTS)[0], atol=1e-5)


def test_no_rows_give_nothing() -> None:
    assert encoded([], WEIGHTS) == []


def test_a_sentence_is_its_strongest_piece_its_mean_and_its_place() -> None:
    hidden = np.zeros((2, WIDTH), np.float32)
    pieces = np.array([[1.0, -5.0, 0.0], [-2.0, 4.0, 0.0]], np.float32)
    place = np.eye(8, dtype=np.float32)[2]
    expected = [1.0, 4.0, 0.0] + WEIGHTS.arrays["mean.b"] + WEIGHTS.arrays["place.w"][:, 2]
    assert np.allclose(sentence_logits(hidden, pieces, place, WEIGHTS), expected)
    assert len(LABELS) == 3
