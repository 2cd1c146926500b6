"""How long a packet takes to the far end and back, as seen from where the reports pass by."""

from __future__ import annotations

import statistics
from collections import deque

from audio.packets.batch import Flow
from audio.rtp.rtcp import ReceiverReport, ReceptionReport, RtcpPacket, SenderReport

_MOST_REPORTS = 64
"""Kept: sender reports that may still be answered, and answers of one end; reports come every 5 s."""
_MOST_FLOWS = 16
_LONGEST_S = 10.0
_CLOCK_STEP_S = 0.001
"""By which an answer may come too early: ends count in 1/65536 s, and round."""


class RoundTrips:
    """RTCP of one call, from both ends.

    A sender report passes on its way to an end, which answers with a report that names it and how long it waited
    (RFC 3550, 6.4.1: LSR and DLSR): the time in between less the wait is the way to that end and back. Both ends'
    together are the round trip of the call.
    """

    def __init__(self) -> None:
        self._passed: dict[tuple[int, int], float] = {}
        self._answers: dict[Flow, deque[float]] = {}
        self.reported: dict[Flow, ReceptionReport] = {}
        """The last thing that each end said of what it hears, by the flow of its reports."""

    def feed(self, at_s: float, flow: Flow, packets: tuple[RtcpPacket, ...]) -> None:
        """One datagram, at its time of capture."""
        for packet in packets:
            if isinstance(packet, SenderReport | ReceiverReport):
                for report in packet.reports:
                    self._answered(at_s, flow, report)
            if isinstance(packet, SenderReport):
                self._passed[packet.ssrc, packet.ntp_middle] = at_s
                if len(self._passed) > _MOST_REPORTS:
                    del self._passed[next(iter(self._passed))]

    def to_end_s(self, flow: Flow) -> float | None:
        """To the end that sends this flow's reports, and back; the median of its answers."""
        answers = self._answers.get(flow)
        return statistics.median(answers) if answers else None

    @property
    def round_trip_s(self) -> float | None:
        """Between the two ends; `None` while one has not answered, or where more than two report."""
        ways = [way for flow in self._answers if (way := self.to_end_s(flow)) is not None]
        return sum(ways) if len(ways) == 2 else None

    def _answered(self, at_s: float, flow: Flow, report: ReceptionReport) -> None:
        if flow not in self.reported and len(self.reported) >= _MOST_FLOWS:
            return
        self.reported[flow] = report
        passed_s = self._passed.get((report.ssrc, report.last_sender_report))
        if passed_s is None:
            return
        way_s = at_s - passed_s - report.since_then_s
        if -_CLOCK_STEP_S <= way_s <= _LONGEST_S:
            self._answers.setdefault(flow, deque(maxlen=_MOST_REPORTS)).append(max(way_s, 0.0))
