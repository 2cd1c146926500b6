"""The first bytes of a recording's file: a plain WAV header with a chunk of our own that places it in time.

The chunk `tmbr` lies before the sound, so that whatever becomes of the journal, the file itself says when its
first frame was. Readers pass over chunks that they don't know.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

CHANNELS = 2
BYTES_PER_FRAME = 2 * CHANNELS
_HEADER = struct.Struct("<4sI4s 4sIHHIIHH 4sIdqqq 4sI")
HEADER_BYTES = _HEADER.size
_OWN_BYTES = 32
_PCM = 1
SAMPLE_RATES_HZ = (8000, 16000)


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording's file says of itself."""

    sample_rate_hz: int
    started_s: float
    """The recording's time zero on the capture clock: that of frame 0, which may lie in an earlier part."""
    first_frame: int
    """Where on the recording's time line this file begins."""
    frames: int
    """In this file."""
    heard: tuple[int, int]
    """For each channel, the frame of the recording that follows its last sound."""

    def packed(self) -> bytes:
        data = self.frames * BYTES_PER_FRAME
        return _HEADER.pack(
            *(b"RIFF", HEADER_BYTES - 8 + data, b"WAVE"),
            *(b"fmt ", 16, _PCM, CHANNELS, self.sample_rate_hz),
            *(self.sample_rate_hz * BYTES_PER_FRAME, BYTES_PER_FRAME, 16),
            *(b"tmbr", _OWN_BYTES, self.started_s, self.first_frame, *self.heard),
            *(b"data", data),
        )


def parsed(data: bytes) -> Header | None:
    """The header that `Header.packed` made; `None` for any other bytes."""
    if len(data) < HEADER_BYTES:
        return None
    values = _HEADER.unpack_from(data)
    riff, _, wave, fmt, _, tag, channels, rate_hz, _, _, _, own, own_bytes, started_s, first, a, b, name, size = values
    ours = (riff, wave, fmt, own, name) == (b"RIFF", b"WAVE", b"fmt ", b"tmbr", b"data")
    if not ours or (tag, channels, own_bytes) != (_PCM, CHANNELS, _OWN_BYTES) or rate_hz not in SAMPLE_RATES_HZ:
        return None
    return Header(rate_hz, started_s, first, size // BYTES_PER_FRAME, (a, b))
