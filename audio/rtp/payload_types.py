"""What a stream's payload types carry, as tables to look many packets up in at once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices
from audio.rtp.codec import STATIC, Codec
from audio.rtp.codecs import Decoder, decoder_of

_SIZE = 256
"""A byte's range; half of it is never on the line."""


class Carries(IntEnum):
    SOUND = 0
    NOISE = 1
    """Comfort noise (RFC 3389): how loud a silence is."""
    EVENT = 2
    """Keys pressed (RFC 4733)."""
    UNKNOWN = 3


@lru_cache(maxsize=256)
def carried(codec: Codec) -> Carries:
    """What packets of this codec are to us."""
    name = codec.name.upper()
    if name == "CN":
        return Carries.NOISE
    if name == "TELEPHONE-EVENT":
        return Carries.EVENT
    return Carries.SOUND if decoder_of(codec) is not None else Carries.UNKNOWN


class PayloadTypes:
    """RFC 3551's static types, and over them what an SDP says."""

    def __init__(self, codecs: Mapping[int, Codec]) -> None:
        self._codecs: dict[int, Codec] = {}
        self.carries: npt.NDArray[np.uint8] = np.full(_SIZE, Carries.UNKNOWN, np.uint8)
        """`Carries`, by payload type."""
        self.clocks_hz: Indices = np.zeros(_SIZE, np.int64)
        """Rates of the timestamps, by payload type; 0 where no sound is carried."""
        self.learn(STATIC)
        self.learn(codecs)

    def learn(self, codecs: Mapping[int, Codec]) -> tuple[int, ...]:
        """Takes over a later SDP and tells which types now stand for something else; others stay as they were."""
        changed = [number for number, codec in codecs.items() if codec != self._codecs.get(number)]
        changed = [number for number in changed if 0 <= number < _SIZE]
        for number in changed:
            codec = self._codecs[number] = codecs[number]
            self.carries[number] = kind = carried(codec)
            self.clocks_hz[number] = codec.clock_rate_hz if kind is Carries.SOUND else 0
        return tuple(changed)

    def decoder(self, payload_type: int) -> Decoder | None:
        """A new decoder; `None` for what carries no sound."""
        is_sound = self.carries[payload_type] == Carries.SOUND
        return decoder_of(self._codecs[payload_type]) if is_sound else None
