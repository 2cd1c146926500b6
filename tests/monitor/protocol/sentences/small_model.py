"""A sentence model of two layers and sixteen dimensions with random weights, and its file."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

LABELS = ("greeting", "thanks", "jargon")
WIDTH, INNER, HEADS, LAYERS, PLACES = 16, 32, 4, 2, 8
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *(f"▁{letter}" for letter in "abcdefgh"), *"abcdefghijklmnopqrstuvwxyz"]


def tokeniser() -> str:
    made = Tokenizer(models.Unigram([(piece, -1.0) for piece in PIECES], unk_id=3, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return str(made.to_str())


def arrays(seed: int = 0) -> dict[str, Any]:
    """The arrays of the file, all there and of the right shapes."""
    rng = np.random.default_rng(seed)
    made: dict[str, Any] = {
        "pieces": rng.integers(-127, 128, (len(PIECES), WIDTH), dtype=np.int8),
        "piece_scales": np.full(len(PIECES), 0.01, np.float16),
        "emb.pos": rng.normal(0, 0.1, (160, WIDTH)).astype(np.float16),
        "emb.type": rng.normal(0, 0.1, (2, WIDTH)).astype(np.float32),
        "place.w": rng.normal(0, 0.1, (len(LABELS), PLACES)).astype(np.float32),
        "place.b": np.zeros(len(LABELS), np.float32),
        "fit.slope": np.ones(len(LABELS), np.float32),
        "fit.phrase": np.full(len(LABELS), 2.0, np.float32),
        "fit.bias": np.zeros(len(LABELS), np.float32),
        "facts": np.frombuffer(json.dumps({"labels": LABELS, "heads": HEADS}).encode(), np.uint8),
        "tokeniser": np.frombuffer(tokeniser().encode(), np.uint8),
    }
    sizes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH)}
    sizes |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}
    matrices = {f"l{layer}.{name}": size for layer in range(LAYERS) for name, size in sizes.items()}
    for name, (rows, columns) in (matrices | {"tok": (len(LABELS), WIDTH), "mean": (len(LABELS), WIDTH)}).items():
        made[f"{name}.w"] = rng.integers(-127, 128, (rows, columns), dtype=np.int8)
        made[f"{name}.w.scale"] = np.full(rows, 0.003, np.float16)
        made[f"{name}.b"] = rng.normal(0, 0.1, rows).astype(np.float32)
    for name in ("emb.ln", *(f"l{layer}.{part}" for layer in range(LAYERS) for part in ("aln", "oln"))):
        made |= {f"{name}.w": np.ones(WIDTH, np.float32), f"{name}.b": np.zeros(WIDTH, np.float32)}
    return made


def content(**changes: Any) -> bytes:
    """The bytes of the file; a change of `None` leaves an array out, dots of names are written `__`."""
    made = arrays() | {name.replace("__", "."): value for name, value in changes.items()}
    buffer = io.BytesIO()
    np.savez(buffer, **{name: value for name, value in made.items() if value is not None})
    return buffer.getvalue()
