from __future__ import annotations

import numpy as np
import pytest

from audio.rtp.settings import SoundSettings
from tests.audio.rtp.senders import START_S, Packet, codes, listened, sender, spoken, stream

TEN_S = codes(80_000)


@pytest.mark.parametrize("batch_s", [None, 0.02, 0.25, 1.0])
def test_what_arrives_whole_is_bit_exact_in_one_line(batch_s: float | None) -> None:
    found = listened(sender(TEN_S), batch_s=batch_s)
    assert (found.line(10) == spoken(TEN_S)).all()
    assert sum(len(sound.samples) for sound in found.sounds) == 80_000
    assert not found.missing
    assert not any(sound.concealed for sound in found.sounds)


def test_a_file_is_told_in_few_sounds_and_live_sound_comes_with_each_batch() -> None:
    assert len(listened(sender(TEN_S)).sounds) == 1
    assert len(listened(sender(TEN_S), batch_s=0.5).sounds) == 20


def test_live_sound_waits_only_at_its_start() -> None:
    sound, packets = stream(settings=SoundSettings(reorder_s=0.2)), sender(TEN_S)
    from tests.audio.rtp.senders import captured  # noqa: PLC0415  # beside its only use

    sound.add(captured(packets[:5]))
    assert sound.take(packets[4].at_s) == ()
    sound.add(captured(packets[5:12]))
    (first,) = sound.take(packets[11].at_s)
    assert len(first.samples) == 12 * 160
    sound.add(captured(packets[12:13]))
    (next_one,) = sound.take(packets[12].at_s)
    assert next_one.start_s == pytest.approx(first.start_s + 12 * 0.02, abs=1e-6)


def test_sequence_numbers_and_timestamps_wrap() -> None:
    packets = sender(TEN_S, sequence=65_400, timestamp=2**32 - 30_000)
    for batch_s in (None, 0.25):
        assert (listened(packets, batch_s=batch_s).line(10) == spoken(TEN_S)).all()


def test_the_least_delayed_of_the_first_packets_places_the_start() -> None:
    packets = sender(TEN_S)
    late = [packet.delayed(0.15 - 0.02 * i) for i, packet in enumerate(packets[:7])] + packets[7:]
    found = listened(late, batch_s=0.25)
    assert found.sounds[0].start_s == pytest.approx(START_S, abs=0.011)
    assert np.concatenate([sound.samples for sound in found.sounds]).tolist() == spoken(TEN_S).tolist()


def test_swapped_and_doubled_packets_change_nothing() -> None:
    packets = sender(TEN_S)
    packets[100] = packets[100].delayed(0.03)
    packets[200] = packets[200].delayed(0.15)
    doubled = [*packets, packets[300].delayed(0.001), packets[301].delayed(0.1)]
    for batch_s in (None, 0.02, 0.25):
        found = listened(doubled, batch_s=batch_s)
        assert (found.line(10) == spoken(TEN_S)).all()
        assert not found.missing


def test_one_lost_packet_is_concealed_marked_and_moves_nothing() -> None:
    packets = sender(TEN_S)
    del packets[100]
    for batch_s in (None, 0.25):
        found = listened(packets, batch_s=batch_s)
        line, true = found.line(10), spoken(TEN_S)
        assert (line[: 100 * 160] == true[: 100 * 160]).all()
        assert (line[101 * 160 :] == true[101 * 160 :]).all()
        marks = [
            (sound.start_s + span.start_s - START_S, span.duration_s)
            for sound in found.sounds
            for span in sound.concealed
        ]
        assert marks == [(pytest.approx(2.0, abs=1e-6), pytest.approx(0.02))]
        assert not found.missing


def test_of_a_long_loss_sixty_milliseconds_are_made_up_and_the_rest_is_missing() -> None:
    packets = sender(TEN_S)
    del packets[100:150]
    found = listened(packets)
    assert [span.duration_s for sound in found.sounds for span in sound.concealed] == [pytest.approx(0.06)]
    (lost,) = found.missing
    assert (lost.start_s - START_S, lost.end_s - START_S) == (pytest.approx(2.06), pytest.approx(3.0))
    assert lost.reason == "lost"
    assert (found.line(10)[150 * 160 :] == spoken(TEN_S)[150 * 160 :]).all()


def test_a_packet_that_comes_after_its_gap_was_closed_is_left_out() -> None:
    packets = sender(TEN_S)
    packets[100] = packets[100].delayed(1.0)
    found = listened(packets, batch_s=0.02)
    assert len([span for sound in found.sounds for span in sound.concealed]) == 1
    assert (found.line(10)[101 * 160 :] == spoken(TEN_S)[101 * 160 :]).all()


def test_a_pause_without_loss_is_silence_and_not_missing() -> None:
    packets = [packet for packet in sender(TEN_S) if not START_S + 2 <= packet.at_s < START_S + 6.9]
    packets = [Packet(p.at_s, 100 + i, p.timestamp, p.payload) for i, p in enumerate(packets)]
    for batch_s in (None, 0.25):
        found = listened(packets, batch_s=batch_s)
        assert not found.missing
        assert not found.line(10)[16_000 : round(6.9 * 8000)].any()
        assert (found.line(10)[round(6.9 * 8000) :] == spoken(TEN_S)[round(6.9 * 8000) :]).all()


