from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitor.recorder.faults import KINDS, Kind, faults, operations, power_cuts
from tests.monitor.recorder.faulty import FaultyDisk
from tests.monitor.recorder.killed import kill
from tests.monitor.recorder.story import Ledger, judged, tell, tree
from tests.monitor.recorder.volatile import VolatileDisk

_STEP = 47
"""Every so many-th operation, at another place for each kind; `python -m benchmarks faults` takes them all."""


def test_the_story_without_a_fault_loses_nothing(tmp_path: Path) -> None:
    ledger = Ledger()
    tell(FaultyDisk(), tmp_path / "root", ledger)
    verdict = judged(tmp_path / "root", ledger, crashed=False)
    assert verdict.wrong == []
    assert verdict.found == verdict.confirmed > 40_000
    assert verdict.marked == 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_after_a_fault_what_was_confirmed_is_there_and_the_rest_is_told(tmp_path: Path, kind: Kind) -> None:
    first = 5 + KINDS.index(kind) * 2
    outcome = faults(tmp_path, kind, range(first, operations(tmp_path) + 1, _STEP))
    assert outcome.wrong == []
    assert outcome.found == outcome.confirmed > 0


def test_after_a_power_cut_what_was_synced_is_there(tmp_path: Path) -> None:
    outcome = power_cuts(tmp_path, range(6, operations(tmp_path) + 1, _STEP), fates=2)
    assert outcome.wrong == []
    assert outcome.found == outcome.confirmed > 0


def test_a_recorder_that_does_not_sync_is_caught_by_the_power_cuts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VolatileDisk, "sync_folder", lambda self, path: self._next("sync folder"))
    outcome = power_cuts(tmp_path, range(150, 200, 10), fates=2)
    assert any("confirmed samples are lost" in wrong for wrong in outcome.wrong)


def test_a_recorder_that_swallows_errors_is_caught_by_the_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.recorder.live_call.LiveCall._lose", lambda self, pieces, reason: None)
    kind = next(kind for kind in KINDS if kind.name.startswith("disk full for"))
    outcome = faults(tmp_path, kind, range(60, 120, 20))
    assert any("no gap says so" in wrong or "are lost" in wrong for wrong in outcome.wrong)


def test_kill_9_loses_at_most_a_second_of_each_call(tmp_path: Path) -> None:
    found = kill(tmp_path / "root", calls=20, after_s=1.3)
    assert found.wrong == ()
    assert found.confirmed_s > 0
    assert found.found_s == found.confirmed_s
    assert found.worst_s <= 1.0
    assert not [name for name in tree(tmp_path / "root") if name.startswith("live/")]
