"""Digits, comfort noise and made-up sound."""

from __future__ import annotations

import numpy as np
import pytest

from audio.events import Digit
from audio.rtp.comfort_noise import level_dbov, noise
from audio.rtp.concealment import concealed, pitch_period
from tests.audio.rtp.senders import START_S, Packet, codes, listened, sender, spoken


def event(at_s: float, sequence: int, timestamp: int, key: int, ticks: int, *, end: bool = False) -> Packet:
    return Packet(at_s, sequence, timestamp, bytes([key, 10 | end << 7, ticks >> 8, ticks & 255]), 101)


def with_a_key(key: int = 5) -> list[Packet]:
    """Two seconds of sound, a key of 200 ms with its end sent three times, two seconds of sound."""
    packets = sender(codes(16_000), sequence=0, timestamp=0)
    packets += [event(START_S + 2 + i * 0.02, 100 + i, 16_000, key, 160 * (i + 1)) for i in range(10)]
    packets += [event(START_S + 2.2 + i * 0.001, 110 + i, 16_000, key, 1600, end=True) for i in range(3)]
    return packets + sender(codes(16_000), start_s=START_S + 2.22, sequence=113, timestamp=17_760)


@pytest.mark.parametrize("batch_s", [None, 0.02, 0.25])
def test_a_key_is_told_once_without_its_value_and_leaves_silence(batch_s: float | None) -> None:
    found = listened(with_a_key(), batch_s=batch_s)
    (digit,) = found.digits
    assert digit == Digit(pytest.approx(START_S + 2, abs=0.02), "leg", digit.side)
    assert not found.missing
    assert not any(sound.concealed for sound in found.sounds)
    line = found.line(4.22)
    assert not line[16_000:17_760].any()
    assert (line[17_760:] == spoken(codes(16_000))).all()


def test_the_digit_has_nowhere_to_hold_its_value() -> None:
    assert set(Digit.__dataclass_fields__) == {"at_s", "leg", "side"}


def test_what_is_no_key_is_not_told() -> None:
    assert not listened(with_a_key(key=36)).digits  # a fax tone


def test_each_key_counts_though_its_first_packets_are_lost() -> None:
    packets = sender(codes(8000), sequence=0, timestamp=0)
    for key in range(4):
        at_s, timestamp, sequence = START_S + 1 + key * 0.3, 8000 + key * 2400, 50 + key * 8
        packets += [event(at_s + i * 0.02, sequence + i, timestamp, key, 160 * i) for i in range(3, 8)]
    assert len(listened(packets, batch_s=0.1).digits) == 4


def test_a_key_held_for_ten_seconds_is_one() -> None:
    packets = sender(codes(8000), sequence=0, timestamp=0)
    packets += [event(START_S + 1 + i * 0.05, 50 + i, 8000, 1, 400 * (i + 1)) for i in range(163)]
    packets += [event(START_S + 9.2 + i * 0.05, 213 + i, 8000 + 0xFFFF, 1, 400 * (i + 1)) for i in range(20)]
    assert len(listened(packets).digits) == 1


def test_a_flood_of_events_is_no_flood_of_digits() -> None:
    packets = sender(codes(8000), sequence=0, timestamp=0)
    packets += [event(START_S + 1 + i * 1e-4, 50 + i, 8000 + i, 1, 10) for i in range(10_000)]
    assert len(listened(packets).digits) < 60


def test_events_beside_sound_leave_it_alone() -> None:
    sound = sender(codes(16_000), sequence=0, timestamp=0)
    packets = [Packet(p.at_s, 2 * i, p.timestamp, p.payload) for i, p in enumerate(sound)]
    packets += [event(p.at_s, 2 * i + 1, 4000, 3, 160) for i, p in enumerate(sound[:-1])]
    found = listened(packets, batch_s=0.25)
    assert (found.line(2) == spoken(codes(16_000))).all()
    assert not any(sound.concealed for sound in found.sounds)


@pytest.mark.parametrize("batch_s", [None, 0.25])
def test_comfort_noise_sounds_at_its_level_until_speech_goes_on(batch_s: float | None) -> None:
    packets = sender(codes(8000), sequence=0, timestamp=0)
    packets.append(Packet(START_S + 1, 50, 8000, bytes([50, 200, 120]), 13))
    packets += sender(codes(8000), start_s=START_S + 3, sequence=51, timestamp=24_000)
    found = listened(packets, batch_s=batch_s)
    line = found.line(4)
    rms = np.sqrt(np.mean(line[8000:24_000].astype(float) ** 2))
    assert 20 * np.log10(rms / 32768) == pytest.approx(-50, abs=0.3)
    assert (line[24_000:] == spoken(codes(8000))).all()
    assert not found.missing


def test_noise_cannot_be_made_to_shout_and_very_quiet_noise_is_silence() -> None:
    assert np.abs(noise(8000, 0.0, 1).astype(int)).max() < 32768 * 10 ** (-30 / 20)
    assert not noise(8000, -90.0, 1).any()
    assert level_dbov(b"\x32") == -50
    assert level_dbov(b"") is None


def test_noise_is_the_same_for_the_same_moment() -> None:
    assert (noise(100, -40, 7) == noise(100, -40, 7)).all()
    assert (noise(100, -40, 7) != noise(100, -40, 8)).any()


@pytest.mark.parametrize("pitch_hz", [80, 100, 125, 160, 190])
def test_the_pitch_of_a_voice_is_found(pitch_hz: int) -> None:
    at = np.arange(320) / 8000
    voice = sum(3000 / k * np.sin(2 * np.pi * k * pitch_hz * at) for k in range(1, 6)).astype(np.int16)
    periods = pitch_period(voice, 8000) * pitch_hz / 8000
    assert periods == pytest.approx(max(1, round(periods)), abs=0.02)  # two periods repeat themselves as well as one


def test_what_is_made_up_goes_on_as_before_then_fades_to_nothing() -> None:
    tone = (8000 * np.sin(2 * np.pi * 100 * np.arange(1000) / 8000)).astype(np.int16)
    made = concealed(tone[:320], 480, 8000)
    assert np.abs(made[:80].astype(int) - tone[320:400]).max() < 300
    assert np.abs(made[80:160]).max() < 8000
    assert np.abs(made[-40:].astype(int)).max() < 1000
    assert len(made) == 480


def test_without_history_there_is_nothing_to_repeat() -> None:
    assert not concealed(np.zeros(0, np.int16), 160, 8000).any()
    assert len(concealed(np.ones(3, np.int16), 160, 8000)) == 160
