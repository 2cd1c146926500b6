from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from audio.events import LegBegun, LegEnded, Sound, SoundMissing, SourceEvent
from audio.soundcard.devices import InputDevice, input_devices
from audio.soundcard.settings import CallSettings, MarkSettings, SoundCardSettings
from audio.sources.soundcard import SoundCardSource
from models.call import Side
from models.errors import DeviceError
from tests.audio.soundcard.fake_portaudio import FakeDevice, FakeMachine

TOKEN = "a-token-of-this-test"  # noqa: S105  # of no use anywhere
COMMON: dict[str, Any] = {
    "sample_rate_hz": 16000,
    "retry_first_s": 0.05,
    "calls": CallSettings(found=False),
    "marks": MarkSettings(enabled=True, port=0, token=TOKEN),
}
TWO = SoundCardSettings(layout="two_devices", agent_device="mic", customer_device="line", **COMMON)
WITHIN_S = 20.0


def two_devices() -> FakeMachine:
    return FakeMachine([FakeDevice("mic"), FakeDevice("line")])


@contextmanager
def source_of(machine: FakeMachine, settings: SoundCardSettings) -> Iterator[SoundCardSource]:
    def probe() -> Sequence[InputDevice]:
        return input_devices(machine.open())

    source = SoundCardSource(settings, open_audio=machine.open, probe=probe)
    try:
        yield source
    finally:
        source.close()


