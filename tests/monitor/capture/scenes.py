"""Telephone traffic written as capture files, and what became of it: calls, their records and their sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import soundfile

from audio.events import SourceEvent
from audio.g711 import alaw_samples
from audio.packets.capture_files import FoundCapture
from audio.sniffing.sniffer import Sniffer
from models.call import CallRecord, DirectionFigures
from models.recording import Party
from monitor.capture.building import loop, sniffer
from monitor.capture.files import CapturedFile, calls_in
from monitor.recorder.documents import read_document
from monitor.recorder.names import DOCUMENT, DONE
from monitor.recorder.recorded import Recorded
from monitor.recorder.recorder import Recorder
from monitor.settings.capture import CaptureSection
from tests.audio.packets.wire import batch, ethernet, ipv4, pcap, udp
from tests.audio.rtp.senders import Packet, codes, sender
from tests.audio.sip.flows import AGENT, CUSTOMER, PROXY, Dialog, Seen, sdp

START_S = 1_700_000_000.0
RATE_HZ = 8000
_BATCH_S, _SETTLE_S = 0.25, 0.2
PBX = PROXY
Host = tuple[str, int]
Frame = tuple[float, bytes]


def voice(seed: int, seconds: float = 2.0) -> bytes:
    """A-law codes that no other seed has: whoever hears them knows whose they are."""
    return codes(round(seconds * RATE_HZ), seed)


def between(caller: str, callee: str, flow: Iterable[Seen]) -> list[Seen]:
    """A flow of `Dialog` between two other hosts."""
    hosts = {CUSTOMER: caller, AGENT: callee}
    return [replace(seen, source=hosts[seen.source], destination=hosts[seen.destination]) for seen in flow]


def signalled(seen: Seen, port: int = 5060) -> Frame:
    return seen.at_s, ethernet(ipv4(udp(seen.data, port, port), ends=(seen.source, seen.destination)))


def sent(packets: Iterable[Packet], source: Host, destination: Host) -> list[Frame]:
    """RTP from one address to another."""
    ends = (source[0], destination[0])
    return [
        (one.at_s, ethernet(ipv4(udp(one.bytes_on_the_line, source[1], destination[1]), ends=ends))) for one in packets
    ]


def spoken(payload: bytes, at_s: float, source: Host, destination: Host, **how: float) -> list[Frame]:
    """A steady voice in A-law from `at_s` seconds after the beginning."""
    return sent(sender(payload, start_s=START_S + at_s, **how), source, destination)  # type: ignore[arg-type] # as `sender` says


def plain_call(
    dialog: Dialog | None = None,
    *,
    ring_s: float = 0.2,
    answer_s: float = 3.2,
    end_s: float = 8.0,
    start_s: float = START_S,
    by_callee: bool = False,
    ports: tuple[int, int] = (6000, 7000),
) -> list[Seen]:
    """One dialog that rings, is answered and ended, times from its INVITE."""
    dialog = dialog or Dialog()
    end = dialog.request(start_s + end_s, "BYE", 2, by_callee=by_callee)
    return [
        dialog.invite(start_s, body=sdp(CUSTOMER, ports[0])),
        dialog.response(start_s + 0.01, 100),
        dialog.response(start_s + ring_s, 180),
        dialog.response(start_s + answer_s, 200, body=sdp(AGENT, ports[1])),
        dialog.ack(start_s + answer_s + 0.05),
        end,
        dialog.response(start_s + end_s + 0.01, 200, "BYE", 2, by_callee=not by_callee),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """One call as it was finished; times are seconds after `START_S` wherever they are asked for."""

    record: CallRecord
    recorded: Recorded
    document: str
    sound: np.ndarray | None
    """Frames by channels; `None` where nothing was recorded."""

    def line(self, party: Party, from_s: float, seconds: float) -> np.ndarray:
        """What is on a party's channel, zeros outside the recording."""
        assert self.sound is not None
        rate_hz = self.recorded.sample_rate_hz or RATE_HZ
        channel = self.sound[:, self.record.channels.index(party)]
        first = round((START_S + from_s - self.recorded.started_s) * rate_hz)
        line = np.zeros(round(seconds * rate_hz), np.int16)
        piece = channel[max(0, first) : max(0, first + len(line))]
        line[max(0, -first) : max(0, -first) + len(piece)] = piece
        return line

    def says(self, party: Party, payload: bytes, at_s: float) -> bool:
        """Whether exactly these A-law codes are heard from that moment on."""
        said = alaw_samples(np.frombuffer(payload, np.uint8))
        return np.array_equal(self.line(party, at_s, len(payload) / RATE_HZ), said)

    def is_silent(self, party: Party, from_s: float, until_s: float) -> bool:
        return not self.line(party, from_s, until_s - from_s).any()

    def figures(self, party: Party) -> DirectionFigures:
        assert self.record.transport is not None
        (found,) = (one for one in self.record.transport.directions if one.party is party)
        return found

    def kinds(self) -> list[str]:
        return [moment.kind for moment in self.record.moments]

    def when(self, kind: str) -> list[float]:
        """Times of that kind's moments."""
        zero_s = self.recorded.started_s - START_S
        return [round(moment.at_s + zero_s, 3) for moment in self.record.moments if moment.kind == kind]


