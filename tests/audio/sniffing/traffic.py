"""Whole calls as frames on a mirror port: their signalling and the packets of both voices."""

from __future__ import annotations

from collections.abc import Iterable

from audio.events import Sound, SourceEvent
from audio.rtp.sound import StreamSound
from audio.sip.dialogs import DialogTracker
from audio.sip.media import MediaExpected
from audio.sniffing.direction import Direction
from audio.sniffing.settings import SnifferSettings
from audio.sniffing.sniffer import Sniffer
from models.call import Side
from tests.audio.packets.wire import batch, ethernet, ipv4, udp
from tests.audio.rtp.senders import Packet, codes, sender
from tests.audio.sip.flows import AGENT, CUSTOMER, Seen, answered_call

CUSTOMER_PORT, AGENT_PORT = 6000, 7000
VOICE_S = 2.0
CUSTOMER_VOICE = codes(round(8000 * VOICE_S), seed=1)
AGENT_VOICE = codes(round(8000 * VOICE_S), seed=2)

Frame = tuple[float, bytes]


def signalled(seen: Seen) -> Frame:
    return seen.at_s, ethernet(ipv4(udp(seen.data, 5060, 5060), ends=(seen.source, seen.destination)))


def spoken(packets: Iterable[Packet], *, by_agent: bool = False) -> list[Frame]:
    ends, ports = ((AGENT, CUSTOMER), (AGENT_PORT, CUSTOMER_PORT))
    if not by_agent:
        ends, ports = ends[::-1], ports[::-1]
    return [(one.at_s, ethernet(ipv4(udp(one.bytes_on_the_line, *ports), ends=ends))) for one in packets]


def whole_call(start_s: float = 1000.0, voice_s: float | None = None) -> list[Frame]:
    """`answered_call` with both voices from 5 s after its INVITE; sipp gives both the same SSRC, and so do we."""
    begin_s = start_s + 5.0 if voice_s is None else voice_s
    frames = [signalled(seen) for seen in answered_call(start_s=start_s)]
    frames += spoken(sender(CUSTOMER_VOICE, start_s=begin_s))
    frames += spoken(sender(AGENT_VOICE, start_s=begin_s + 0.0035), by_agent=True)
    return sorted(frames)


def made(media: MediaExpected, side: Side) -> Direction:
    sound = StreamSound(media.leg, side, media.codecs, media.keys, encrypted=media.encrypted)
    return Direction(media, side, sound)


def sniffed(
    frames: Iterable[Frame], batch_frames: int = 1 << 20, settings: SnifferSettings | None = None
) -> list[SourceEvent]:
    """All that is told of the frames, handed over so many at a time."""
    frames = sorted(frames)
    sniffer = Sniffer(DialogTracker(), made, settings or SnifferSettings())
    events: list[SourceEvent] = []
    for start in range(0, len(frames), batch_frames):
        piece = frames[start : start + batch_frames]
        events += sniffer.feed(batch([frame for _, frame in piece], times_s=[at_s for at_s, _ in piece]))
    return [*events, *sniffer.finish()]


def sounds(events: Iterable[SourceEvent], side: Side) -> list[Sound]:
    return [event for event in events if isinstance(event, Sound) and event.side is side]


def names(events: Iterable[SourceEvent]) -> list[str]:
    """The kinds of signals, in order."""
    return [type(event).__name__ for event in events if type(event).__name__.startswith("Leg")]
