"""The packets of a call in figures, one direction a party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audio.events import StreamMeasured
from models.call import DirectionFigures, Transport
from models.recording import Party
from monitor.calls.state import CallState


def transport(call: CallState, measured: Sequence[StreamMeasured], parties: tuple[Party, Party]) -> Transport | None:
    """Each party's figures: of the streams that were recorded, or where none was, of those that were not.

    `None` where nothing was measured.
    """
    by_party: dict[Party, DirectionFigures] = {}
    encrypted = False
    for channel in (0, 1):
        streams = _of_channel(call, measured, channel)
        if streams:
            figures = together([one.figures for one in streams])
            by_party.setdefault(parties[channel], replace(figures, party=parties[channel]))
            encrypted |= any(one.encrypted for one in streams)
    if not by_party:
        return None
    order = tuple(Party)
    return Transport(tuple(by_party[party] for party in order if party in by_party), encrypted)


def _of_channel(call: CallState, measured: Sequence[StreamMeasured], channel: int) -> list[StreamMeasured]:
    recorded = {(stream.leg, stream.side) for stream in call.streams if stream.channel == channel}
    own = [one for one in measured if (one.leg, one.side) in recorded]
    if own:
        return own
    legs = {leg.leg: leg for leg in call.legs}
    same_voice = [one for one in measured if one.leg in legs and legs[one.leg].channel(one.side) == channel]
    first = next((leg.leg for leg in call.legs if any(one.leg == leg.leg for one in same_voice)), None)
    return [one for one in same_voice if one.leg == first]


def together(figures: Sequence[DirectionFigures]) -> DirectionFigures:
    """One figure for streams that followed each other: packets add up, jitter is their mean by packets.

    What does not add up (bursts, R factor, clock drift) is the longest stream's.
    """
    longest = max(figures, key=lambda one: one.packets)
    if len(figures) == 1:
        return longest
    jitters = [(one.jitter_ms, one.packets) for one in figures if one.jitter_ms is not None]
    packets = sum(count for _, count in jitters)
    buffers = dict.fromkeys(name for one in figures for name in one.discarded)
    highest = [one.jitter_max_ms for one in figures if one.jitter_max_ms is not None]
    return replace(
        longest,
        packets=sum(one.packets for one in figures),
        lost=sum(one.lost for one in figures),
        duplicated=sum(one.duplicated for one in figures),
        reordered=sum(one.reordered for one in figures),
        jitter_ms=sum(jitter * count for jitter, count in jitters) / packets if packets else None,
        jitter_max_ms=max(highest, default=None),
        discarded={name: sum(one.discarded.get(name, 0) for one in figures) for name in buffers},
        assumptions={**longest.assumptions, "streams": len(figures)},
    )
