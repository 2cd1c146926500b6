"""The same call in every wrapping in which a mirror port may show it, and captures that mean harm."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.call import Outcome
from models.errors import CaptureError
from models.recording import Party
from tests.audio.packets.wire import (
    ethernet,
    fragments_v4,
    ipv4,
    ipv6,
    pcap,
    sll,
    sll2,
    tcp,
    udp,
    vxlan,
)
from tests.audio.rtp.senders import sender
from tests.audio.sip.flows import AGENT, CUSTOMER, Dialog, Seen, sdp
from tests.monitor.capture.scenes import START_S, Frame, Heard, Scene, plain_call, sent, spoken, voice

CALL = Dialog()
CUSTOMER_VOICE, AGENT_VOICE = voice(1), voice(2)
TO_CUSTOMER, TO_AGENT = ((AGENT, 7000), (CUSTOMER, 6000)), ((CUSTOMER, 6000), (AGENT, 7000))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def voices() -> list[Frame]:
    return [*spoken(CUSTOMER_VOICE, 4.0, *TO_AGENT), *spoken(AGENT_VOICE, 4.5, *TO_CUSTOMER)]


def is_whole(call: Heard) -> bool:
    """Everything that the plain call tells."""
    return (
        call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
        and call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
        and call.says(Party.AGENT, AGENT_VOICE, 4.5)
        and call.record.notes == ()
        and (call.figures(Party.CUSTOMER).packets, call.figures(Party.AGENT).packets) == (100, 100)
    )


WRAPPINGS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "vlan": (1, lambda packet: ethernet(packet, 0x8100)),
    "qinq": (1, lambda packet: ethernet(packet, 0x88A8, 0x8100)),
    "linux_sll": (113, sll),
    "linux_sll2": (276, sll2),
    "vxlan": (1, lambda packet: ethernet(vxlan(ethernet(packet)))),
    "raw": (101, lambda packet: packet),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_call_is_the_same_in_every_wrapping(scene: Scene, wrapping: str) -> None:
    scene.link_type, wrap = WRAPPINGS[wrapping]
    scene.signal(plain_call())
    scene.add(voices())
    scene.frames = [(at_s, wrap(frame[14:])) for at_s, frame in scene.frames]
    assert is_whole(scene.call())


def test_a_call_over_ipv6(scene: Scene) -> None:
    hosts = {CUSTOMER: "2001:db8::10", AGENT: "2001:db8::20"}
    for seen in plain_call():
        data = seen.data
        for old, new in hosts.items():
            data = data.replace(f"IN IP4 {old}".encode(), f"IN IP6 {new}".encode())
        head, body = data.split(b"\r\n\r\n", 1)
        length = head.split(b"Content-Length: ")[1].split(b"\r\n")[0]
        head = head.replace(b"Content-Length: " + length, b"Content-Length: " + str(len(body)).encode())
        ends = (hosts[seen.source], hosts[seen.destination])
        scene.add([(seen.at_s, ethernet(ipv6(udp(head + b"\r\n\r\n" + body, 5060, 5060, ends), ends=ends)))])
    for packets, (source, destination) in (
        (sender(CUSTOMER_VOICE, start_s=START_S + 4), TO_AGENT),
        (sender(AGENT_VOICE, start_s=START_S + 4.5), TO_CUSTOMER),
    ):
        ends = (hosts[source[0]], hosts[destination[0]])
        for one in packets:
            datagram = udp(one.bytes_on_the_line, source[1], destination[1], ends)
            scene.add([(one.at_s, ethernet(ipv6(datagram, ends=ends)))])
    assert is_whole(scene.call())


def over_tcp(flow: Iterable[Seen], size: int) -> list[Frame]:
    """Each side's messages as one stream, cut every so many bytes, a millisecond apart."""
    numbers = {CUSTOMER: 1000, AGENT: 5000}
    frames = []
    for seen in flow:
        ends = (seen.source, seen.destination)
        for index, begin in enumerate(range(0, len(seen.data), size)):
            piece = seen.data[begin : begin + size]
            ports = (34567, 5060) if seen.source == CUSTOMER else (5060, 34567)
            segment = tcp(piece, numbers[seen.source], 0x18, *ports)
            numbers[seen.source] += len(piece)
            frames.append((seen.at_s + index * 0.0001, ethernet(ipv4(segment, 6, ends=ends))))
    return frames


@pytest.mark.parametrize("size", [100, 317, 1460])
def test_signalling_over_tcp_cut_anywhere(scene: Scene, size: int) -> None:
    scene.add(over_tcp(plain_call(), size))
    scene.add(voices())
    assert is_whole(scene.call())


def test_an_invite_of_3_kb_in_fragments(scene: Scene) -> None:
    """Many codecs, long headers: what a telephone with video sends over UDP."""
    flow = plain_call()
    invite = CALL.invite(START_S, headers={f"X-Long-{index}": "x" * 200 for index in range(14)})
    assert len(invite.data) > 3000
    scene.signal(flow[1:])
    pieces = fragments_v4(udp(invite.data, 5060, 5060), 1480, ident=77)
    for index, piece in enumerate(pieces):
        ends = b"".join(bytes(map(int, host.split("."))) for host in (CUSTOMER, AGENT))
        scene.add([(START_S + index * 0.0001, ethernet(piece[:12] + ends + piece[20:]))])
    scene.add(voices())
    assert is_whole(scene.call())


