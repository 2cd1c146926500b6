"""The code tables of ITU-T G.711."""

from __future__ import annotations

import av
import numpy as np
import pytest

from audio.g711 import alaw_samples, mulaw_samples

CODES = np.arange(256, dtype=np.uint8)


def test_alaw_codes_have_the_values_of_table_1() -> None:
    # 0xD5 and 0x55 are the smallest steps (±1 of 4096), 0xAA and 0x2A the largest (±4032); in 16 bits eight times that
    codes = np.array([0xD5, 0x55, 0xD4, 0xC5, 0xAA, 0x2A], dtype=np.uint8)
    assert alaw_samples(codes).tolist() == [8, -8, 24, 264, 32256, -32256]


def test_mulaw_codes_have_the_values_of_table_2() -> None:
    # 0xFF and 0x7F are the two zeros, 0x80 and 0x00 the largest (±8031 of 8192), four times as much in 16 bits
    codes = np.array([0xFF, 0x7F, 0xFE, 0xEF, 0x80, 0x00], dtype=np.uint8)
    assert mulaw_samples(codes).tolist() == [0, 0, 8, 132, 32124, -32124]


@pytest.mark.parametrize(("codec", "samples"), [("pcm_alaw", alaw_samples), ("pcm_mulaw", mulaw_samples)])
def test_all_256_codes_agree_with_another_decoder(codec: str, samples: object) -> None:
    context = av.CodecContext.create(codec, "r")
    context.sample_rate, context.layout = 8000, "mono"
    (frame,) = context.decode(av.Packet(CODES.tobytes()))
    assert samples(CODES).tolist() == frame.to_ndarray()[0].tolist()
