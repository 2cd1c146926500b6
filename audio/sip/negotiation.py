"""Offers and answers of one leg (RFC 3264): where its sound will arrive, and who holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from audio.sip.errors import SipError
from audio.sip.media import MediaExpected, SrtpKey
from audio.sip.messages import SipMessage
from audio.sip.sdp import AudioLine, SessionDescription, parse_sdp
from models.call import Side

_CARRIERS = frozenset({"INVITE", "ACK", "PRACK", "UPDATE"})
_MOST_EXCHANGES = 64
_MOST_DESCRIPTIONS = 16
_MOST_EXPECTED = 64

ExchangeKey = tuple[Side, int, str]
"""Whose request it is, its CSeq number and its method (an ACK belongs to its INVITE)."""


@dataclass(frozen=True, slots=True)
class HoldChange:
    by: Side
    holds: bool


@dataclass(slots=True)
class _Exchange:
    """One offer and its answer, at every hop where they were captured: a proxy with a relay writes others."""

    offerer: Side
    described: dict[tuple[Side, int], SessionDescription] = field(default_factory=dict)
    settled: bool = False


class Negotiation:
    """What both sides of a leg have said of their sound so far."""

    def __init__(self, leg: str) -> None:
        self.holding: set[Side] = set()
        self.leg = leg
        self._exchanges: dict[ExchangeKey, _Exchange] = {}
        self._settled: dict[Side, int] = {}
        self._expected: dict[tuple[Side, str, int], MediaExpected] = {}

    def take(self, at_s: float, message: SipMessage, sender: Side) -> list[MediaExpected | HoldChange]:
        """What is new by a message that `sender` sent, of a request that succeeded so far."""
        if message.method not in _CARRIERS:
            return []
        requester = sender if message.status is None else sender.other
        key = self._key(message, requester)
        told: list[MediaExpected | HoldChange] = []
        description = _description(message)
        if description is not None:
            told.extend(self._described(at_s, key, sender, message.hops, description))
        if key in self._exchanges and _settles(message, description):
            told.extend(self._settle(key, message.hops))
        return told

    def _key(self, message: SipMessage, requester: Side) -> ExchangeKey:
        if message.method != "PRACK":
            return requester, message.cseq, "INVITE" if message.method == "ACK" else message.method
        # A PRACK answers the offer of a reliable provisional response, where that made one (RFC 3262, 5).
        words = (message.header("rack") or "").split()
        number = int(words[1]) if len(words) == 3 and words[1].isdecimal() and len(words[1]) <= 10 else -1
        offered = self._exchanges.get((requester, number, "INVITE"))
        answers = offered is not None and offered.offerer is not requester
        return (requester, number, "INVITE") if answers else (requester, message.cseq, "PRACK")

    def _described(
        self, at_s: float, key: ExchangeKey, sender: Side, hop: int, description: SessionDescription
    ) -> Iterator[MediaExpected]:
        if len(self._exchanges) >= _MOST_EXCHANGES and key not in self._exchanges:
            del self._exchanges[next(iter(self._exchanges))]
        exchange = self._exchanges.setdefault(key, _Exchange(sender))
        known = exchange.described.get((sender, hop))
        if known == description or (known is None and len(exchange.described) >= _MOST_DESCRIPTIONS):
            return
        exchange.described[sender, hop] = description
        other = exchange.described.get((sender.other, hop))
        yield from self._news(at_s, sender, description, other)
        if other is not None:
            yield from self._news(at_s, sender.other, other, description)

    def _news(
        self, at_s: float, listener: Side, own: SessionDescription, other: SessionDescription | None
    ) -> Iterator[MediaExpected]:
        peers = {line.place: line for line in other.audio} if other is not None else {}
        for line in own.audio:
            expected = _expected(at_s, self.leg, listener, line, peers.get(line.place))
            if expected is not None and self._is_new(expected):
                yield expected

    def _is_new(self, expected: MediaExpected) -> bool:
        key = (expected.listener, expected.address, expected.port)
        known = self._expected.pop(key, None)
        if len(self._expected) >= _MOST_EXPECTED:
            del self._expected[next(iter(self._expected))]
        self._expected[key] = expected
        return known is None or replace(known, at_s=expected.at_s) != expected

    def _settle(self, key: ExchangeKey, hop: int) -> Iterator[HoldChange]:
        """Who holds by an answered offer: whoever will not hear, though the other would speak."""
        exchange = self._exchanges[key]
        offer = exchange.described.get((exchange.offerer, hop))
        answer = exchange.described.get((exchange.offerer.other, hop))
        requester, number, _ = key
        if exchange.settled or offer is None or answer is None or number < self._settled.get(requester, 0):
            return
        exchange.settled = True
        self._settled[requester] = number
        if offer.audio and not (offer.other_media and not offer.receives):  # a fax's image instead of sound is no hold
            yield from self._hold(exchange.offerer, holds=not offer.receives)
        if answer.audio and offer.sends:
            yield from self._hold(exchange.offerer.other, holds=not answer.receives)

    def _hold(self, side: Side, *, holds: bool) -> Iterator[HoldChange]:
        if holds != (side in self.holding):
            (self.holding.add if holds else self.holding.discard)(side)
            yield HoldChange(side, holds)


def _description(message: SipMessage) -> SessionDescription | None:
    body = message.sdp()
    if body is None:
        return None
    try:
        return parse_sdp(body)
    except SipError:  # the dialog goes on, and its times hold, whatever its body was
        return None


def _settles(message: SipMessage, description: SessionDescription | None) -> bool:
    """Whether an exchange is agreed with this message: a success, or a request that carries the answer."""
    if message.status is None:
        return message.method in ("ACK", "PRACK") and description is not None
    return message.status >= 200


def _expected(at_s: float, leg: str, listener: Side, line: AudioLine, peer: AudioLine | None) -> MediaExpected | None:
    if line.port == 0 or line.address is None:
        return None
    keys = _speaker_keys(line, peer)
    return MediaExpected(
        at_s=at_s,
        leg=leg,
        listener=listener,
        address=line.address,
        port=line.port,
        rtcp_port=line.rtcp_port,
        # A sender should use the listener's numbers, and some use their own: those that mean nothing else are known.
        codecs={**(peer.codecs if peer else {}), **line.codecs},
        keys=keys,
        encrypted=line.encrypted or bool(keys and line.keys),
        label=line.label or (peer.label if peer else None),
    )


def _speaker_keys(line: AudioLine, peer: AudioLine | None) -> tuple[SrtpKey, ...]:
    """Each side's `a=crypto` is what it sends with (RFC 4568, 5.1.2); the answer's tag chooses among the offered."""
    if peer is None:
        return ()
    tags = {key.tag for key in line.keys}
    return tuple(key for key in peer.keys if key.tag in tags) or peer.keys
