from __future__ import annotations

import struct

import numpy as np
import pytest

from audio.packets.batch import Flow
from audio.packets.frames import FrameDecoder
from tests.audio.packets.wire import (
    CALLEE,
    CALLEE_6,
    CALLER,
    CALLER_6,
    batch,
    ethernet,
    gre,
    ipv4,
    ipv6,
    sll,
    sll2,
    tcp,
    told,
    udp,
    vxlan,
)

PAYLOAD = b"\x80\x08" + bytes(range(60))
PACKET = ipv4(udp(PAYLOAD))
PACKET_6 = ipv6(udp(PAYLOAD))
TOLD = (CALLER, 4000, CALLEE, 5000, PAYLOAD)
TOLD_6 = (CALLER_6, 4000, CALLEE_6, 5000, PAYLOAD)
ARP = bytes(12) + b"\x08\x06" + bytes(46)
INVITE = b"INVITE sip:b@example.org SIP/2.0\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("link_type", "frame"),
    [
        pytest.param(1, ethernet(PACKET), id="ethernet"),
        pytest.param(1, ethernet(PACKET, 0x8100), id="vlan"),
        pytest.param(1, ethernet(PACKET, 0x88A8, 0x8100), id="qinq"),
        pytest.param(1, ethernet(PACKET, 0x8100, 0x8100), id="two vlans"),
        pytest.param(1, ethernet(PACKET, 0x9100, 0x8100), id="old qinq"),
        pytest.param(1, ethernet(PACKET) + bytes(10), id="padded ethernet"),
        pytest.param(1, ethernet(ipv4(udp(PAYLOAD), options=bytes([1] * 8))), id="IPv4 options"),
        pytest.param(113, sll(PACKET), id="SLL"),
        pytest.param(113, bytes(14) + b"\x81\x00" + b"\0\x05\x08\0" + PACKET, id="SLL with a VLAN tag"),
        pytest.param(276, sll2(PACKET), id="SLL2"),
        pytest.param(0, struct.pack("<I", 2) + PACKET, id="loopback of a little-endian host"),
        pytest.param(0, struct.pack(">I", 2) + PACKET, id="loopback of a big-endian host"),
        pytest.param(108, struct.pack(">I", 2) + PACKET, id="OpenBSD loopback"),
        pytest.param(101, PACKET, id="raw"),
        pytest.param(12, PACKET, id="raw by its DLT"),
        pytest.param(228, PACKET, id="IPv4 alone"),
        pytest.param(1, ethernet(vxlan(ethernet(PACKET))), id="VXLAN"),
        pytest.param(1, ethernet(vxlan(ethernet(PACKET, 0x8100)), 0x8100), id="VLAN in VXLAN in VLAN"),
        pytest.param(1, ethernet(vxlan(ethernet(vxlan(ethernet(PACKET))))), id="VXLAN in VXLAN"),
        pytest.param(1, ethernet(gre(PACKET, 0x0800)), id="GRE"),
        pytest.param(1, ethernet(gre(PACKET, 0x0800, sequence=True)), id="GRE with a sequence number"),
        pytest.param(1, ethernet(gre(ethernet(PACKET), 0x6558)), id="bridged GRE"),
        pytest.param(1, ethernet(gre(ethernet(PACKET), 0x88BE)), id="ERSPAN I"),
        pytest.param(1, ethernet(gre(ethernet(PACKET), 0x88BE, sequence=True, header=bytes(8))), id="ERSPAN II"),
        pytest.param(1, ethernet(gre(ethernet(PACKET), 0x22EB, sequence=True, header=bytes(12))), id="ERSPAN III"),
        pytest.param(
            1,
            ethernet(gre(ethernet(PACKET), 0x22EB, sequence=True, header=bytes(11) + b"\1" + bytes(8))),
            id="ERSPAN III with a platform header",
        ),
        pytest.param(1, ethernet(ipv4(PACKET, 4)), id="IP in IP"),
        pytest.param(1, ethernet(ipv4(b"\x11\x04" + bytes(22) + udp(PAYLOAD), 51)), id="authentication header"),
    ],
)
def test_a_datagram_is_found_in_every_wrapping(link_type: int, frame: bytes) -> None:
    found = FrameDecoder().decode(batch([frame], link_type, [12.5]))

    assert told(found) == [TOLD]
    assert found.datagrams.times_s.tolist() == [12.5]
    assert found.unreadable == 0


