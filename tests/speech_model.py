"""The real speech model, where it is in the cache; `make test` puts it there."""

from __future__ import annotations

from audio.known_models import KNOWN
from audio.weights import LocatedModel, placed_at, verified
from models.errors import ModelError
from monitor.config import model_cache
from monitor.settings.sections import Settings


def located_model() -> LocatedModel | None:
    """Whisper base as the defaults of the configuration find it."""
    model = KNOWN["base"]
    try:
        return verified(model, placed_at(model, model_cache(Settings())))
    except ModelError:
        return None
