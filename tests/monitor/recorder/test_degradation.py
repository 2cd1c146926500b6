from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from monitor.recorder.disk import Space, SystemDisk
from monitor.recorder.guard import DiskGuard
from monitor.recorder.recorded import DiskState, RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record
from tests.monitor.recorder.calls import INLINE, T0, closed, ramp, sound, table
from tests.monitor.recorder.faulty import Fault, FaultyDisk

GIB = 1 << 30
RESERVE = RecorderSettings(durable=False, reserve_bytes=2 * GIB, reserve_ratio=0.05)


class NearlyFull(SystemDisk):
    """A disk of 20 GiB with as much space as the test says."""

    free_bytes = 10 * GIB

    def space(self, path: Path) -> Space:
        return Space(self.free_bytes, 20 * GIB)


def test_the_order_of_degradation_is_derived_work_then_new_calls() -> None:
    guard = DiskGuard(RESERVE)
    states = []
    for free in (10.0, 4.1, 3.9, 2.1, 1.9, 2.1, 2.3, 4.1):
        guard.saw(Space(int(free * GIB), 20 * GIB))
        states.append(guard.state)
    ok, low, reserve = DiskState.OK, DiskState.LOW, DiskState.RESERVE
    assert states == [ok, ok, low, low, reserve, reserve, low, ok]  # 2.1: no flapping at the edge


def test_the_larger_of_both_reserves_holds() -> None:
    guard = DiskGuard(RESERVE)
    guard.saw(Space(4 * GIB, 100 * GIB))  # 5 % are 5 GiB
    assert guard.state is DiskState.RESERVE


def test_under_the_reserve_new_calls_are_gaps_and_live_ones_go_on(tmp_path: Path) -> None:
    disk = NearlyFull()
    rec = Recorder(tmp_path, RESERVE, disk)
    rec.open("old", T0)
    rec.write("old", 0, sound(0.0, ramp(800)))
    rec.flush(T0)
    disk.free_bytes = GIB
    rec._writer._space_at_s = -10.0  # a second later
    rec.open("new", T0)
    rec.write("new", 0, sound(0.1, ramp(800)))
    rec.write("old", 0, sound(0.1, ramp(800)))
    rec.flush(T0)
    assert rec.health().alarms == ("disk_reserve",)
    assert not rec.health().derived_work_allowed
    disk.free_bytes = 10 * GIB
    rec._writer._space_at_s = -10.0
    rec.write("new", 0, sound(0.2, ramp(800, 5)))
    rec.flush(T0)
    assert rec.health().alarms == ()
    new, old = closed(rec, "new").recorded, closed(rec, "old").recorded
    assert [gap.reason for gap in new.missing[0]] == ["disk_reserve"]
    assert np.array_equal(table(new.paths[0])[800:, 0], ramp(800, 5))
    assert old.missing == ((), ())
    assert len(table(old.paths[0])) == 1600


def test_a_full_disk_is_a_gap_and_recording_goes_on_when_there_is_space(tmp_path: Path) -> None:
    disk = FaultyDisk()
    rec = Recorder(tmp_path, INLINE, disk)
    rec.open("call", T0)
    for k, full in enumerate((False, True, True, False)):
        disk.fault = Fault(0, "ENOSPC", 1 << 60, torn=True) if full else Fault(1 << 60, "EIO")
        rec.write("call", 0, sound(k * 0.1, ramp(800, 1 + k)))
        rec.flush(T0)
        assert rec.health().disk is (DiskState.FULL if full else DiskState.OK)
    recorded = closed(rec).recorded
    ((gap,), _) = recorded.missing
    assert (round(gap.span.start_s, 4), round(gap.span.end_s, 4), gap.reason) == (0.1, 0.3, "disk_full")
    frames = table(recorded.paths[0])[:, 0]
    assert np.array_equal(frames[:800], ramp(800))
    assert np.array_equal(frames[2400:], ramp(800, 4))


def test_a_file_that_could_be_made_but_not_begun_is_no_obstacle(tmp_path: Path) -> None:
    disk = FaultyDisk()
    rec = Recorder(tmp_path, INLINE, disk)
    rec.open("call", T0)
    disk.fault = Fault(len(disk.operations) + 2, "ENOSPC", 3, torn=True)  # header, and removing the file again
    rec.write("call", 0, sound(0.0, ramp(800)))
    rec.flush(T0)
    assert [path.stat().st_size for path in (tmp_path / "live").glob("*.wav")] == [42]
    rec.write("call", 0, sound(0.1, ramp(800, 5)))
    rec.flush(T0)
    finished = closed(rec)
    assert np.array_equal(table(finished.recorded.paths[0])[800:, 0], ramp(800, 5))
    assert list((tmp_path / "live").iterdir()) == []


def test_a_read_only_disk_says_so(tmp_path: Path) -> None:
    disk = FaultyDisk()
    rec = Recorder(tmp_path, INLINE, disk)
    rec.open("call", T0)
    disk.fault = Fault(0, "EROFS", 1 << 60)
    rec.write("call", 0, sound(0.0, ramp(800)))
    rec.flush(T0)
    assert rec.health().alarms == ("disk_read_only",)


def test_a_disk_that_hangs_holds_up_nobody_and_what_does_not_fit_is_a_gap(tmp_path: Path) -> None:
    hangs = threading.Event()

    class Hanging(SystemDisk):
        def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> None:
            hangs.wait()
            super().write_at(descriptor, data, offset)

    settings = RecorderSettings(reserve_bytes=0, reserve_ratio=0, queue_bytes=10_000, write_s=0.01, sync_s=0.02)
    rec = Recorder(tmp_path, settings, Hanging())
    rec.open("call", T0)
    for k in range(100):
        rec.write("call", 0, sound(k * 0.1, ramp(800)))
        rec.flush(T0)
    assert rec.health().queued_bytes < 20_000 + 100 * 512
    assert rec.health().alarms == ("disk_slow",) or rec.health().disk is DiskState.FAILING
    hangs.set()
    rec.close("call", bare_record)
    assert rec.stop()
    (finished,) = rec.finished()
    gaps = finished.recorded.missing[0]
    assert {gap.reason for gap in gaps} == {"disk_slow"}
    frames = table(finished.recorded.paths[0])[:, 0]
    written = sum(gap.span.duration_s for gap in gaps) + np.count_nonzero(frames) / 8000
    assert abs(written - 10.0) < 0.01  # all that was said is there or told


def test_after_a_failed_sync_the_sound_is_written_again(tmp_path: Path) -> None:
    disk = FaultyDisk()
    rec = Recorder(tmp_path, RecorderSettings(reserve_bytes=0, reserve_ratio=0, write_s=60, sync_s=60), disk)
    rec.stop()
    writer = rec._writer
    writer.open("call", T0, "sip", None)
    writer.sound("call", 0, sound(0.0, ramp(800)))
    writer.write()
    disk.fault = Fault(0, "EIO", 1 << 60)
    assert not writer.sync()
    disk.fault = Fault(1 << 60, "EIO")
    (path,) = (tmp_path / "live").glob("*.wav")
    with path.open("r+b") as file:  # what the system's cache did with it
        file.seek(100)
        file.write(bytes(1000))
    writer.write()
    assert writer.sync()
    assert np.array_equal(table(path)[:, 0], ramp(800))
