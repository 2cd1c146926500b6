"""Whose voice a stream carries: the addresses that SDP named, over time."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import inf

from audio.packets.batch import Flow
from audio.sip.media import MediaExpected
from models.call import Side

_EARLY_S = 15.0
"""RTP may come before the SDP that explains it: a 200 that was lost, a TCP segment that was late."""
_SILENT_S = 10.0
"""A leg whose BYE was lost keeps a port no longer than this, once another is promised it."""
_MAX_PER_ADDRESS = 1000
_MOST_KEYS = 8

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """From `from_s` up to `until_s` a stream is the voice of `side` of `media.leg`."""

    media: MediaExpected
    side: Side
    from_s: float
    until_s: float


@dataclass(slots=True)
class MediaMap:
    """Which leg and side a flow belongs to.

    A port serves many calls one after the other. Where two legs that live at once name the same port, as the two
    halves of a call that a PBX has connected directly, the sound stays with the first until it ends.
    """

    _claims: dict[Address, list[MediaExpected]] = field(default_factory=lambda: defaultdict(list))
    _addresses: dict[str, set[Address]] = field(default_factory=lambda: defaultdict(set))
    _newest_s: dict[tuple[str, Side], float] = field(default_factory=dict)
    _ended_s: dict[str, float] = field(default_factory=dict)
    _heard_s: dict[str, float] = field(default_factory=dict)

    def expect(self, media: MediaExpected) -> None:
        """Note an address; of one that is known, what the answer adds to its offer: codecs and the speaker's keys."""
        address = (media.address, media.port)
        known = self._claims[address]
        for index, one in enumerate(known):
            if one.leg == media.leg and one.listener == media.listener:
                known[index] = _together(one, media)
                return
        if len(known) < _MAX_PER_ADDRESS:
            insort(known, media, key=lambda one: one.at_s)
            self._addresses[media.leg].add(address)
            self._newest_s[media.leg, media.listener] = media.at_s

    def heard(self, leg: str, at_s: float) -> None:
        """A packet of the leg came at this moment."""
        self._heard_s[leg] = max(at_s, self._heard_s.get(leg, at_s))

    def end(self, leg: str, at_s: float) -> None:
        """What comes after `at_s` is no longer the leg's."""
        self._ended_s[leg] = at_s

    def forget(self, leg: str) -> None:
        """Let go of an ended leg's addresses."""
        for address in self._addresses.pop(leg, ()):
            left = [one for one in self._claims.pop(address) if one.leg != leg]
            if left:
                self._claims[address] = left
        for side in Side:
            self._newest_s.pop((leg, side), None)
        self._ended_s.pop(leg, None)
        self._heard_s.pop(leg, None)

    def heard_on(self, flow: Flow) -> tuple[Heard, ...]:
        """Whose voice the flow is, by the destination; else by the source, for phones that send from where they listen.

        In order of time, without overlap; empty where no SDP named either end.
        """
        if there := self._claims.get((flow.destination, flow.destination_port)):
            return self._in_time([(one, one.listener.other) for one in there])
        back = self._claims.get((flow.source, flow.source_port), ())
        return self._in_time([(one, one.listener) for one in back])

    def _in_time(self, claims: list[tuple[MediaExpected, Side]]) -> tuple[Heard, ...]:
        spans: list[Heard] = []
        free_s = -inf
        for index, (media, side) in enumerate(claims):
            following = claims[index + 1][0] if index + 1 < len(claims) else None
            start_s = max(media.at_s - _EARLY_S if not spans else media.at_s, free_s)
            end_s = self._released_s(media, following)
            if start_s < end_s:
                spans.append(Heard(media, side, start_s, end_s))
                free_s = end_s
        return tuple(spans)

    def _released_s(self, media: MediaExpected, following: MediaExpected | None) -> float:
        """When the port was free for the `following` leg: at the end of this one, its move or its silence."""
        end_s = self._ended_s.get(media.leg, inf)
        if following is None:
            return end_s
        moved = self._newest_s.get((media.leg, media.listener), media.at_s) > media.at_s
        silent_since_s = self._heard_s.get(media.leg, media.at_s)
        if moved or (end_s == inf and following.at_s - silent_since_s > _SILENT_S):
            return min(end_s, following.at_s)
        return end_s


def _together(known: MediaExpected, media: MediaExpected) -> MediaExpected:
    """What two descriptions say of one address; the later one's word counts where they differ."""
    keys = tuple(dict.fromkeys((*media.keys, *known.keys)))[:_MOST_KEYS]
    return replace(media, at_s=known.at_s, codecs={**known.codecs, **media.codecs}, keys=keys)
