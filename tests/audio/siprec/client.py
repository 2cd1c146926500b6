"""A small recording client (RFC 7866) for the tests: what is sent is visible, what comes back is looked at."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import ssl
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_calls = itertools.count(1)
LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def ports(self) -> list[int]:
        return [int(port) for port in re.findall(r"^m=audio (\d+)", self.body, re.MULTILINE)]


def read_response(data: bytes) -> Response:
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Response(int(first.split()[1]), headers, body)


class Wire:
    """One transport to the server."""

    def __init__(self, server: tuple[str, int], transport: str = "UDP", tls: ssl.SSLContext | None = None) -> None:
        self.transport = transport
        if transport == "UDP":
            self._socket: socket.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.bind((LOCAL, 0))
            self._socket.connect(server)
        else:
            plain = socket.create_connection(server, timeout=5)
            self._socket = tls.wrap_socket(plain, server_hostname="localhost") if tls is not None else plain
        self._socket.settimeout(5)
        self.address = self._socket.getsockname()[:2]
        self._read = b""

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self, timeout_s: float = 5.0) -> bytes:
        """The next message."""
        self._socket.settimeout(timeout_s)
        if self.transport == "UDP":
            return self._socket.recv(65535)
        while (message := self._whole()) is None:
            more = self._socket.recv(65535)
            if not more:
                raise ConnectionError("closed by the server")
            self._read += more
        return message

    def _whole(self) -> bytes | None:
        head, end, rest = self._read.partition(b"\r\n\r\n")
        found = re.search(rb"content-length\s*:\s*(\d+)", head, re.IGNORECASE)
        length = int(found[1]) if found else 0
        if not end or len(rest) < length:
            return None
        self._read = rest[length:]
        return head + end + rest[:length]

    def close(self) -> None:
        self._socket.close()


@dataclass
class Client:
    """One recording session from the client's side."""

    wire: Wire
    call_id: str = field(default_factory=lambda: f"rs-{next(_calls)}@{LOCAL}")
    tag: str = "src1"
    to_tag: str = ""
    cseq: int = 0

    def request(
        self,
        method: str,
        body: bytes = b"",
        *,
        headers: Sequence[str] = (),
        content_type: str = "",
        cseq: int | None = None,
        branch: str | None = None,
        sender: str = "<sip:src@127.0.0.1>",
    ) -> bytes:
        if cseq is None and method not in {"ACK", "CANCEL"}:
            self.cseq += 1
        number = self.cseq if cseq is None else cseq
        host, port = self.wire.address
        to_tag = f";tag={self.to_tag}" if self.to_tag else ""
        branch = branch or f"z9hG4bK{self.call_id}{method}{number}"
        lines = [
            f"{method} sip:srs@127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/{self.wire.transport} {host}:{port};branch={branch};rport",
            f"From: {sender};tag={self.tag}",
            f"To: <sip:srs@127.0.0.1>{to_tag}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:src@{host}:{port}>;+sip.src",
            "Max-Forwards: 70",
            *headers,
            *([f"Content-Type: {content_type}"] if content_type else []),
            f"Content-Length: {len(body)}",
            "",
            "",
        ]
        return "\r\n".join(lines).encode() + body

    def ask(self, data: bytes) -> Response:
        """Sends, and waits for the final response to this very request."""
        self.wire.send(data)
        number = re.search(rb"\r\nCSeq: (\d+ \w+)", data)
        assert number is not None
        while True:
            response = read_response(self.wire.receive())
            if response.status >= 200 and response.headers["cseq"] == number[1].decode():
                return response

    def invite(self, sdp: str, metadata: str | None = None, headers: Sequence[str] = ("Require: siprec",)) -> Response:
        """INVITE, or re-INVITE, with ACK where it is accepted."""
        body, content_type = bodies(sdp, metadata)
        answer = self.ask(self.request("INVITE", body, headers=headers, content_type=content_type))
        self.to_tag = self.to_tag or _tag(answer)
        self.wire.send(self.request("ACK", cseq=self.cseq, branch=f"z9hG4bK{self.call_id}ack{self.cseq}"))
        return answer

    def update(self, sdp: str | None = None, metadata: str | None = None, headers: Sequence[str] = ()) -> Response:
        body, content_type = bodies(sdp, metadata)
        return self.ask(self.request("UPDATE", body, headers=headers, content_type=content_type))

    def bye(self) -> Response:
        return self.ask(self.request("BYE"))


