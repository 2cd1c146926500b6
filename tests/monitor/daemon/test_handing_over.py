from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from models.errors import StoreError
from models.store import Store
from monitor.capture.handover import waiting
from monitor.daemon import handing_over as module
from monitor.daemon.handing_over import HandingOver
from tests.audio.fake_source import call
from tests.monitor.capture.test_handover import captured
from tests.monitor.daemon.parts import wait_for

KEY = "key"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK_S", 0.01)
    monkeypatch.setattr(module, "_LONGEST_WAIT_S", 0.02)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'timbre.db'}"


class Arriving:
    """What the recorders tell is finished."""

    def __init__(self) -> None:
        self.documents: list[Path] = []

    def __call__(self) -> Iterable[Path]:
        taken, self.documents = self.documents, []
        return taken


def test_what_earlier_runs_left_is_handed_over_and_then_what_comes(tmp_path: Path, url: str) -> None:
    root, arriving = tmp_path / "sip", Arriving()
    captured(root, *call("a"))
    one = HandingOver(lambda: Store(url), [root], KEY, arriving)
    one.start()
    wait_for(lambda: one.handed == 1)
    arriving.documents += captured(root, *call("b", 100.0))
    wait_for(lambda: one.handed == 2)
    one.stop(20)
    assert list(waiting(root)) == []


def test_what_is_finished_by_the_stop_is_handed_over_by_it(tmp_path: Path, url: str) -> None:
    root, arriving = tmp_path / "sip", Arriving()
    one = HandingOver(lambda: Store(url), [root], KEY, arriving)
    arriving.documents += captured(root, *call())
    one.stop(0)
    one.start()
    one.stop(20)
    assert one.handed == 1


def test_a_store_that_was_away_gets_everything_once_it_is_back(
    tmp_path: Path, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    away = [True]

    def opened() -> Store:
        if away[0]:
            raise StoreError("nobody answers")
        return Store(url)

    root, arriving = tmp_path / "sip", Arriving()
    arriving.documents += captured(root, *call("a"), *call("b", 100.0))
    one = HandingOver(opened, [tmp_path / "none"], KEY, arriving)
    one.start()
    wait_for(lambda: one.failing)
    assert one.waiting == 2
    away[0] = False
    wait_for(lambda: one.handed == 2)
    assert not one.failing
    one.stop(20)
    assert caplog.text.count("the store cannot take them") == 1


@pytest.mark.parametrize("damage", ["{", '{"schema": "timbre.call/1"}', "\x00"])
def test_a_call_whose_files_are_damaged_keeps_no_other_waiting_and_is_told_once(
    tmp_path: Path, url: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "sip"
    first, _ = captured(root, *call("a"), *call("b", 100.0))
    first.write_text(damage)
    one = HandingOver(lambda: Store(url), [root], KEY, Arriving())
    one.start()
    wait_for(lambda: one.handed == 1)
    one.stop(20)
    assert (one.unusable, one.failing) == (1, False)
    assert caplog.text.count(first.name) == 1
    assert list(waiting(root)) == [first]


def test_a_defect_met_with_one_call_keeps_no_other_waiting(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "sip"
    first, _ = captured(root, *call("a"), *call("b", 100.0))
    real = module.hand_over

    def cursed(store: Store, document: Path, *rest: object) -> None:
        if document == first:
            raise ZeroDivisionError
        real(store, document, *rest)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(module, "hand_over", cursed)
    one = HandingOver(lambda: Store(url), [root], KEY, Arriving())
    one.start()
    wait_for(lambda: one.handed == 1)
    one.stop(20)
    assert one.unusable == 1


def test_a_call_that_the_database_refuses_while_it_answers_keeps_no_other_waiting(tmp_path: Path) -> None:
    class Choosy(Store):
        def enqueue(self, batch_id: int, intakes: object, *rest: object, **more: object) -> None:
            if any("cursed" in (intake.facts.caller or "") for intake in intakes):  # type: ignore[attr-defined] # intakes
                raise StoreError("the value cannot be stored")
            super().enqueue(batch_id, intakes, *rest, **more)  # type: ignore[arg-type] # as it was called

    root = tmp_path / "sip"
    (cursed,) = captured(root, *call("a"))
    cursed.write_text(cursed.read_text().replace("600111222", "cursed"))
    captured(root, *call("b", 100.0))
    one = HandingOver(lambda: Choosy(f"sqlite:///{tmp_path / 'timbre.db'}"), [root], KEY, Arriving())
    one.start()
    wait_for(lambda: one.handed == 1)
    one.stop(20)
    assert (one.unusable, list(waiting(root))) == (1, [cursed])


def test_the_folders_are_read_once_however_long_it_runs(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    monkeypatch.setattr(module, "waiting", lambda root: looks.append(root) or ())
    arriving = Arriving()
    one = HandingOver(lambda: Store(url), [tmp_path], KEY, arriving)
    one.start()
    for number in range(3):
        arriving.documents += captured(tmp_path / "sip", *call(f"l{number}", 100.0 * number))
        wait_for(lambda: one.handed == number + 1)  # noqa: B023 # waited for at once
    one.stop(20)
    assert looks == [tmp_path]
