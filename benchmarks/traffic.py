"""Telephone traffic made up: so many calls at once with their SIP, as frames of a mirror port."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Frame = tuple[float, bytes]

SECOND_0 = 1_760_000_000
FRAME_BYTES = 214
"""G.711, 20 ms: 14 + 20 + 8 + 12 + 160."""
_PACKET_S = 0.02
_ANSWER_S = 1.0
"""From the INVITE to the 200, and to the first packet of both voices."""
_BLOCK_S = 2.0
_VOICES = 512
_FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)


@dataclass(frozen=True)
class Traffic:
    """Calls that begin evenly over `ramp_s` and in which both sides talk for `talk_s`, in A-law of 20 ms."""

    calls: int
    talk_s: float
    ramp_s: float = 2.0
    loss: float = 0.0
    """Share of RTP packets that are not there, chosen at random."""
    delay_s: float = 0.0
    """Mean of the exponentially distributed delay of each packet: what the jitter comes of."""

    @property
    def length_s(self) -> float:
        return self.ramp_s + _ANSWER_S + self.talk_s + 1.0

    @property
    def sent(self) -> int:
        """RTP packets without loss."""
        return 2 * self.calls * round(self.talk_s / _PACKET_S)

    @cached_property
    def _begin_s(self) -> npt.NDArray[np.float64]:
        """Of each stream, callers first: its first packet. No two streams of the load are in step."""
        invites_s = np.arange(self.calls) * self.ramp_s / self.calls
        return np.tile(invites_s, 2) + _ANSWER_S + np.random.default_rng(2).uniform(0, _PACKET_S, 2 * self.calls)

    @cached_property
    def _heads(self) -> Bytes:
        """Of each stream the first 54 bytes of its frames, the counters still 0."""
        stream = np.arange(2 * self.calls)
        call, by_callee = stream % self.calls, stream // self.calls
        heads = np.zeros((len(stream), 54), np.uint8)
        heads[:, :24] = (2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, FRAME_BYTES - 14, 0, 0, 0x40, 0, 64, 17)
        callers = np.stack([np.full_like(call, 10), np.full_like(call, 1), call // 250, call % 250 + 1], axis=1)
        callees = np.stack([np.full_like(call, 10), np.full_like(call, 2), call // 250, call % 250 + 1], axis=1)
        swapped = (by_callee == 1)[:, None]
        heads[:, 26:30], heads[:, 30:34] = np.where(swapped, callees, callers), np.where(swapped, callers, callees)
        ports = np.stack([_PORT_0 + 2 * call] * 2 + [np.full_like(call, FRAME_BYTES - 34)], axis=1)
        heads[:, 34:40] = ports.astype(">u2").view(np.uint8)
        heads[:, 42:44] = (0x80, 8)
        heads[:, 50:54] = (stream + 1).astype(">u4").view(np.uint8).reshape(-1, 4)
        return heads

    @cached_property
    def _voices(self) -> Bytes:
        """Speech-like A-law: noise at some -25 dBov, and a third of it silence."""
        generator = np.random.default_rng(1)
        signs = generator.integers(0, 2, (_VOICES, 160), np.uint8) << 7
        codes = generator.integers(0x90, 0xC0, (_VOICES, 160), np.uint8) ^ signs
        codes[::3] = 0xD5
        return codes

    def blocks(self) -> Iterator[tuple[npt.NDArray[np.float64], Bytes]]:
        """RTP in order of time: seconds since the first INVITE, and frames of equal length."""
        generator = np.random.default_rng(3)
        late_s, late = np.zeros(0), np.zeros((0, FRAME_BYTES), np.uint8)
        number = np.zeros(2 * self.calls, np.int64)
        most = round(self.talk_s / _PACKET_S)
        for block in range(int(self.length_s / _BLOCK_S) + 2):
            end_s = (block + 1) * _BLOCK_S
            until = np.clip(np.ceil((end_s - self._begin_s) / _PACKET_S), 0, most).astype(np.int64)
            stream = np.repeat(np.arange(2 * self.calls), until - number)
            turn = np.arange(len(stream)) - np.repeat(np.cumsum(until - number) - until, until - number)
            number = until
            here = generator.random(len(stream)) >= self.loss
            stream, turn = stream[here], turn[here]
            at_s = self._begin_s[stream] + _PACKET_S * turn + generator.exponential(self.delay_s, len(stream))
            at_s, frames = np.concatenate((late_s, at_s)), np.concatenate((late, self._frames(stream, turn)))
            order = np.argsort(at_s, kind="stable")
            now, later = np.split(order, [np.searchsorted(at_s[order], end_s)])
            yield at_s[now], frames[now]
            late_s, late = at_s[later], frames[later]

    def _frames(self, stream: npt.NDArray[np.int64], turn: npt.NDArray[np.int64]) -> Bytes:
        frames = np.empty((len(stream), FRAME_BYTES), np.uint8)
        frames[:, :54] = self._heads[stream]
        frames[:, 44:46] = turn.astype(">u2").view(np.uint8).reshape(-1, 2)
        frames[:, 46:50] = (turn * 160).astype(">u4").view(np.uint8).reshape(-1, 4)
        frames[:, 54:] = self._voices[(turn + 7 * stream) % _VOICES]
        return frames

    def signalling(self) -> list[Frame]:
        """The SIP of all calls in order of time."""
        return sorted(frame for call in range(self.calls) for frame in self._signalling(call))

    def _signalling(self, call: int) -> Iterator[Frame]:
        begin_s = call * self.ramp_s / self.calls
        end_s = begin_s + _ANSWER_S + self.talk_s + 2 * _PACKET_S
        for at_s, first_line, method, by_callee, has_sdp in (
            (begin_s, "INVITE sip:{callee}@{there} SIP/2.0", "INVITE", False, True),
            (begin_s + 0.1, "SIP/2.0 180 Ringing", "INVITE", True, False),
            (begin_s + _ANSWER_S - 0.01, "SIP/2.0 200 OK", "INVITE", True, True),
            (begin_s + _ANSWER_S - 0.005, "ACK sip:{callee}@{there} SIP/2.0", "ACK", False, False),
            (end_s, "BYE sip:{callee}@{there} SIP/2.0", "BYE", False, False),
            (end_s + 0.02, "SIP/2.0 200 OK", "BYE", True, False),
        ):
            yield at_s, _sip_frame(call, first_line, method, by_callee=by_callee, has_sdp=has_sdp)


_PORT_0 = 20_000


def _sip_frame(call: int, first_line: str, method: str, *, by_callee: bool, has_sdp: bool) -> bytes:
    here, there = (f"10.{side}.{call // 250}.{call % 250 + 1}" for side in (1, 2))
    caller, callee = 600_000_000 + call, 900_000_000 + call
    own = there if by_callee else here
    to_tag = ";tag=b" if by_callee or method != "INVITE" else ""
    body = (
        f"v=0\r\no=- 1 1 IN IP4 {own}\r\ns=-\r\nc=IN IP4 {own}\r\nt=0 0\r\n"
        f"m=audio {_PORT_0 + 2 * call} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n"
        if has_sdp
        else ""
    )
    sequence = 2 if method == "BYE" else 1
    head = (
        f"{first_line.format(callee=callee, there=there)}\r\n"
        f"Via: SIP/2.0/UDP {here}:5060;branch=z9hG4bK{call}{method}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:{caller}@{here}>;tag=a\r\nTo: <sip:{callee}@{there}>{to_tag}\r\n"
        f"Call-ID: load-{call}@{here}\r\nCSeq: {sequence} {method}\r\nContact: <sip:{own}:5060>\r\n"
        + ("Content-Type: application/sdp\r\n" if has_sdp else "")
        + f"Content-Length: {len(body)}\r\n\r\n"
    )
    return _framed((head + body).encode(), *((there, here) if by_callee else (here, there)))


def _framed(payload: bytes, source: str, destination: str) -> bytes:
    addresses = bytes(int(part) for address in (source, destination) for part in address.split("."))
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0x4000, 64, 17, 0) + addresses
    udp = struct.pack(">HHHH", 5060, 5060, 8 + len(payload), 0)
    return b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + udp + payload


def write_capture(path: Path, traffic: Traffic) -> int:
    """The traffic as a classic pcap file; how many RTP packets are in it."""
    signalling = traffic.signalling()
    found = 0
    with path.open("wb") as file:
        file.write(_FILE_HEADER)
        for times_s, frames in traffic.blocks():
            found += len(frames)
            start = 0
            while signalling and len(times_s) and signalling[0][0] <= times_s[-1]:
                at_s, frame = signalling.pop(0)
                stop = int(np.searchsorted(times_s, at_s))
                file.write(_records(times_s[start:stop], frames[start:stop]))
                file.write(_record(at_s, frame))
                start = stop
            file.write(_records(times_s[start:], frames[start:]))
        file.writelines(_record(at_s, frame) for at_s, frame in signalling)
    return found


def _record(at_s: float, frame: bytes) -> bytes:
    micros = round(at_s * 1e6)
    return struct.pack("<4I", SECOND_0 + micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame


def _records(times_s: npt.NDArray[np.float64], frames: Bytes) -> bytes:
    micros = np.rint(times_s * 1e6).astype(np.int64)
    sizes = np.full(len(frames), FRAME_BYTES)
    heads = np.stack([SECOND_0 + micros // 1_000_000, micros % 1_000_000, sizes, sizes], axis=1)
    return np.concatenate((heads.astype("<u4").view(np.uint8).reshape(len(frames), 16), frames), axis=1).tobytes()