def _tag(response: Response) -> str:
    found = re.search(r";tag=([^;]+)", response.headers["to"])
    return found[1] if found else ""


def bodies(sdp: str | None, metadata: str | None) -> tuple[bytes, str]:
    """Body and content type of SDP, metadata or both."""
    if sdp is None and metadata is None:
        return b"", ""
    if metadata is None:
        return (sdp or "").encode(), "application/sdp"
    parts = [("application/sdp", "session", sdp)] if sdp is not None else []
    parts.append(("application/rs-metadata+xml", "recording-session", metadata))
    text = "".join(
        f"--b1\r\nContent-Type: {kind}\r\nContent-Disposition: {how}\r\n\r\n{content}\r\n"
        for kind, how, content in parts
    )
    return f"{text}--b1--\r\n".encode(), "multipart/mixed;boundary=b1"


def sdp_of(*lines: str, codecs: str = "8 0", attributes: Sequence[str] = ()) -> str:
    """An offer with a line a label; a label may have a direction, e.g. `1 inactive`, or `-` for a line that is off."""
    text = ["v=0", "o=SRC 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"]
    for index, line in enumerate(lines):
        label, _, direction = line.partition(" ")
        port = 0 if label == "-" else 6000 + 2 * index
        text += [f"m=audio {port} RTP/AVP {codecs}", *attributes, f"a=label:{label}", f"a={direction or 'sendonly'}"]
    return "\r\n".join((*text, ""))


def metadata_of(
    *streams: tuple[str, str, str], mode: str = "complete", session: str = "s1", group: str = "g1", extra: str = ""
) -> str:
    """RFC 7865 metadata of (label, address of record, name)."""
    text = [
        '<?xml version="1.0" encoding="UTF-8"?><recording xmlns="urn:ietf:params:xml:ns:recording:1">',
        f"<datamode>{mode}</datamode><group group_id='{group}'/>",
        f"<session session_id='{session}'><group-ref>{group}</group-ref>",
        f"<start-time>2026-11-22T10:00:00Z</start-time></session>{extra}",
    ]
    for label, aor, name in streams:
        text += [
            f"<participant participant_id='p{label}'><nameID aor='{aor}'><name>{name}</name></nameID></participant>",
            f"<stream stream_id='st{label}' session_id='{session}'><label>{label}</label></stream>",
            f"<participantstreamassoc participant_id='p{label}'><send>st{label}</send></participantstreamassoc>",
        ]
    return "".join((*text, "</recording>"))


CUSTOMER = ("1", "sip:+34600111222@operator.example", "Cliente")
AGENT = ("2", "sip:agente12@pbx.example", "Laura")


def rtp_packets(payloads: Sequence[bytes], ssrc: int, payload_type: int = 8, first: int = 65530) -> list[bytes]:
    """RTP with 20 ms of 8 kHz each; sequence numbers and timestamps wrap round on the way."""
    return [
        struct.pack(
            "!BBHII",
            0x80,
            payload_type | (0x80 if index == 0 else 0),
            (first + index) & 0xFFFF,
            (2**32 - 800 + 160 * index) & 0xFFFFFFFF,
            ssrc,
        )
        + payload
        for index, payload in enumerate(payloads)
    ]


def play(*streams: tuple[int, Sequence[bytes]], sources: Sequence[int] = ()) -> None:
    """Sends packets to ports, each stream 50 a second, from ports of our own choice or any."""
    with contextlib.ExitStack() as stack:
        pairs = itertools.zip_longest((port for port, _ in streams), sources, fillvalue=0)
        senders = [stack.enter_context(_sender(port, source)) for port, source in pairs]
        due_s = time.monotonic()
        for packets in itertools.zip_longest(*(packets for _, packets in streams)):
            for sender, packet in zip(senders, packets, strict=True):
                if packet is not None:
                    sender.send(packet)
            due_s += 0.02
            time.sleep(max(0.0, due_s - time.monotonic()))


@contextlib.contextmanager
def _sender(port: int, source: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((LOCAL, source))
        sender.connect((LOCAL, port))
        yield sender
