"""The published JSON Schema of the analysis document."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

FILE = "timbre.analysis-1.schema.json"


@cache
def analysis_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `timbre.analysis/1`; fields that it does not name are allowed."""
    text = resources.files("reports").joinpath(FILE).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
