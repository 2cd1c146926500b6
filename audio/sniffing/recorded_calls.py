"""What rtpengine wrote of a call, in the words of a sniffer: its pcaps hold no signalling."""

from __future__ import annotations

import re
from dataclasses import replace

from audio.events import LegAnswered, LegBegun, LegEnded
from audio.packets.rtpengine import RtpengineCall, RtpengineDescription
from audio.sip.media import MediaExpected
from audio.sip.sdp import parse_sdp
from audio.sniffing.signalling import Told
from models.call import Side
from models.errors import SignallingError

_AGENT = re.compile(r"(?:^|[|;,\s])agent(?:_id)?[:=](?P<agent>[\w.-]{1,64})")


def told_by_rtpengine(call: RtpengineCall) -> list[Told]:
    """Its begin, its addresses, its answer and its end, as far as they are written down."""
    if call.started_s is None:
        return []
    begun = LegBegun(call.started_s, call.call_id, call.call_id)
    if found := _AGENT.search(call.metadata or ""):
        begun = replace(begun, agent_id=found["agent"])
    told: list[Told] = [begun]
    for description in call.descriptions:
        told += _expected(call, description)
    answers = [one.at_s for one in call.descriptions if one.mode == "answer" and one.at_s is not None]
    told += [LegAnswered(min(answers), call.call_id)] if answers else []
    told += [LegEnded(call.ended_s, call.call_id)] if call.ended_s is not None else []
    return told


def _expected(call: RtpengineCall, description: RtpengineDescription) -> list[Told]:
    """An offer goes on to the callee, who sends to its port; an answer to the caller."""
    listener = Side.CALLER if description.mode == "offer" else Side.CALLEE
    try:
        lines = parse_sdp(description.sdp.encode()).audio
    except SignallingError:
        return []
    at_s = description.at_s or call.started_s or 0.0
    return [
        MediaExpected(
            at_s,
            call.call_id,
            listener,
            line.address,
            line.port,
            line.rtcp_port,
            line.codecs,
            encrypted=line.encrypted,
        )
        for line in lines
        if line.receives and line.address is not None
    ]