@pytest.mark.parametrize(
    ("link_type", "frame"),
    [
        pytest.param(1, ethernet(PACKET_6), id="ethernet"),
        pytest.param(1, ethernet(PACKET_6, 0x8100), id="vlan"),
        pytest.param(113, sll(PACKET_6), id="SLL"),
        pytest.param(276, sll2(PACKET_6), id="SLL2"),
        pytest.param(0, struct.pack("<I", 10) + PACKET_6, id="loopback"),
        pytest.param(229, PACKET_6, id="IPv6 alone"),
        pytest.param(1, ethernet(ipv6(b"\x11\0" + bytes(6) + udp(PAYLOAD), 0)), id="hop-by-hop options"),
        pytest.param(
            1, ethernet(ipv6(b"\x3c\1" + bytes(14) + b"\x11\0" + bytes(6) + udp(PAYLOAD), 43)), id="two headers"
        ),
        pytest.param(1, ethernet(ipv4(PACKET_6, 41)), id="IPv6 in IPv4"),
        pytest.param(1, ethernet(gre(PACKET_6, 0x86DD)), id="GRE"),
        pytest.param(1, ethernet(vxlan(ethernet(PACKET_6))), id="VXLAN"),
    ],
)
def test_a_datagram_over_ipv6_is_found_in_every_wrapping(link_type: int, frame: bytes) -> None:
    assert told(FrameDecoder().decode(batch([frame], link_type))) == [TOLD_6]


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(ARP, id="ARP"),
        pytest.param(b"", id="nothing"),
        pytest.param(ethernet(PACKET)[:20], id="cut in the IP header"),
        pytest.param(ethernet(PACKET)[:60], id="cut in the payload"),
        pytest.param(ethernet(ipv4(b"\x08\0" + bytes(30), 1)), id="ICMP"),
        pytest.param(ethernet(ipv4(struct.pack("!HHHH", 1, 2, 200, 0) + PAYLOAD)), id="UDP longer than its packet"),
        pytest.param(ethernet(ipv4(struct.pack("!HHHH", 1, 2, 7, 0) + PAYLOAD)), id="UDP shorter than its header"),
        pytest.param(ethernet(PACKET, *[0x8100] * 9), id="a tower of tags"),
        pytest.param(ethernet(ipv6(b"\x3c\0" * 4 * 9 + bytes(9), 60)), id="a chain of extension headers"),
        pytest.param(ethernet(ipv4(tcp(b"")[:12], 6)), id="cut TCP"),
    ],
)
def test_what_cannot_be_read_is_counted_and_the_rest_goes_on(frame: bytes) -> None:
    found = FrameDecoder().decode(batch([ethernet(PACKET), frame, ethernet(PACKET)]))

    assert told(found) == [TOLD, TOLD]
    assert found.unreadable == 1


def test_tunnels_within_tunnels_come_to_an_end() -> None:
    frame = ethernet(PACKET)
    for _ in range(12):
        frame = ethernet(vxlan(frame))

    assert FrameDecoder().decode(batch([frame])).unreadable == 1


def test_a_link_type_that_nobody_knows_is_unreadable() -> None:
    assert FrameDecoder().decode(batch([ethernet(PACKET)] * 3, 147)).unreadable == 3


def test_media_on_the_port_of_vxlan_is_media() -> None:
    frame = ethernet(ipv4(udp(PAYLOAD, 4789, 4789)))

    assert told(FrameDecoder().decode(batch([frame]))) == [(CALLER, 4789, CALLEE, 4789, PAYLOAD)]


def test_usual_and_odd_frames_keep_the_order_of_capture() -> None:
    frames = [
        ethernet(ipv4(udp(b"first, long enough", 1, 2))),
        ethernet(ipv6(udp(b"second", 1, 2))),
        ethernet(vxlan(ethernet(ipv4(udp(b"third", 1, 2))))),
        ethernet(ipv4(udp(b"fourth, long enough", 1, 2)), 0x8100),
        ethernet(ipv4(udp(b"fifth", 1, 2))),
    ]
    found = FrameDecoder().decode(batch(frames))

    assert [payload.split(b",")[0] for *_, payload in told(found)] == [
        b"first",
        b"second",
        b"third",
        b"fourth",
        b"fifth",
    ]
    assert found.datagrams.times_s.tolist() == [100.0, 101.0, 102.0, 103.0, 104.0]


