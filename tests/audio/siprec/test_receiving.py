from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from audio.siprec.ports import RtpPorts
from audio.siprec.receiving import LONGEST_BYTES, MOST_A_CALL, Arrived, OneByOne, Receiver, stamp_arrivals
from audio.siprec.recvmmsg import ManyAtOnce
from models.errors import SourceError

LOCAL = "127.0.0.1"


@pytest.fixture(params=[OneByOne, ManyAtOnce])
def receiver(request: pytest.FixtureRequest) -> Receiver:
    if request.param is ManyAtOnce and sys.platform != "linux":
        pytest.skip("recvmmsg is Linux's")
    made: Receiver = request.param()
    return made


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    ports = RtpPorts(LOCAL, 25800, 25899, 65536)
    opened = [ports.open() for _ in range(3)]
    yield opened
    for sock in opened:
        sock.close()


@pytest.fixture
def senders() -> Iterator[list[socket.socket]]:
    opened = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for sock in opened:
        sock.bind((LOCAL, 0))
    yield opened
    for sock in opened:
        sock.close()


def _taken(arrived: list[Arrived]) -> list[tuple[int, tuple[str, int], bytes]]:
    """Socket, sender and content of each datagram."""
    return [
        (*lot.paths[int(path)], row[:length].tobytes())
        for lot in arrived
        for path, row, length in zip(lot.path, lot.data, lot.lengths, strict=True)
    ]


def test_datagrams_come_whole_in_order_with_socket_and_sender(
    receiver: Receiver, sockets: list[socket.socket], senders: list[socket.socket]
) -> None:
    sent = [(2, 0, b"first"), (0, 1, b""), (0, 0, b"x" * 172), (0, 1, bytes(range(200)))]
    for to, by, content in sent:
        senders[by].sendto(content, sockets[to].getsockname())
    expected = sorted(((to, senders[by].getsockname(), content) for to, by, content in sent), key=lambda one: one[0])
    assert _taken(list(receiver.sweep(sockets))) == expected
    assert list(receiver.sweep(sockets)) == []


def test_the_time_is_that_of_arrival_and_not_of_taking(
    receiver: Receiver, sockets: list[socket.socket], senders: list[socket.socket]
) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux stamps arrivals")
    before_s = time.time()
    senders[0].sendto(b"a", sockets[0].getsockname())
    after_s = time.time()
    time.sleep(0.05)
    (lot,) = receiver.sweep(sockets)
    assert before_s - 0.001 <= lot.times_s[0] <= after_s + 0.02


def test_more_than_one_calls_worth_comes_in_the_next_sweep(
    receiver: Receiver, sockets: list[socket.socket], senders: list[socket.socket]
) -> None:
    contents = [bytes([index]) for index in range(MOST_A_CALL + 6)]
    for content in contents:
        senders[0].sendto(content, sockets[1].getsockname())
    first = [content for *_, content in _taken(list(receiver.sweep(sockets)))]
    rest = [content for *_, content in _taken(list(receiver.sweep(sockets)))]
    assert (len(first), first + rest) == (MOST_A_CALL, contents)


def test_a_datagram_that_is_too_long_is_left_out_and_counted(
    receiver: Receiver, sockets: list[socket.socket], senders: list[socket.socket]
) -> None:
    for content in (b"a", b"b" * (LONGEST_BYTES + 1), b"c" * LONGEST_BYTES):
        senders[0].sendto(content, sockets[0].getsockname())
    lots = list(receiver.sweep(sockets))
    assert [len(content) for *_, content in _taken(lots)] == [1, LONGEST_BYTES]
    assert sum(lot.cut for lot in lots) == 1


def test_several_thousand_datagrams_of_many_sockets_are_taken_in_lots(senders: list[socket.socket]) -> None:
    if sys.platform != "linux":
        pytest.skip("recvmmsg is Linux's")
    ports = RtpPorts(LOCAL, 25600, 25799, 1 << 20)
    sockets = [ports.open() for _ in range(80)]
    for index in range(60):
        for sock in sockets:
            senders[0].sendto(bytes([index]), sock.getsockname())
    lots = list(ManyAtOnce().sweep(sockets))
    assert len(lots) > 1  # 4,800 datagrams in slots for 4,096
    taken = _taken(lots)
    for at in range(80):
        assert [content[0] for index, _, content in taken if index == at] == list(range(60))
    for sock in sockets:
        sock.close()


def test_ipv6_senders_are_told_in_their_shortest_form(receiver: Receiver) -> None:
    try:
        sock = RtpPorts("::1", 25850, 25853, 65536).open()
    except SourceError:
        pytest.skip("no IPv6 here")
    with sock, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        sender.bind(("::1", 0))
        sender.sendto(b"six", sock.getsockname())
        (lot,) = receiver.sweep([sock])
        assert lot.paths == ((0, ("::1", sender.getsockname()[1])),)


def test_what_the_kernel_had_to_drop_is_told(senders: list[socket.socket]) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux counts drops for each datagram")
    with RtpPorts(LOCAL, 25860, 25863, 2048).open() as sock:
        for _ in range(200):
            senders[0].sendto(b"x" * 500, sock.getsockname())
        receiver = ManyAtOnce()
        held = sum(len(lot.lengths) for lot in receiver.sweep([sock]))
        senders[0].sendto(b"after", sock.getsockname())
        (lot,) = receiver.sweep([sock])
        assert lot.overflowed == (200 - held,)
        assert held < 200


def test_ports_are_even_and_one_let_go_is_not_taken_again_at_once() -> None:
    ports = RtpPorts(LOCAL, 25871, 25876, 65536)
    with ports.open() as first:
        assert first.getsockname()[1] == 25872
    with ports.open() as second, ports.open() as third:
        assert [sock.getsockname()[1] for sock in (second, third)] == [25874, 25876]
        with ports.open() as fourth:
            assert fourth.getsockname()[1] == 25872
            with pytest.raises(SourceError, match="no free RTP port"):
                ports.open()


def test_a_port_that_another_program_has_is_passed_over() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((LOCAL, 25880))
        with RtpPorts(LOCAL, 25880, 25883, 65536).open() as sock:
            assert sock.getsockname()[1] == 25882


def test_arrivals_are_stamped_in_order(receiver: Receiver, senders: list[socket.socket]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((LOCAL, 0))
        sock.setblocking(False)
        stamp_arrivals(sock)
        for index in range(20):
            senders[0].sendto(bytes([index]), sock.getsockname())
        (lot,) = receiver.sweep([sock])
        assert (np.diff(lot.times_s) >= 0).all()
