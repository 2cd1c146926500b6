from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from audio.packets.batch import PacketBatch
from audio.packets.capture_file import CaptureStream
from audio.packets.merging import chained, merged
from tests.audio.packets.test_capture_file import packets
from tests.audio.packets.wire import batch


def stream(times_s: list[float], mark: bytes, link_type: int = 1, size: int = 3) -> CaptureStream:
    cuts = [times_s[at : at + size] for at in range(0, len(times_s), size)]
    frames = [[b"%s %r" % (mark, at_s) for at_s in cut] for cut in cuts]
    batches = [batch(part, link_type, cut) for part, cut in zip(frames, cuts, strict=True)]
    return CaptureStream(iter(batches), [])


def all_of(whole: CaptureStream) -> list[tuple[float, bytes]]:
    return [packet for one in whole.batches for packet in packets(one)]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 50)), min_size=1, max_size=4))
def test_packets_of_several_captures_come_in_order_of_time(wild: list[list[int]]) -> None:
    streams = [sorted(map(float, times)) for times in wild]
    found = all_of(merged([stream(times, b"%d" % i) for i, times in enumerate(streams)]))

    assert [at_s for at_s, _ in found] == sorted(at_s for times in streams for at_s in times)
    assert all(frame.split()[1] == b"%r" % at_s for at_s, frame in found)
    for i, times in enumerate(streams):
        assert [at_s for at_s, frame in found if frame.startswith(b"%d " % i)] == times


def test_link_types_stay_apart() -> None:
    whole = merged([stream([1.0, 3.0], b"a", 1), stream([2.0, 4.0], b"b", 113)])
    kinds = {(one.link_type, frame[:1]) for one in whole.batches for _, frame in packets(one)}

    assert kinds == {(1, b"a"), (113, b"b")}


def test_one_after_the_other_is_opened_when_its_turn_comes() -> None:
    opened = []

    def streams() -> Iterator[CaptureStream]:
        for mark in (b"a", b"b"):
            opened.append(mark)
            yield stream([1.0], mark)

    whole = chained(streams())
    first = next(whole.batches)

    assert packets(first)[0][1].startswith(b"a")
    assert opened == [b"a"]
    assert len(all_of(whole)) == 1


def test_notes_of_all_are_told_once() -> None:
    streams = [stream([1.0], b"a"), stream([2.0], b"b")]
    for one in streams:
        one.notes.append("truncated")
    whole = merged(streams)
    total: list[PacketBatch] = list(whole.batches)

    assert len(total) == 2
    assert whole.notes == ["truncated"]