def test_a_flow_has_one_index_however_it_is_wrapped_and_in_later_batches_too() -> None:
    decoder = FrameDecoder()
    first = decoder.decode(
        batch([ethernet(PACKET), ethernet(PACKET, 0x88A8, 0x8100), ethernet(vxlan(ethernet(PACKET)))])
    )
    other = decoder.decode(batch([ethernet(ipv4(udp(PAYLOAD, 1, 2))), ethernet(PACKET)]))

    assert first.datagrams.flow.tolist() == [0, 0, 0]
    assert other.datagrams.flow.tolist() == [1, 0]
    assert first.datagrams.flows[0] == Flow(CALLER, 4000, CALLEE, 5000)


def test_an_empty_batch_carries_nothing() -> None:
    found = FrameDecoder().decode(batch([]))

    assert told(found) == []
    assert found.segments == ()


def test_tcp_of_the_sip_port_becomes_segments() -> None:
    frame = ethernet(ipv4(tcp(INVITE, sequence=77, flags=0x19, sport=40000), 6))
    (segment,) = FrameDecoder().decode(batch([frame], times_s=[3.0])).segments

    assert (segment.at_s, segment.sequence, segment.payload) == (3.0, 77, INVITE)
    assert segment.flow == Flow(CALLER, 40000, CALLEE, 5060)
    assert (segment.syn, segment.fin, segment.rst) == (False, True, False)


def test_tcp_of_other_ports_counts_where_a_sip_message_was_seen_in_both_directions() -> None:
    there = [ethernet(ipv4(tcp(data + bytes(20), sport=7000, dport=7001), 6)) for data in (b"x", INVITE, b"y")]
    back = ethernet(ipv4(tcp(b"z" + bytes(20), sport=7001, dport=7000), 6, ends=(CALLEE, CALLER)))
    decoder = FrameDecoder()
    before = decoder.decode(batch([there[0], back]))
    first = decoder.decode(batch(there[1:]))
    second = decoder.decode(batch([back, there[0]]))

    assert before.segments == ()
    assert [segment.payload[:1] for segment in first.segments] == [b"I", b"y"]
    assert [segment.payload[:1] for segment in second.segments] == [b"z", b"x"]


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\n", b"OPTIONS * HTTP/1.1\r\n", b"OPTIONS rtsp://x RTSP/1.0\r\n"])
def test_tcp_that_is_no_sip_is_passed_over_and_no_fault(start: bytes) -> None:
    found = FrameDecoder().decode(batch([ethernet(ipv4(tcp(start * 3, sport=7000, dport=80), 6))]))

    assert found.segments == ()
    assert found.unreadable == 0


def test_sip_over_tcp_and_ipv6_is_found_too() -> None:
    (segment,) = FrameDecoder().decode(batch([ethernet(ipv6(tcp(INVITE), 6))])).segments

    assert segment.flow == Flow(CALLER_6, 5060, CALLEE_6, 5060)


def test_a_port_scan_does_not_eat_memory_and_known_indices_stay_true() -> None:
    decoder = FrameDecoder(max_flows=1000)
    for scan in range(20):
        frames = [ethernet(ipv4(udp(PAYLOAD, scan, port))) for port in range(500)]
        found = decoder.decode(batch([ethernet(PACKET), *frames]))
        assert [flow for flow in told(found) if flow[1] == 4000] == [TOLD]
        assert {port for _, port, *_ in told(found)} == {4000, scan}

    assert decoder.flows.known <= 1501
    assert decoder.flows[int(found.datagrams.flow[0])] == Flow(CALLER, 4000, CALLEE, 5000)


def test_many_flows_at_once_are_told_apart() -> None:
    ports = np.random.default_rng(5).integers(0, 65536, (5000, 2)).tolist()
    found = FrameDecoder().decode(
        batch([ethernet(ipv4(udp(PAYLOAD, a, b))) for a, b in ports if b not in (4789, 8472)])
    )

    assert [(a, b) for _, a, _, b, _ in told(found)] == [(a, b) for a, b in ports if b not in (4789, 8472)]
    assert len(found.datagrams.flows) == len({(a, b) for a, b in ports if b not in (4789, 8472)})
