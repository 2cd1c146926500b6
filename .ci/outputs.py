"""Checks that an analysis left everything it should for every recording of a folder.

usage: outputs.py RECORDINGS OUT
"""

import json
import sys
from pathlib import Path

import jsonschema
import pyarrow.parquet

from audio.sources.folder import find_recordings
from reports.schema import analysis_schema


def main(recordings: Path, out: Path) -> None:
    """Raise where something is missing or not of its schema."""
    names = [found.files[0].stem for found in find_recordings([recordings]).recordings]
    assert names, f"no recordings in {recordings}"
    for name in names:
        document = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        jsonschema.validate(document, analysis_schema())
        assert document["turns"], f"{name}: no turns"
        assert any(turn["text"] for turn in document["turns"]), f"{name}: no words"
        for page in (out / "calls" / f"{name}.html", out / "feedback" / f"{name}.html"):
            assert "</html>" in page.read_text(encoding="utf-8")[-200:], page
    assert "</html>" in (out / "index.html").read_text(encoding="utf-8")[-200:]
    assert pyarrow.parquet.read_table(out / "calls.parquet").num_rows == len(names)
    assert len((out / "calls.csv").read_text(encoding="utf-8").splitlines()) == len(names) + 1
    print(f"{len(names)} recordings: documents, pages and tables are there")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
