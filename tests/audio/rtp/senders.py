"""Senders of sound: what they say, as the packets that a capture holds."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audio.events import Digit, Sound, SoundMissing
from audio.g711 import alaw_samples
from audio.rtp.codec import STATIC, Codec
from audio.rtp.packets import RtpPackets
from audio.rtp.sound import StreamSound
from models.call import Side

START_S = 1_700_000_000.0
CODECS = {0: STATIC[0], 8: STATIC[8], 13: STATIC[13], 101: Codec("TELEPHONE-EVENT", 8000)}
HEADER_BYTES = 12


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet as sent, and when it was captured."""

    at_s: float
    sequence: int
    timestamp: int
    payload: bytes
    payload_type: int = 8
    ssrc: int = 7
    cipher: bytes | None = None
    """The whole packet where it is encrypted."""

    @property
    def bytes_on_the_line(self) -> bytes:
        header = struct.pack(
            ">BBHII", 0x80, self.payload_type, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.ssrc
        )
        return self.cipher if self.cipher is not None else header + self.payload

    def delayed(self, by_s: float) -> Packet:
        return replace(self, at_s=self.at_s + by_s)


def codes(size: int, seed: int = 1) -> bytes:
    """A-law codes, every one of them different from what comfort noise or concealment would make."""
    return np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8).tobytes()


def sender(
    payload: bytes,
    *,
    start_s: float = START_S,
    sequence: int = 100,
    timestamp: int = 5000,
    size: int = 160,
    ppm: float = 0.0,
    clock_hz: int = 8000,
    **others: int,
) -> list[Packet]:
    """A steady sender of A-law, whose packets are captured at the moment of their first sample.

    The sender's clock runs fast by `ppm`.
    """
    packets = []
    for index, begin in enumerate(range(0, len(payload) - size + 1, size)):
        at_s = start_s + begin / clock_hz / (1 + ppm * 1e-6)
        packets.append(Packet(at_s, sequence + index, timestamp + begin, payload[begin : begin + size], **others))
    return packets


def captured(packets: Iterable[Packet]) -> RtpPackets:
    """Packets of one sender as the reader of RTP hands them on, in order of arrival."""
    packets = sorted(packets, key=lambda packet: packet.at_s)
    raw = [packet.bytes_on_the_line for packet in packets]
    lengths = np.array([len(one) for one in raw], np.int64)
    starts = np.cumsum(lengths) - lengths + 3  # other packets' bytes lie before and after
    return RtpPackets(
        np.array([packet.at_s for packet in packets]),
        np.array([packet.sequence & 0xFFFF for packet in packets], np.uint16),
        np.array([packet.timestamp & 0xFFFFFFFF for packet in packets], np.uint32),
        np.array([packet.payload_type for packet in packets], np.uint8),
        np.zeros(len(packets), np.bool_),
        np.frombuffer(b"abc" + b"".join(raw) + b"xyz", np.uint8),
        starts + HEADER_BYTES,
        lengths - HEADER_BYTES,
        starts,
        lengths,
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """All that a stream gave."""

    sounds: tuple[Sound, ...]
    missing: tuple[SoundMissing, ...]
    digits: tuple[Digit, ...]

    def line(self, seconds: float, rate_hz: int = 8000, from_s: float = START_S) -> np.ndarray:
        """Its sound from `from_s` on with zeros where there is none, as a recording would hold it."""
        line = np.zeros(round(seconds * rate_hz), np.int16)
        for sound in self.sounds:
            at = round((sound.start_s - from_s) * rate_hz)
            samples = sound.samples[max(0, -at) : max(0, len(line) - at)]
            line[max(0, at) : max(0, at) + len(samples)] = samples
        return line


def heard(told: Sequence[Sound | SoundMissing | Digit]) -> Heard:
    return Heard(
        tuple(one for one in told if isinstance(one, Sound)),
        tuple(one for one in told if isinstance(one, SoundMissing)),
        tuple(one for one in told if isinstance(one, Digit)),
    )


def stream(**others: object) -> StreamSound:
    return StreamSound("leg", Side.CALLER, CODECS, **others)  # type: ignore[arg-type]  # whatever the test says


def listened(packets: Sequence[Packet], made: StreamSound | None = None, batch_s: float | None = None) -> Heard:
    """What comes of the packets: all at once as from a file, or in batches of `batch_s` as live."""
    sound = made or stream()
    packets = sorted(packets, key=lambda packet: packet.at_s)
    told: list[Sound | SoundMissing | Digit] = []
    for batch, now_s in _batches(packets, batch_s):
        for ssrc in dict.fromkeys(packet.ssrc for packet in batch):
            sound.add(captured(packet for packet in batch if packet.ssrc == ssrc))
        told += sound.take(now_s)
    return heard([*told, *sound.finish()])


def _batches(packets: list[Packet], batch_s: float | None) -> Iterable[tuple[list[Packet], float]]:
    if batch_s is None:
        yield packets, packets[-1].at_s
        return
    now_s, start = packets[0].at_s, 0
    while start < len(packets):
        now_s += batch_s
        end = start
        while end < len(packets) and packets[end].at_s < now_s:
            end += 1
        yield packets[start:end], now_s
        start = end


def spoken(payload: bytes, samples: Callable[[np.ndarray], np.ndarray] = alaw_samples) -> np.ndarray:
    return samples(np.frombuffer(payload, np.uint8))
