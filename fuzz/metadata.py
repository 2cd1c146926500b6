# ruff: noqa: INP001  # a script, not a package
"""Fuzzing of SIPREC metadata: `python fuzz/metadata.py -max_total_time=600`.

Anything but a refusal by name is a finding, as are memory and time out of proportion (libFuzzer's own limits).
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["audio"]):
    from audio.siprec.metadata import Metadata, merged
    from audio.siprec.metadata_xml import MetadataError, read_metadata
    from audio.siprec.parties import is_mixed, parties_of, sides_of
    from audio.siprec.settings import AgentRules

_RULES = AgentRules()


def one_input(data: bytes) -> None:
    """Reads metadata as a session would: after others, and then asks for sides and parties."""
    try:
        update = read_metadata(data)
    except MetadataError:
        return
    known = merged(Metadata(labels={"st1": "1"}), update)
    labels = [*dict.fromkeys(known.labels.values())][:3] or ["1"]
    sides = dict(zip(labels, sides_of(labels, known, _RULES), strict=True))
    parties_of(sides, known, _RULES)
    is_mixed(labels, known)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
