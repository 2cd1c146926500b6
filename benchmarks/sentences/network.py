"""The network that is taught: the lower layers of the base model with a small head, in PyTorch.

`monitor.protocol.sentences.encoder` is the same network in numpy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from benchmarks.sentences.base import Base

PLACES_MAX = 160
DROPPED = 0.1


class Layer(nn.Module):
    def __init__(self, base: Base, name: str) -> None:
        super().__init__()
        self.heads = base.heads
        sizes = {"fi": (base.width, base.inner), "fo": (base.inner, base.width)}
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            columns, rows = sizes.get(part, (base.width, base.width))
            linear = nn.Linear(columns, rows)
            linear.weight.data = torch.tensor(base.matrix(f"{name}.{part}.w", columns))
            linear.bias.data = torch.tensor(base.vector(f"{name}.{part}.b"))
            setattr(self, part, linear)
        self.aln, self.oln = (norm_of(base, f"{name}.{part}") for part in ("aln", "oln"))
        self.drop = nn.Dropout(DROPPED)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows, length, width = hidden.shape
        query, key, value = (
            linear(hidden).view(rows, length, self.heads, -1).transpose(1, 2) for linear in (self.q, self.k, self.v)
        )
        attended = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        hidden = self.aln(hidden + self.drop(self.ao(attended.transpose(1, 2).reshape(rows, length, width))))
        return self.oln(hidden + self.drop(self.fo(nn.functional.gelu(self.fi(hidden)))))


def norm_of(base: Base, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(base.width, eps=1e-12)
    norm.weight.data = torch.tensor(base.vector(f"{name}.w"))
    norm.bias.data = torch.tensor(base.vector(f"{name}.b"))
    return norm


class Network(nn.Module):
    """Pieces in, a logit a sentence and label out: its strongest piece, its mean, and where in the call it stands."""

    def __init__(self, base: Base, kept: Sequence[int], layers: int, labels: int, places: int) -> None:
        super().__init__()
        embeddings = torch.tensor(base.matrix("emb.word", base.width)[np.asarray(kept)])
        self.words = nn.Embedding.from_pretrained(embeddings, freeze=True)
        self.pos = nn.Parameter(torch.tensor(base.vector("emb.pos")).view(-1, base.width)[:PLACES_MAX].clone())
        self.kinds = nn.Parameter(torch.tensor(base.vector("emb.type")).view(-1, base.width)[:1].repeat(2, 1))
        self.norm = norm_of(base, "emb.ln")
        self.layers = nn.ModuleList([Layer(base, f"l{number}") for number in range(layers)])
        self.tok, self.mean = nn.Linear(base.width, labels), nn.Linear(base.width, labels)
        self.place = nn.Linear(places, labels)
        self.drop = nn.Dropout(DROPPED)
        for head in self.taught_anew():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        self.tok.bias.data.fill_(-3)

    def taught_anew(self) -> tuple[nn.Linear, ...]:
        """The parts that the base model does not have."""
        return self.tok, self.mean, self.place

    def forward(
        self, pieces: torch.Tensor, kinds: torch.Tensor, sentence: torch.Tensor, count: int, place: torch.Tensor
    ) -> torch.Tensor:
        """Logits, shape (rows, count, labels); `sentence`: the number of each piece's sentence, -1 none, -2 padding."""
        hidden = self.drop(self.norm(self.words(pieces) + self.pos[: pieces.shape[1]] + self.kinds[kinds]))
        for layer in self.layers:
            hidden = layer(hidden, (sentence > -2)[:, None, None, :])
        inside = sentence[:, :, None] == torch.arange(count)
        spread = torch.where(inside[..., None], self.tok(hidden)[:, :, None, :], torch.tensor(-1e4))
        weights = inside.float() / inside.sum(1, keepdim=True).clamp(min=1)
        mean = torch.einsum("rph,rps->rsh", hidden, weights)
        return spread.max(1).values + self.mean(self.drop(mean)) + self.place(place)[:, None, :]


def arrays_of(network: Network) -> dict[str, np.ndarray]:
    """The file's arrays: matrices as bytes with a scale a row."""
    arrays = {"pieces": network.words.weight.data.numpy()}
    for number, layer in enumerate(network.layers):
        for part in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
            arrays |= _both(f"l{number}.{part}", getattr(layer, part))
    arrays |= _both("emb.ln", network.norm) | _both("tok", network.tok) | _both("mean", network.mean)
    stored: dict[str, np.ndarray] = {}
    for name, value in arrays.items():
        if value.ndim == 1:
            stored[name] = value
        else:
            scale = np.maximum(np.abs(value).max(axis=1) / 127, 1e-6).astype(np.float16)
            stored[name] = np.clip(np.round(value / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
            stored["piece_scales" if name == "pieces" else f"{name}.scale"] = scale
    stored |= {"emb.pos": network.pos.data.numpy().astype(np.float16), "emb.type": network.kinds.data.numpy()}
    return stored | _both("place", network.place)


def _both(name: str, part: nn.Module) -> dict[str, np.ndarray]:
    return {f"{name}.w": part.weight.data.numpy(), f"{name}.b": part.bias.data.numpy()}