def test_a_sender_that_begins_anew_is_placed_by_arrival() -> None:
    first, second = TEN_S[:32_000], TEN_S[32_000:]
    packets = sender(first) + sender(second, start_s=START_S + 4.5, sequence=40_000, timestamp=3_000_000_000)
    for batch_s in (None, 0.25):
        found = listened(packets, batch_s=batch_s)
        line = found.line(11)
        assert (line[:32_000] == spoken(first)).all()
        assert (line[36_000 : 36_000 + len(second)] == spoken(second)).all()
        assert not found.missing


def test_another_sender_takes_over_at_once_and_the_first_is_not_heard_beside_it() -> None:
    first, second = sender(TEN_S), sender(codes(40_000, 2), start_s=START_S + 3, ssrc=9)
    for batch_s in (None, 0.25):
        line = listened([*first, *second], batch_s=batch_s).line(10)
        assert (line[:24_000] == spoken(TEN_S)[:24_000]).all()
        assert (line[24_320:64_000] == spoken(codes(40_000, 2))[320:]).all()  # its second packet bears out its first
        assert (line[68_160:] == spoken(TEN_S)[68_160:]).all()  # the first is back half a second later


def test_a_stray_packet_is_no_new_beginning() -> None:
    packets = [*sender(TEN_S), Packet(START_S + 3.001, 9, 123_456_789, codes(160, 5))]
    for batch_s in (None, 0.02, 0.25):
        found = listened(packets, batch_s=batch_s)
        assert (found.line(10) == spoken(TEN_S)).all()


def test_a_packet_that_claims_a_day_later_makes_no_day_of_silence() -> None:
    packets = sender(TEN_S)
    leap = [Packet(p.at_s, p.sequence, p.timestamp + 86_400 * 8000, p.payload) for p in packets[250:]]
    found = listened(packets[:250] + leap)
    assert sum(len(sound.samples) for sound in found.sounds) == 80_000
    assert found.sounds[-1].start_s < START_S + 10
    assert (found.line(10) == spoken(TEN_S)).all()


def test_an_outage_of_minutes_is_missing_and_costs_no_memory() -> None:
    later = sender(TEN_S, start_s=START_S + 1200, sequence=100 + 60_000, timestamp=5000 + 1200 * 8000)
    found = listened(sender(TEN_S) + later)
    assert sum(len(sound.samples) for sound in found.sounds) == 160_000 + 480
    (lost,) = found.missing
    assert lost.end_s - lost.start_s == pytest.approx(1190 - 0.06)


def test_timestamps_that_stood_still_in_a_pause_are_a_new_beginning() -> None:
    packets = sender(TEN_S)
    after = [packet.delayed(5.0) for packet in packets[250:]]
    found = listened(packets[:250] + after)
    line = found.line(15)
    assert (line[:40_000] == spoken(TEN_S)[:40_000]).all()
    assert (line[80_000:] == spoken(TEN_S)[40_000:]).all()


def test_a_shorter_stop_of_the_timestamps_is_found_within_ten_seconds() -> None:
    packets = sender(codes(8000 * 40))
    after = [packet.delayed(1.0) for packet in packets[1000:]]
    found = listened(packets[:1000] + after, batch_s=0.25)
    assert (found.line(41)[-8000 * 10 :] == spoken(codes(8000 * 40))[-8000 * 10 :]).all()


def test_sounds_come_in_order_and_never_overlap_whatever_the_timestamps_say() -> None:
    rng = np.random.default_rng(3)
    packets = [
        Packet(START_S + i * 0.02, i, int(160 * i * rng.choice([1, 1, 1, 0.9, 1.2])), codes(int(rng.integers(1, 400))))
        for i in range(2000)
    ]
    found = listened(packets)
    end_s = 0.0
    for sound in found.sounds:
        assert sound.start_s >= end_s - 1e-5
        end_s = sound.start_s + len(sound.samples) / sound.sample_rate_hz
    assert found.sounds


def test_empty_payloads_keep_a_path_open_and_say_nothing() -> None:
    packets = [Packet(p.at_s, p.sequence, p.timestamp, b"") if i % 50 == 49 else p for i, p in enumerate(sender(TEN_S))]
    found = listened(packets)
    assert not found.missing
    assert not any(sound.concealed for sound in found.sounds)


@pytest.mark.parametrize("batch_s", [None, 0.1, 0.25])
def test_a_sender_that_goes_on_after_another_is_heard_from_its_first_packet(batch_s: float | None) -> None:
    """Music of a second sender ends, and 100 ms later the first one speaks again."""
    music = sender(codes(8000, 2), start_s=START_S + 1, ssrc=9)
    again = sender(codes(16_000, 3), start_s=START_S + 2.1, sequence=500, timestamp=90_000)
    line = listened([*sender(codes(8000)), *music, *again], batch_s=batch_s).line(5)
    assert (line[8000:16_000] == spoken(codes(8000, 2))).all()
    assert (line[16_800:32_800] == spoken(codes(16_000, 3))).all()


@pytest.mark.parametrize("batch_s", [None, 0.25])
def test_a_sender_that_another_took_over_from_is_left_out_while_that_one_speaks(batch_s: float | None) -> None:
    both = [*sender(codes(24_000)), *sender(codes(16_000, 2), start_s=START_S + 1, ssrc=9)]
    line = listened(both, batch_s=batch_s).line(3)
    settled = 480  # until two packets in a row show that the second has begun
    assert (line[8000 + settled :] == spoken(codes(16_000, 2))[settled:]).all()
