"""The weights of the voice encoder, where they are in the cache."""

from __future__ import annotations

from audio.voice_weights import VOICE_MODEL, read_voice_weights
from audio.voices import NeuralEncoder
from audio.weights import placed_at, verified
from models.errors import ModelError
from monitor.config import model_cache
from monitor.settings.sections import Settings


def voice_encoder() -> NeuralEncoder | None:
    """The encoder with the pinned weights."""
    try:
        return NeuralEncoder(read_voice_weights(verified(VOICE_MODEL, placed_at(VOICE_MODEL, model_cache(Settings())))))
    except ModelError:
        return None