def marked(source: SoundCardSource, kind: str) -> None:
    address = urlsplit(source.marks_url or "")
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)
    connection.request("POST", f"/calls/{kind}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert connection.getresponse().status == 202
    connection.close()


@contextmanager
def playing(machine: FakeMachine, sounds: dict[str, int | tuple[int, int]]) -> Iterator[None]:
    """Every open stream is called back in real time, each sample of a device (or of its channel) the same number."""
    stop = threading.Event()

    def play() -> None:
        next_s = time.monotonic()
        while not stop.is_set():
            for stream in [stream for stream in machine.streams if stream.is_active()]:
                stream.feed(np.full((stream.frames_per_buffer, stream.channels), sounds[stream.device.name]))
            next_s += 0.02
            stop.wait(max(0.0, next_s - time.monotonic()))

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def polled_until(source: SoundCardSource, done: Callable[[list[SourceEvent]], bool]) -> list[SourceEvent]:
    events: list[SourceEvent] = []
    deadline = time.monotonic() + WITHIN_S
    while not done(events):
        assert time.monotonic() < deadline, [event for event in events if not isinstance(event, Sound)]
        events += source.poll(0.05) or ()
    return events


def seconds_of(events: Sequence[SourceEvent], side: Side) -> float:
    sounds = [event for event in events if isinstance(event, Sound) and event.side is side]
    return sum(sound.samples.size / sound.sample_rate_hz for sound in sounds)


def middle_of(events: Sequence[SourceEvent], side: Side) -> int:
    samples = np.concatenate([e.samples for e in events if isinstance(e, Sound) and e.side is side])
    return int(np.median(samples))


def test_two_devices_are_the_two_sides_of_a_marked_call() -> None:
    machine = two_devices()
    with source_of(machine, TWO) as source, playing(machine, {"mic": 1000, "line": 2000}):
        marked(source, "start")
        events = polled_until(source, lambda e: min(seconds_of(e, side) for side in Side) > 1)
        marked(source, "end")
        events += polled_until(source, lambda e: any(isinstance(event, LegEnded) for event in e))
        assert set(source.levels()) == set(Side)
    assert (middle_of(events, Side.CALLEE), middle_of(events, Side.CALLER)) == (1000, 2000)
    (begun,) = [event for event in events if isinstance(event, LegBegun)]
    assert begun.agent_side is Side.CALLEE
    assert begun.at_s == pytest.approx(time.time(), abs=WITHIN_S)
    assert source.counts.packets > 50
    assert source.drift_ppm() == {Side.CALLEE: None, Side.CALLER: None}


def test_of_a_stereo_device_each_channel_is_a_side() -> None:
    machine = FakeMachine([FakeDevice("card", channels=2, rate_hz=48000)])
    settings = SoundCardSettings(layout="stereo", device="card", agent_channel="right", **COMMON)
    with source_of(machine, settings) as source, playing(machine, {"card": (100, 900)}):
        marked(source, "start")
        events = polled_until(source, lambda e: min(seconds_of(e, side) for side in Side) > 0.5)
        assert machine.stream("card").rate_hz == 48000
    assert (middle_of(events, Side.CALLER), middle_of(events, Side.CALLEE)) == (100, 900)


def test_a_mixed_device_without_mono_is_one_side_and_its_channels_are_averaged() -> None:
    machine = FakeMachine([FakeDevice("card", channels=2, least_channels=2)])
    settings = SoundCardSettings(layout="mixed", device="card", **COMMON)
    with source_of(machine, settings) as source, playing(machine, {"card": (400, 600)}):
        marked(source, "start")
        events = polled_until(source, lambda e: seconds_of(e, Side.CALLER) > 0.5)
    (begun,) = [event for event in events if isinstance(event, LegBegun)]
    assert (begun.mixed, begun.agent_side) == (True, None)
    assert middle_of(events, Side.CALLER) == 500
    assert seconds_of(events, Side.CALLEE) == 0


def test_a_device_that_refuses_its_own_rate_is_opened_at_another() -> None:
    machine = FakeMachine([FakeDevice("card", rate_hz=96000, rates_hz=(44100,))])
    with source_of(machine, SoundCardSettings(layout="mixed", device="card", **COMMON)):
        assert machine.stream("card").rate_hz == 44100


def test_a_device_pulled_out_is_a_gap_and_found_again_when_it_is_back() -> None:
    machine = two_devices()
    with source_of(machine, TWO) as source, playing(machine, {"mic": 1000, "line": 2000}):
        marked(source, "start")
        events = polled_until(source, lambda e: min(seconds_of(e, side) for side in Side) > 1)
        machine.pull("line")
        events += polled_until(source, lambda e: seconds_of(e, Side.CALLEE) > 1)
        assert source.counts.by_kind["device_lost"] == 1
        healthy = machine.stream("mic")
        started = machine.started
        machine.devices.append(FakeDevice("line"))
        events += polled_until(source, lambda e: seconds_of(e, Side.CALLER) > 0.5)
    gaps = [event for event in events if isinstance(event, SoundMissing) and event.side is Side.CALLER]
    assert [gap.reason for gap in gaps] == ["device_lost"]
    assert gaps[0].end_s - gaps[0].start_s > 1
    assert machine.started > started
    assert healthy.closed  # PortAudio was started anew, for which it had to pause: only once the lost one was there


def test_a_healthy_device_does_not_pause_while_the_other_is_away() -> None:
    machine = two_devices()
    with source_of(machine, TWO) as source, playing(machine, {"mic": 1000, "line": 2000}):
        marked(source, "start")
        polled_until(source, lambda e: min(seconds_of(e, side) for side in Side) > 0.5)
        machine.pull("line")
        started = machine.started
        events = polled_until(source, lambda _: machine.started > started + 2)  # looked for at least twice
        assert not machine.stream("mic").closed
    assert [e for e in events if isinstance(e, SoundMissing) and e.side is Side.CALLEE] == []


def test_a_device_that_stops_calling_back_is_a_gap_when_the_call_ends() -> None:
    machine = two_devices()
    with source_of(machine, TWO) as source:
        marked(source, "start")
        with playing(machine, {"mic": 1000, "line": 2000}):
            events = polled_until(source, lambda e: min(seconds_of(e, side) for side in Side) > 0.5)
        time.sleep(0.7)
        marked(source, "end")
        events += polled_until(source, lambda e: any(isinstance(event, LegEnded) for event in e))
    gaps = [event for event in events if isinstance(event, SoundMissing)]
    assert {(gap.side, gap.reason) for gap in gaps} == {(side, "no_callbacks") for side in Side}


def test_an_overrun_told_by_the_library_is_counted() -> None:
    machine = two_devices()
    with source_of(machine, TWO) as source:
        machine.stream("mic").feed(np.zeros((3200, 1)), status=2)
        polled_until(source, lambda _: source.counts.by_kind.get("overrun", 0) == 10)


def test_closing_ends_the_open_call_with_a_last_answer() -> None:
    machine = two_devices()
    with source_of(machine, TWO) as source:
        marked(source, "start")
        polled_until(source, lambda e: any(isinstance(event, LegBegun) for event in e))
        source.close()
        last = source.poll(1.0)
        assert last is not None
        assert [event.reason for event in last if isinstance(event, LegEnded)] == ["source_ended"]
        assert source.poll(1.0) is None
    assert all(stream.closed for stream in machine.streams)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (SoundCardSettings(layout="mixed", device="absent"), "device_absent"),
        (SoundCardSettings(layout="mixed", device="i"), "device_ambiguous"),
        (SoundCardSettings(layout="stereo", device="mic"), "device_not_stereo"),
        (SoundCardSettings(layout="mixed", device="broken"), "device_refused"),
        (SoundCardSettings(layout="mixed", device="mic", marks=MarkSettings(enabled=True)), "marks_token_missing"),
    ],
)
def test_what_cannot_be_had_is_said_at_once_and_nothing_stays_open(settings: SoundCardSettings, code: str) -> None:
    machine = FakeMachine([FakeDevice("mic"), FakeDevice("line"), FakeDevice("broken", refuses=True)])
    with pytest.raises(DeviceError) as error:
        SoundCardSource(settings, open_audio=machine.open)
    assert error.value.code == code
    assert all(stream.closed for stream in machine.streams)
