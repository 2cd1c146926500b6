from __future__ import annotations

import logging
import os
import struct

import pytest
from pylibsrtp import Policy, Session

from audio.rtp.sound import StreamSound
from audio.rtp.srtp import SUITES, Decryptor, usable
from audio.sip.media import SrtpKey
from models.call import Side
from tests.audio.rtp.senders import CODECS, START_S, Packet, captured, codes, listened, sender, spoken

PAYLOAD = codes(40_000)
SUITE = "AES_CM_128_HMAC_SHA1_80"


def key(suite: str = SUITE, seed: int = 1) -> SrtpKey:
    size = SUITES[suite][1]
    return SrtpKey(1, suite, codes(size, seed))


def encrypted(packets: list[Packet], with_key: SrtpKey, wraps: int = 0) -> list[Packet]:
    """As a sender would whose sequence numbers have wrapped so often."""
    sender_side = Session(Policy(with_key.key_and_salt, Policy.SSRC_ANY_OUTBOUND, 0, SUITES[with_key.suite][0]))
    first = packets[0]
    for number in range(0, (wraps << 16) + first.sequence - 1, 10_000) if wraps else ():
        sender_side.protect(Packet(0.0, number, 0, b"", ssrc=first.ssrc).bytes_on_the_line)
    return [
        Packet(
            p.at_s, p.sequence, p.timestamp, p.payload, p.payload_type, p.ssrc, sender_side.protect(p.bytes_on_the_line)
        )
        for p in packets
    ]


def made(*keys: SrtpKey) -> StreamSound:
    return StreamSound("leg", Side.CALLER, CODECS, keys, encrypted=True)


@pytest.mark.parametrize("suite", sorted(SUITES))
@pytest.mark.parametrize("batch_s", [None, 0.25])
def test_with_its_key_the_sound_is_bit_exact(suite: str, batch_s: float | None) -> None:
    found = listened(encrypted(sender(PAYLOAD), key(suite)), made(key(suite)), batch_s)
    assert (found.line(5) == spoken(PAYLOAD)).all()
    assert not found.missing


def test_of_several_keys_the_one_that_fits_is_found() -> None:
    found = listened(encrypted(sender(PAYLOAD), key(seed=3)), made(key(seed=1), key(seed=2), key(seed=3)))
    assert (found.line(5) == spoken(PAYLOAD)).all()


@pytest.mark.parametrize("wraps", [1, 3, 15])
def test_a_call_joined_hours_after_its_start_is_read(wraps: int) -> None:
    packets = encrypted(sender(PAYLOAD, sequence=30_000), key(), wraps)
    assert (listened(packets, made(key()), 0.25).line(5) == spoken(PAYLOAD)).all()


def test_sequence_numbers_that_wrap_under_way_are_followed() -> None:
    packets = encrypted(sender(PAYLOAD, sequence=65_450), key())
    assert (listened(packets, made(key()), 0.25).line(5) == spoken(PAYLOAD)).all()


def test_lost_doubled_and_swapped_packets_are_as_in_the_clear() -> None:
    packets = encrypted(sender(PAYLOAD), key())
    packets[50] = packets[50].delayed(0.05)
    doubled = [*packets[:100], *packets[101:], packets[60].delayed(0.01)]
    found = listened(doubled, made(key()))
    assert [span.duration_s for one in found.sounds for span in one.concealed] == [pytest.approx(0.02)]
    assert (found.line(5)[101 * 160 :] == spoken(PAYLOAD)[101 * 160 :]).all()


@pytest.mark.parametrize("keys", [(), (key(seed=9),), (SrtpKey(1, "F8_128_HMAC_SHA1_80", bytes(30)),)])
def test_without_the_key_sound_is_missing_as_encrypted(keys: tuple[SrtpKey, ...]) -> None:
    found = listened(encrypted(sender(PAYLOAD), key()), made(*keys))
    (gone,) = found.missing
    assert (gone.reason, gone.start_s, gone.end_s) == ("encrypted", START_S, pytest.approx(START_S + 5))
    assert not found.sounds


def test_a_new_key_of_a_later_sdp_is_used() -> None:
    stream = made(key(seed=1))
    listened(encrypted(sender(PAYLOAD[:16_000]), key(seed=1)), stream)
    stream.learn({}, (key(seed=2),))
    later = sender(PAYLOAD[16_000:], start_s=START_S + 2, sequence=200, timestamp=21_000)
    found = listened(encrypted(later, key(seed=2)), stream)
    assert (found.line(3, from_s=START_S + 2) == spoken(PAYLOAD[16_000:])).all()


def test_a_key_that_was_offered_and_not_used_leaves_the_sound_as_it_is() -> None:
    stream = StreamSound("leg", Side.CALLER, CODECS, (key(),))
    assert (listened(sender(PAYLOAD), stream).line(5) == spoken(PAYLOAD)).all()


def test_a_call_that_goes_on_in_the_clear_is_heard() -> None:
    stream = made(key())
    listened(encrypted(sender(PAYLOAD[:16_000]), key()), stream)
    stream.learn({}, encrypted=False)
    later = sender(PAYLOAD[16_000:], start_s=START_S + 2, sequence=200, timestamp=21_000)
    assert (listened(later, stream).line(3, from_s=START_S + 2) == spoken(PAYLOAD[16_000:])).all()


def test_padding_is_known_only_after_decryption() -> None:
    packet = struct.pack(">BBHII", 0xA0, 8, 100, 5000, 7) + PAYLOAD[:160] + b"\0\0\0\4"
    session = Session(Policy(key().key_and_salt, Policy.SSRC_ANY_OUTBOUND))
    clear = Decryptor((key(),)).clear(captured([Packet(START_S, 100, 5000, b"", cipher=session.protect(packet))]))
    assert clear is not None
    assert clear.data.tobytes() == PAYLOAD[:160]


def test_keys_of_the_wrong_length_and_unknown_suites_are_not_tried() -> None:
    assert usable([SrtpKey(1, SUITE, b"short"), SrtpKey(2, "NULL", bytes(30)), key()]) == (key(),)
    assert len(usable([key(seed=i) for i in range(100)])) == 8


@pytest.mark.parametrize("size", [0, 1, 12, 13, 21, 22, 1400, 3000])
def test_no_packet_breaks_it(size: int) -> None:
    packet = Packet(START_S, 0, 0, b"", cipher=struct.pack(">BBHII", 0x80, 8, 0, 0, 7) + os.urandom(size))
    assert Decryptor((key(),)).clear(captured([packet])) is None


def test_no_key_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        listened(encrypted(sender(PAYLOAD), key()), made(key(seed=5)))
    assert not caplog.records
