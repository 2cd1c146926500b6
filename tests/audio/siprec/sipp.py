"""A scenario with which sipp is a recording client."""

from __future__ import annotations

from pathlib import Path

from tests.audio.siprec.client import AGENT, CUSTOMER, metadata_of, sdp_of

_REQUEST = """{method} sip:srs@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:src@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:srs@[remote_ip]:[remote_port]>{tag}
Call-ID: [call_id]
CSeq: {cseq} {method}
Max-Forwards: 70
Contact: <sip:src@[local_ip]:[local_port];transport=[transport]>;+sip.src
{headers}Content-Length: [len]

{body}"""


def _sent(method: str, cseq: int, *, headers: str = "", body: str = "", tag: str = "[peer_tag_param]") -> str:
    text = _REQUEST.format(method=method, cseq=cseq, headers=headers, body=body, tag=tag)
    retransmitted = "" if method == "ACK" else ' retrans="500"'
    return f"<send{retransmitted}><![CDATA[\n{text}\n]]></send>"


def scenario(ports_file: Path, pause_ms: int) -> str:
    """INVITE with metadata, OPTIONS in between, UPDATE, BYE; the answer's ports are written to a file."""
    headers = "Require: siprec\nContent-Type: multipart/mixed;boundary=b1\n"
    body = f"--b1\nContent-Type: application/sdp\n\n{sdp_of('1', '2')}\n--b1\n"
    body += "Content-Type: application/rs-metadata+xml\nContent-Disposition: recording-session\n\n"
    body += f"{metadata_of(CUSTOMER, AGENT)}\n--b1--\n"
    find = r"m=audio ([0-9]+)(.*)m=audio ([0-9]+)"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="recording client">
{_sent("INVITE", 1, headers=headers, body=body, tag="")}
<recv response="100" optional="true"/>
<recv response="200"><action>
 <ereg regexp="{find}" search_in="body" check_it="true" assign_to="whole,first,between,second"/>
</action></recv>
<Reference variables="whole,between"/>
{_sent("ACK", 1)}
<nop><action><exec command="echo [$first] [$second] > {ports_file}"/></action></nop>
{_sent("OPTIONS", 2)}
<recv response="200"/>
<pause milliseconds="{pause_ms}"/>
{_sent("UPDATE", 3)}
<recv response="200"/>
{_sent("BYE", 4)}
<recv response="200"/>
</scenario>"""