@dataclass(slots=True)
class Scene:
    """Frames to be captured, in any order."""

    folder: Path
    frames: list[Frame] = field(default_factory=list)
    section: CaptureSection = field(default_factory=CaptureSection)
    link_type: int = 1
    captured: CapturedFile | None = None
    live: bool = False
    """As from an interface, a quarter of a second at a time, instead of as one file."""

    def signal(self, flow: Iterable[Seen]) -> None:
        self.frames += [signalled(seen) for seen in flow]

    def speak(self, payload: bytes, at_s: float, source: Host, destination: Host, **how: float) -> None:
        self.frames += spoken(payload, at_s, source, destination, **how)

    def add(self, frames: Iterable[Frame]) -> None:
        self.frames += frames

    def calls(self) -> list[Heard]:
        """Every call, also those that made no recording, in the order in which they began."""
        if self.live:
            return self._live()
        path = self.folder / "mirror.pcap"
        path.write_bytes(pcap(sorted(self.frames, key=lambda frame: frame[0]), self.link_type, nanoseconds=True))
        return self.read((path,))

    def read(self, paths: Sequence[Path]) -> list[Heard]:
        out = self.folder / "out"
        self.captured = calls_in(FoundCapture(tuple(paths)), out, self.section)
        return _told(out)

    def _live(self) -> list[Heard]:
        out = self.folder / "out"
        root = out / "live"
        root.mkdir(parents=True)
        recorder = Recorder(root, replace(self.section.recorder, durable=False, reserve_bytes=0, reserve_ratio=0.0))
        going = loop(Mirror(self.frames, self.link_type, sniffer(self.section)), self.section, recorder)
        while going.step(0.0):
            pass
        assert recorder.stop()
        assert not going.totals.failures
        return _told(out)

    def call(self) -> Heard:
        """The only one."""
        (call,) = self.calls()
        return call


class Mirror:
    """Frames as an interface hands them over."""

    name = "capture_file"

    def __init__(self, frames: Iterable[Frame], link_type: int, reader: Sniffer) -> None:
        self.counts = reader.counts
        self._frames = sorted(frames, key=lambda frame: frame[0])
        self._link_type = link_type
        self._sniffer = reader
        self._at = 0
        self._now_s = self._frames[0][0]
        self._ended = False

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:  # nobody waits
        if self._ended:
            return None
        if self._at == len(self._frames):
            self._ended = True
            return self._sniffer.finish()
        self._now_s += _BATCH_S
        first = self._at
        while self._at < len(self._frames) and self._frames[self._at][0] < self._now_s:
            self._at += 1
        taken = self._frames[first : self._at]
        times_s = [at_s for at_s, _ in taken]
        events = self._sniffer.feed(batch([frame for _, frame in taken], self._link_type, times_s)) if taken else []
        return [*events, *self._sniffer.tick(self._now_s - _SETTLE_S)]

    def clock_s(self) -> float:
        return self._sniffer.clock_s

    def close(self) -> None:
        self._ended = True


def _told(out: Path) -> list[Heard]:
    found = (_heard(path) for path in out.glob(f"*/{DONE}/**/*{DOCUMENT}"))
    return sorted(found, key=lambda call: call.recorded.started_s)


def _heard(path: Path) -> Heard:
    record, recorded = read_document(path)
    sound = None
    if recorded.parts:
        sound, _ = soundfile.read(recorded.parts[0].path, dtype="int16", always_2d=True)
    return Heard(record, recorded, path.read_text(), sound)
