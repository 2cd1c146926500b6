"""sipp as both ends of a call: scenarios of our own, each step a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from tests.monitor.peers.programs import running

CALLER, CALLEE = "127.0.1.1", "127.0.2.1"
"""Two hosts, as in life; all of 127.0.0.0/8 is this machine."""
AGENT_NUMBER, CUSTOMER_NUMBER = "900123456", "+34600[local_port]"
_TIMEOUT_S = 60

_REQUEST = """{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
From: <sip:{customer}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{tag}
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:customer@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
{body}"""
_RESPONSE = """SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:]{tag}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:agent@[local_ip]:[local_port];transport=[transport]>
{body}"""
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 {version} IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=ptime:20
a={direction}
"""
_NO_BODY = "Content-Length: 0\n\n"
MEDIA_PORT = "[rtpstream_audio_port]"


def sdp(port: str | int = MEDIA_PORT, direction: str = "sendrecv", version: int = 1) -> str:
    return _SDP.format(port=port, direction=direction, version=version)


def request(method: str, cseq: int, body: str = _NO_BODY, *, first: bool = False, branch: str = "[branch]") -> str:
    text = _REQUEST.format(
        method=method,
        cseq=cseq,
        body=body,
        branch=branch,
        tag="" if first else "[peer_tag_param]",
        customer=CUSTOMER_NUMBER,
    )
    again = "" if method == "ACK" else ' retrans="500"'
    return f"<send{again}><![CDATA[\n{text}\n]]></send>"


def response(status: str, body: str = _NO_BODY, *, tagged: bool = False) -> str:
    """`tagged`: our tag is on it already, because the request carried it."""
    tag = "" if tagged else ";tag=[pid]s[call_number]"
    again = ' retrans="500"' if status.startswith("200") and "sdp" in body else ""
    return f"<send{again}><![CDATA[\n{_RESPONSE.format(status=status, body=body, tag=tag)}\n]]></send>"


def receive(what: str | int, *, optional: bool = False) -> str:
    kind = "response" if isinstance(what, int) else "request"
    may_be_missing = ' optional="true"' if optional else ""
    return f'<recv {kind}="{what}"{may_be_missing}/>'


def pause(milliseconds: int) -> str:
    return f'<pause milliseconds="{milliseconds}"/>'


def play(file: Path) -> str:
    """Raw A-law, once, in packets of 20 ms."""
    return f'<nop><action><exec rtp_stream="{file},1,8"/></action></nop>'


def touch(file: Path) -> str:
    """Tells the test that the call has come this far."""
    return f'<nop><action><exec command="touch {file}"/></action></nop>'


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends of a scenario."""

    name: str
    caller: Sequence[str]
    callee: Sequence[str]
    port: int
    """SIP of the callee; the caller's is the next, their media are 10 and 20 above it."""
    transport: str = "u1"
    processes: list[Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def running(self, folder: Path) -> Iterator[Popen[bytes]]:
        """Both ends; gives the caller's, which ends with its last call."""
        common = ("-m", "1", "-timeout", f"{_TIMEOUT_S}s", "-t", self.transport)
        with ExitStack() as stack:
            for end, steps, arguments in (
                ("callee", self.callee, ("-i", CALLEE, "-mi", CALLEE, "-p", self.port, "-mp", self.port + 10)),
                (
                    "caller",
                    self.caller,
                    (
                        *(f"{CALLEE}:{self.port}", "-s", AGENT_NUMBER),
                        *("-i", CALLER, "-mi", CALLER, "-p", self.port + 1, "-mp", self.port + 20),
                        *("-cid_str", f"{self.name}-%u-%p@%s"),
                    ),
                ),
            ):
                scenario = folder / f"{self.name}-{end}.xml"
                body = "\n".join(steps)
                scenario.write_text(f'<?xml version="1.0"?>\n<scenario name="{self.name} {end}">\n{body}\n</scenario>')
                command = ("sipp", "-sf", scenario, *common, *arguments)
                process = stack.enter_context(running(command, folder / f"{self.name}-{end}.log", cwd=folder))
                self.processes.append(process)
            yield self.processes[-1]
