"""The composition root's part for capture: real sources, trackers and recorders from the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from audio.events import Source
from audio.packets.capture_file import CaptureStream
from audio.packets.interface import Interface
from audio.rtp.sound import StreamSound
from audio.sip.dialogs import DialogTracker
from audio.sip.media import MediaExpected
from audio.sniffing.direction import Direction
from audio.sniffing.signalling import Told
from audio.sniffing.sniffer import Sniffer
from audio.sources.packets import CaptureFileSource, InterfaceSource, RingSource
from models.call import Side
from models.errors import ConfigError
from monitor.calls.tracker import CallTracker
from monitor.capture.loop import CaptureLoop
from monitor.capture.totals import CaptureTotals
from monitor.recorder.recorder import Recorder
from monitor.settings.capture import CaptureSection, SourceName


def sniffer(section: CaptureSection) -> Sniffer:
    """What reads packets, without packets yet."""
    return Sniffer(DialogTracker(section.dialogs), partial(_direction, section), section.sniffer)


def live_source(name: SourceName, section: CaptureSection, root: Path) -> Source:
    """A source of the configuration, opened.

    Raises:
        CaptureError, SourceError, DeviceError: where it cannot be opened.
        ConfigError: where the configuration does not say what to open.
    """
    if name == "interface":
        return InterfaceSource(partial(_interface, section), sniffer(section))
    if name == "siprec":
        from audio.sources.siprec import SiprecSource  # noqa: PLC0415 # only where chosen

        return SiprecSource(section.siprec, partial(_direction, section))
    if name == "soundcard":
        from audio.sources.soundcard import SoundCardSource  # noqa: PLC0415 # needs PortAudio

        return SoundCardSource(section.soundcard)
    return _ring(section, root)


def capture_file(stream: CaptureStream, told: Sequence[Told], section: CaptureSection) -> CaptureFileSource:
    """The packets of a capture as a source."""
    return CaptureFileSource(stream, sniffer(section), told)


def loop(
    source: Source, section: CaptureSection, recorder: Recorder, totals: CaptureTotals | None = None
) -> CaptureLoop:
    """The loop that brings a source's calls to a recorder."""
    tracker = CallTracker(source.name, section.parties, section.joins, section.calls)
    return CaptureLoop(source, tracker, recorder, totals)


def _interface(section: CaptureSection) -> Interface:
    port = section.interface
    if not port.name:
        raise ConfigError("capture.interface.name: name the interface of the mirror port, e.g. eth1")
    return Interface(port.name, port.filter, port.buffer_bytes, promiscuous=port.promiscuous)


def _ring(section: CaptureSection, root: Path) -> RingSource:
    if not section.ring.file:
        raise ConfigError("capture.ring.file: name what dumpcap was told to write (-w), e.g. /var/spool/timbre/ring")
    return RingSource(Path(section.ring.file).expanduser(), root / "position.json", sniffer(section))


def _direction(section: CaptureSection, media: MediaExpected, side: Side) -> Direction:
    sound = StreamSound(media.leg, side, media.codecs, media.keys, encrypted=media.encrypted, settings=section.sound)
    return Direction(media, side, sound, section.receiver)
