"""`timbre version`."""

from __future__ import annotations

import json
import platform
import sys
from importlib import metadata

from monitor.commands.options import JsonOption

_SHOWN = ("faster-whisper", "ctranslate2", "onnxruntime", "av", "numpy", "sqlalchemy")


def version(*, as_json: JsonOption = False) -> None:
    """Print the versions of Timbre and of what its figures depend on."""
    versions = {"timbre": metadata.version("timbre-monitor"), "python": platform.python_version()}
    versions |= {name: metadata.version(name) for name in _SHOWN}
    lines = json.dumps(versions, indent=2) if as_json else "\n".join(map(" ".join, versions.items()))
    sys.stdout.write(lines + "\n")
