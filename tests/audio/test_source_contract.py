from __future__ import annotations

from pathlib import Path

import pytest

from audio.events import LegBegun, LegEnded, Sound, Source
from audio.packets.capture_file import CaptureStream, read_capture
from audio.sip.dialogs import DialogTracker
from audio.siprec.settings import SiprecSettings
from audio.sniffing.sniffer import Sniffer
from audio.soundcard.devices import input_devices
from audio.soundcard.settings import SoundCardSettings
from audio.sources.packets import CaptureFileSource, RingSource
from audio.sources.siprec import SiprecSource
from audio.sources.soundcard import SoundCardSource
from tests.audio.fake_source import call, fake
from tests.audio.packets.wire import batch, pcap
from tests.audio.sniffing.traffic import made, whole_call
from tests.audio.soundcard.fake_portaudio import FakeDevice, FakeMachine
from tests.audio.source_contract import held_to_the_contract


def sniffer() -> Sniffer:
    return Sniffer(DialogTracker(), made)


def names(source: Source, polls: int = 50) -> set[str]:
    return {type(event).__name__ for event in held_to_the_contract(source, polls)}


WHOLE_CALL = {LegBegun.__name__, LegEnded.__name__, Sound.__name__}


def test_the_fake_is_a_source() -> None:
    assert names(fake(call()[:-1], (), last_words=call()[-1:])) >= WHOLE_CALL
    assert names(fake(call(), None)) >= WHOLE_CALL


def test_a_capture_file_is_a_source(tmp_path: Path) -> None:
    file = tmp_path / "call.pcap"
    file.write_bytes(pcap(whole_call()))
    assert names(CaptureFileSource(read_capture(file), sniffer())) >= WHOLE_CALL


def test_a_capture_in_many_batches_that_is_closed_in_the_midst_is_a_source() -> None:
    frames = whole_call()
    batches = (batch([frame], times_s=[at_s]) for at_s, frame in frames)
    assert names(CaptureFileSource(CaptureStream(batches), sniffer()), polls=20) >= {LegBegun.__name__}


def test_a_ring_of_files_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "ring_00001_20261122120000.pcap").write_bytes(pcap(whole_call()))
    assert names(RingSource(tmp_path / "ring.pcap", tmp_path / "position.json", sniffer()), polls=5) >= WHOLE_CALL


def test_a_recording_server_that_nobody_calls_is_a_source() -> None:
    settings = SiprecSettings(address="127.0.0.1", udp_port=0, tcp_port=0, rtp_ports=(27100, 27119))
    assert names(SiprecSource(settings), polls=3) == set()


def test_a_sound_card_is_a_source() -> None:
    machine = FakeMachine([FakeDevice("line", channels=2)])
    source = SoundCardSource(
        SoundCardSettings(layout="stereo", device="line"),
        open_audio=machine.open,
        probe=lambda: input_devices(machine.open()),
    )
    assert names(source, polls=3) == set()


def test_sound_that_is_told_twice_breaks_the_contract() -> None:
    with pytest.raises(AssertionError, match="overlap"):
        held_to_the_contract(fake([*call(), *call()]), 3)


def test_a_source_that_does_not_end_when_closed_breaks_the_contract() -> None:
    source = fake(call())
    source.close = lambda: None  # type: ignore[method-assign] # it does not hear
    with pytest.raises(AssertionError, match="comes to an end"):
        held_to_the_contract(source, 3)