def test_a_capture_that_was_cut_off_in_a_packet_keeps_what_came_before(scene: Scene) -> None:
    scene.signal(plain_call())
    scene.add(voices())
    whole = pcap(sorted(scene.frames, key=lambda frame: frame[0]), nanoseconds=True)
    path = scene.folder / "cut.pcap"
    path.write_bytes(whole[:-700])
    (call,) = scene.read((path,))
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert scene.captured is not None
    assert scene.captured.notes == ("truncated",)


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_after_a_valid_header_are_no_call(scene: Scene, seed: int) -> None:
    path = scene.folder / "noise.pcap"
    path.write_bytes(pcap([])[:24] + np.random.default_rng(seed).bytes(200_000))
    assert _calls_or_refusal(scene, path) == []


@pytest.mark.parametrize("seed", range(3))
def test_random_datagrams_to_every_port_are_no_answered_call(scene: Scene, seed: int) -> None:
    made = np.random.default_rng(seed)
    for index in range(3000):
        payload = made.bytes(int(made.integers(0, 300)))
        if index % 3 == 0:
            payload = b"\x80\x08" + payload
        if index % 3 == 1:
            payload = b"INVITE sip:a@b SIP/2.0\r\n" + payload
        ports = made.integers(1, 65536, 2).tolist()
        scene.add([(START_S + index * 0.001, ethernet(ipv4(udp(payload, *ports))))])
    scene.signal(plain_call())
    scene.add(voices())
    (call,) = [call for call in scene.calls() if call.record.signalling_ids]
    assert is_whole(call)


def _calls_or_refusal(scene: Scene, path: Path) -> list[Heard]:
    try:
        return scene.read((path,))
    except CaptureError:
        return []


def test_a_flood_of_invites_hides_no_call(scene: Scene) -> None:
    """25,000 INVITEs in five seconds, more than are followed at once, each of a dialog of its own, none answered."""
    template = CALL.invite(START_S).data
    frames = []
    for index in range(25_000):
        data = template.replace(b"call-1@", b"flood%d@" % index).replace(b"tag=from-1", b"tag=f%d" % index)
        frames.append((START_S + 3.5 + index * 2e-4, ethernet(ipv4(udp(data, 5060, 5060), ends=(CUSTOMER, AGENT)))))
    scene.add(frames)
    scene.signal(plain_call(end_s=12.0))
    scene.add(voices())
    assert is_whole(scene.call())


def test_a_description_of_every_port_and_none_takes_nobodys_sound(scene: Scene) -> None:
    """A second call claims the first one's ports and port 0; it has no sound of its own."""
    other = Dialog(call_id="thief", caller_tag="x", callee_tag="y", caller="<sip:mallory@192.0.2.66>")
    flow = plain_call(other, start_s=START_S + 3.5, ring_s=0.1, answer_s=0.2, end_s=3.0)
    flow[0] = other.invite(START_S + 3.5, body=sdp(CUSTOMER, 0))
    scene.signal(plain_call())
    scene.signal(flow)
    scene.add(voices())
    first, *others = (call for call in scene.calls() if call.sound is not None)
    assert is_whole(first)
    assert others == []


def test_numbers_far_out_of_their_places_make_no_endless_recording(scene: Scene) -> None:
    """Timestamps, sequence numbers and capture times that jump about: what is written stays within the call."""
    made = np.random.default_rng(5)
    scene.signal(plain_call())
    packets = sender(CUSTOMER_VOICE, start_s=START_S + 4)
    wild = [
        replace(one, timestamp=int(made.integers(0, 2**32)), sequence=int(made.integers(0, 65536))) for one in packets
    ]
    scene.add(sent(wild, *TO_AGENT))
    scene.speak(AGENT_VOICE, 4.5, *TO_CUSTOMER)
    call = scene.call()
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert call.recorded.duration_s < 5.0


def test_one_packet_with_a_capture_time_of_another_century_ends_no_call(scene: Scene) -> None:
    scene.signal(plain_call())
    scene.add(voices())
    data = pcap(sorted(scene.frames, key=lambda frame: frame[0]), nanoseconds=True)
    stray = spoken(voice(9, 0.02), 0.0, ("198.51.100.1", 5), ("198.51.100.2", 6))[0][1]
    record = struct.pack("<IIII", 2**32 - 2, 0, len(stray), len(stray)) + stray
    middle = _record_boundary(data, len(data) // 2)
    path = scene.folder / "century.pcap"
    path.write_bytes(data[:middle] + record + data[middle:])
    calls = [call for call in scene.read((path,)) if call.record.signalling_ids]
    assert [call.record.outcome for call in calls] == [Outcome.ANSWERED]
    assert calls[0].says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert calls[0].record.ended_by is Party.CUSTOMER


def _record_boundary(data: bytes, least: int) -> int:
    at = 24
    while at < least:
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    return at
