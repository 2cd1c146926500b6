from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from audio.packets.fragments import FragmentLimits
from audio.packets.frames import FrameDecoder
from tests.audio.packets.wire import (
    CALLEE,
    CALLEE_6,
    CALLER,
    CALLER_6,
    batch,
    ethernet,
    fragments_v4,
    fragments_v6,
    ipv4,
    told,
    udp,
    vxlan,
)

INVITE = bytes(range(256)) * 10
V4 = udp(INVITE, 5060, 5060, (CALLER, CALLEE))
V6 = udp(INVITE, 5060, 5060, (CALLER_6, CALLEE_6))
PIECES = fragments_v4(V4, 1024)  # three of them


def decoded(
    packets: Sequence[bytes], times_s: Sequence[float] | None = None, decoder: FrameDecoder | None = None
) -> list[tuple[str, int, str, int, bytes]]:
    return told((decoder or FrameDecoder()).decode(batch([ethernet(packet) for packet in packets], 1, times_s)))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_fragments_in_any_order_make_the_datagram(order: tuple[int, ...]) -> None:
    assert decoded([PIECES[i] for i in order]) == [(CALLER, 5060, CALLEE, 5060, INVITE)]


def test_fragments_of_ipv6_make_the_datagram() -> None:
    assert decoded(fragments_v6(V6, 1024)) == [(CALLER_6, 5060, CALLEE_6, 5060, INVITE)]


def test_fragments_may_come_in_different_batches() -> None:
    decoder = FrameDecoder()

    assert decoded(PIECES[:2], [1.0, 1.1], decoder) == []
    assert decoded(PIECES[2:], [1.2], decoder) == [(CALLER, 5060, CALLEE, 5060, INVITE)]


def test_the_datagram_stands_where_its_last_fragment_came() -> None:
    other = ipv4(udp(b"media", 1, 2))
    found = decoded([other, PIECES[0], PIECES[1], other, PIECES[2], other])

    assert [payload for *_, payload in found] == [b"media", b"media", INVITE, b"media"]


def test_a_mirror_that_doubles_every_packet_gives_the_datagram_once() -> None:
    assert len(decoded([piece for piece in PIECES for _ in range(2)], [1.0] * 6)) == 1


def test_a_fragmented_tunnel_is_put_together_and_opened() -> None:
    inner = vxlan(ethernet(ipv4(udp(INVITE[:1400], 5060, 5060))))

    assert decoded(fragments_v4(inner[20:], 1024)) == [(CALLER, 5060, CALLEE, 5060, INVITE[:1400])]


def test_overlapping_fragments_are_refused_as_rfc_5722_says() -> None:
    liar = ipv4(b"\xff" * 1024, flags=0x2000 | 64, ident=7)
    decoder = FrameDecoder()

    assert decoded([PIECES[0], liar, *PIECES[1:]], decoder=decoder, times_s=[1.0] * 4) == []
    assert decoder.fragments.refused == 1


def test_a_datagram_whose_checksum_is_wrong_is_refused() -> None:
    mixed = [*PIECES[:2], fragments_v4(udp(INVITE[::-1], 5060, 5060, (CALLER, CALLEE)), 1024)[2]]

    assert decoded(mixed) == []


def test_a_fragment_that_never_comes_is_waited_for_and_then_given_up() -> None:
    decoder = FrameDecoder()
    decoded(PIECES[:2], [1.0, 1.0], decoder)

    assert decoded(PIECES[2:], [17.0], decoder) == []
    assert decoder.fragments.refused == 1


def test_an_identification_used_again_later_begins_a_new_datagram() -> None:
    assert len(decoded([*PIECES, *PIECES], [1.0, 1.0, 1.0, 5.0, 5.0, 5.0])) == 2


@pytest.mark.parametrize(
    "liar",
    [
        pytest.param(ipv4(b"x" * 1001, flags=0x2000), id="a middle one of an odd length"),
        pytest.param(ipv4(b"x" * 100, flags=0x1FFF), id="over 64 KiB"),
        pytest.param(ipv4(b"", flags=0x2001), id="empty"),
    ],
)
def test_fragments_that_cannot_be_are_refused(liar: bytes) -> None:
    assert decoded([liar, *PIECES], times_s=[1.0] * 4) == []


def test_two_ends_make_no_datagram() -> None:
    ends = [ipv4(b"x" * 16, flags=2, ident=9), ipv4(b"y" * 16, flags=8, ident=9)]

    assert decoded([*ends, ipv4(udp(bytes(8))[:16], flags=0x2000, ident=9)], [1.0] * 3) == []


def test_fragments_that_never_end_do_not_eat_memory() -> None:
    decoder = FrameDecoder(fragment_limits=FragmentLimits(max_pending=50))
    frames = [ethernet(ipv4(bytes(1000), flags=0x2000, ident=ident)) for ident in range(5000)]
    decoder.decode(batch(frames, times_s=[1.0] * 5000))

    assert len(decoder.fragments._pending) <= 50
    assert decoder.fragments.refused >= 4950


def test_one_datagram_cannot_have_endless_pieces() -> None:
    decoder = FrameDecoder()
    frames = [ethernet(ipv4(bytes(8), flags=0x2000 | place)) for place in range(0, 4000, 2)]
    decoder.decode(batch(frames, times_s=[1.0] * len(frames)))

    assert sum(len(pending.pieces) for pending in decoder.fragments._pending.values()) == 0
