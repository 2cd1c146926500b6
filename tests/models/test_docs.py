"""`docs/storage.md` says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from models.database import _ADVICE
from models.store import Store
from models.tables import Base
from models.work import State

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "storage.md").read_text()


def test_the_doors_described_are_those_there_are() -> None:
    described = set(re.findall(r"^  \.(\w+)", TEXT, flags=re.MULTILINE))
    assert described == {name for name in dir(Store) if not name.startswith("_")}


def test_every_table_and_state_is_described() -> None:
    assert [name for name in (*Base.metadata.tables, *State) if name not in TEXT] == []


def test_every_failure_of_a_database_has_its_message_in_both_languages() -> None:
    for language in ("es", "en"):
        catalogue = (ROOT / "reports" / "locales" / f"{language}.ftl").read_text()
        codes = (*_ADVICE, "store_newer", "store_refused", "store_url_invalid", "recording_changed")
        assert [code for code in codes if f"\nreason-{code} = " not in catalogue] == []
