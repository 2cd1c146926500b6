"""Calls that are known from elsewhere before the packets of their sound are read."""

from __future__ import annotations

import pytest

from audio.events import LegBegun, LegEnded, StreamMeasured
from audio.rtp.codec import STATIC
from audio.sip.dialogs import DialogTracker
from audio.sip.media import MediaExpected
from audio.sniffing.sniffer import Sniffer
from models.call import Side
from tests.audio.packets.wire import batch
from tests.audio.rtp.senders import sender
from tests.audio.sip.flows import AGENT
from tests.audio.sniffing.traffic import AGENT_PORT, CUSTOMER_VOICE, made, spoken


@pytest.mark.parametrize("end_s", [1001.0, 1002.0005, 1010.0])
def test_a_leg_is_measured_though_it_is_told_to_end_before_or_after_its_last_packet(end_s: float) -> None:
    sniffer = Sniffer(DialogTracker(), made)
    media = MediaExpected(1000.0, "a", Side.CALLEE, AGENT, AGENT_PORT, AGENT_PORT + 1, STATIC)
    events = sniffer.prime([LegBegun(1000.0, "a", "a"), media, LegEnded(end_s, "a")])
    frames = spoken(sender(CUSTOMER_VOICE, start_s=1000.0))
    events += sniffer.feed(batch([frame for _, frame in frames], times_s=[at_s for at_s, _ in frames]))
    events += sniffer.finish()
    assert [event.side for event in events if isinstance(event, StreamMeasured)] == [Side.CALLER]
