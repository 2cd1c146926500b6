"""One run of a sender's numbering, from its first packet until it ends or begins anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices, Times
from audio.rtp.codecs import UNDECODABLE, Decoder
from audio.rtp.comfort_noise import level_dbov
from audio.rtp.drift import SenderClock
from audio.rtp.joining import SoundJoiner
from audio.rtp.packets import RtpPackets
from audio.rtp.placement import counted_rate_hz, in_order, lost_before, unwrapped
from audio.rtp.received import Received, joined, joined_equal
from audio.rtp.settings import SoundSettings
from audio.rtp.timeline import Stretch, TimeLine

Pcm = npt.NDArray[np.int16]
PORTION = 4096
"""Most packets taken at a time, so that what they need stays in the cache."""
_RAMP = np.arange(PORTION + 1)
_SHORT_RAMP, _LONG_RAMP = _RAMP.astype(np.uint16), _RAMP.astype(np.uint32)
_SAME = np.zeros(PORTION, np.int64)
_NO_NUMBERS: Indices = np.zeros(0, np.int64)
_SILENCE: Pcm = np.zeros(0, np.int16)
_NOISE_RATE_HZ = 8000


class Track:
    """Puts packets in order, waits for what may still come, decodes, and lays the sound on the time line."""

    def __init__(
        self,
        first: Received,
        clock_rate_hz: int,
        decoder_of: Callable[[int], Decoder | None],
        settings: SoundSettings,
    ) -> None:
        self.clock_rate_hz = clock_rate_hz
        """As the SDP says; `clock.rate_hz` is how the sender counts."""
        self.began_s = float(first.times_s[0])
        self.last_arrival_s = self.began_s
        self._settings = settings
        self._decoder_of = decoder_of
        self._decoders: dict[int, Decoder | None] = {}
        self._reference = int(first.timestamps[0])
        self.clock = SenderClock(self._reference, clock_rate_hz, self.began_s)
        self._line = TimeLine(self.clock, settings)
        self._others = _NO_NUMBERS
        self._held: list[Received] = []
        self._previous = int(first.sequence[0]) - 1
        self._started = False
        self._rate_hz = _NOISE_RATE_HZ

    def fitting(self, packets: Received) -> tuple[Indices, int]:
        """Their timestamps unwrapped, and how many from the first on go on with this numbering."""
        timestamps = unwrapped(packets.timestamps, 32, self._reference)
        lags = self.clock.lags_s(timestamps, packets.times_s) - self.clock.shift_s
        earliest = -self._settings.early_s if self._started else -self._settings.restart_s
        if lags.min() >= earliest and lags.max() <= self._settings.restart_s:
            return timestamps, len(packets)
        return timestamps, int(np.argmin((lags >= earliest) & (lags <= self._settings.restart_s)))

    def add(self, packets: Received, timestamps: Indices) -> None:
        """Packets that fit, in order of arrival, their sequence numbers unwrapped."""
        received = packets.numbered(packets.sequence, timestamps)
        self._reference = int(timestamps.max())
        self.last_arrival_s = float(packets.times_s[-1])
        self._held.append(received)

    def add_others(self, sequence: Indices) -> None:
        """Unwrapped sequence numbers of packets that carry no sound, and are no loss."""
        if len(sequence):
            self._others = np.union1d(self._others, sequence)

    def forget(self, payload_types: tuple[int, ...]) -> None:
        """They stand for other codecs from now on."""
        for payload_type in payload_types:
            self._decoders.pop(payload_type, None)

    def take_steady(self, packets: RtpPackets, out: SoundJoiner) -> bool:
        """Lays packets at once that go on just as the ones before did, as nearly all do; `False` if they do not."""
        size, line = len(packets), self._line
        payload_type, length = int(packets.payload_types[0]), int(packets.lengths[0])
        decoder = self._decoders.get(payload_type)
        if decoder is None or not self._started or self._held or len(self._others) or line.is_correcting:
            return False
        samples_each = decoder.samples_in(length)
        ticks = samples_each * self.clock.rate_hz // decoder.sample_rate_hz
        if not ticks or line.expected is None or not self._goes_on(packets, payload_type, length, ticks):
            return False
        timestamps = line.expected + ticks * _RAMP[:size]
        lags_s = self.clock.lags_s(timestamps, packets.times_s)
        if not self._is_in_time(lags_s):
            return False
        samples, _ = decoder.decode(joined_equal(packets.data, packets.starts, length), packets.lengths)
        self._previous += size
        self._reference = int(timestamps[-1])
        self.last_arrival_s = float(packets.times_s[-1])
        ends, same = samples_each * _RAMP[1 : size + 1], _SAME[:size]
        rate_hz = self._rate_hz = decoder.sample_rate_hz
        line.put(Stretch(timestamps, lags_s, same, ticks + same, ends, samples, rate_hz, seamless=True), out)
        return True

    def _goes_on(self, packets: RtpPackets, payload_type: int, length: int, ticks: int) -> bool:
        size = len(packets)
        sequence, timestamp = packets.sequence[0], packets.timestamps[0]
        return bool(
            sequence == (self._previous + 1) & 0xFFFF
            and timestamp == (self._line.expected or 0) & 0xFFFFFFFF
            and packets.payload_types.tobytes() == bytes((payload_type,)) * size
            and (packets.lengths == length).all()
            and (packets.sequence - _SHORT_RAMP[:size] == sequence).all()
            and (packets.timestamps - _LONG_RAMP[:size] * np.uint32(ticks) == timestamp).all()
        )

    def _is_in_time(self, lags_s: Times) -> bool:
        shift_s, settings = self.clock.shift_s, self._settings
        return bool(lags_s.min() >= shift_s - settings.early_s and lags_s.max() <= shift_s + settings.restart_s)

    @property
    def last_sequence(self) -> int:
        """Unwrapped, of the last packet laid."""
        return self._previous

    def take(self, now_s: float, out: SoundJoiner) -> None:
        """Lays down what is settled at `now_s`."""
        if not self._held or (not self._started and now_s < self.began_s + self._settings.reorder_s):
            return
        held, self._held = joined(self._held), []
        if not self._started:
            self._start(held)
        held = in_order(held, self._line.expected)
        if not len(held):
            return
        lost = lost_before(held.sequence, self._previous, self._others)
        waiting = (lost > 0) & (held.times_s > now_s - self._settings.reorder_s)
        settled = int(np.argmax(waiting)) if waiting.any() else len(held)
        if settled < len(held):
            self._held = [held.part(settled, len(held))]
        if settled:
            self._lay(held.part(0, settled), lost[:settled], out)

    def _start(self, held: Received) -> None:
        """The least delayed of the first packets says when the first sample sounded."""
        first = np.flatnonzero(held.times_s <= self.began_s + self._settings.reorder_s)
        self._count_as_the_sender_does(held.chosen(first))
        lags_s = self.clock.lags_s(held.timestamps, held.times_s)
        self.clock.start_at(float(lags_s[first].min()))
        self._started = True

    def _count_as_the_sender_does(self, first: Received) -> None:
        """Some count G.722 at its 16 kHz, against RFC 3551."""
        decoder, length = self._decoder(int(first.payload_types[0])), int(first.lengths[0])
        if decoder is None or not (first.lengths == length).all():
            return
        rate_hz = counted_rate_hz(first, decoder.samples_in(length) / decoder.sample_rate_hz)
        if rate_hz is not None and rate_hz != self.clock.rate_hz:
            self.clock = SenderClock(self.clock.first_timestamp, rate_hz, self.began_s)
            self._line = TimeLine(self.clock, self._settings)

    def _decoder(self, payload_type: int) -> Decoder | None:
        if payload_type not in self._decoders:
            self._decoders[payload_type] = self._decoder_of(payload_type)
        return self._decoders[payload_type]

    def _lay(self, packets: Received, lost: Indices, out: SoundJoiner) -> None:
        self._previous = int(packets.sequence[-1])
        if len(self._others):
            self._others = self._others[np.searchsorted(self._others, self._previous) :]
        start = 0
        for end in self._codec_changes(packets.payload_types):
            self._lay_one_codec(packets.part(start, end), lost[start:end], out)
            start = end

    @staticmethod
    def _codec_changes(payload_types: npt.NDArray[np.uint8]) -> list[int]:
        if (payload_types == payload_types[0]).all():
            return [len(payload_types)]
        return [*(np.flatnonzero(np.diff(payload_types)) + 1).tolist(), len(payload_types)]

    def _lay_one_codec(self, packets: Received, lost: Indices, out: SoundJoiner) -> None:
        decoder = self._decoder(int(packets.payload_types[0]))
        if decoder is None:
            self._lay_noise(packets, lost, out)
            return
        samples, counts = decoder.decode(packets.data, packets.lengths)
        if (counts == UNDECODABLE).any():
            bad = counts == UNDECODABLE
            lost[1:] += bad[:-1]
            counts = np.where(bad, 0, counts)
        self._rate_hz = rate_hz = decoder.sample_rate_hz
        ticks = counts if rate_hz == self.clock.rate_hz else counts * self.clock.rate_hz // rate_hz
        lags = self.clock.lags_s(packets.timestamps, packets.times_s)
        ends = np.cumsum(counts)
        self._line.put(Stretch(packets.timestamps, lags, lost, ticks, ends, samples, rate_hz), out)

    def _lay_noise(self, packets: Received, lost: Indices, out: SoundJoiner) -> None:
        """Comfort noise, a packet at a time: each says how loud the silence after it is."""
        lags = self.clock.lags_s(packets.timestamps, packets.times_s)
        nothing = np.zeros(1, np.int64)
        for index, start in enumerate(packets.starts.tolist()):
            at = slice(index, index + 1)
            level = level_dbov(packets.data[start : start + int(packets.lengths[index])][:1].tobytes())
            self._line.put(
                Stretch(packets.timestamps[at], lags[at], lost[at], nothing, nothing, _SILENCE, self._rate_hz, level),
                out,
            )
