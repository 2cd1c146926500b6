"""A direction's R and MOS, and everything that the E-model had to be told to get there."""

from __future__ import annotations

from dataclasses import dataclass, field

from audio.rtp import emodel, emodel_wideband
from audio.rtp.codec import Codec
from audio.rtp.impairments import Impairment, impairment_of
from audio.rtp.jitter_buffers import ADAPTIVE, FIXED_S

Assumptions = dict[str, float | str | bool]


@dataclass(frozen=True, slots=True)
class Receiver:
    """What is assumed of the listener's end and of the way there, which no packet tells."""

    network_delay_ms: float | None = None
    """One way, where RTCP does not tell. `None`: delay is then left out of the figure, for nobody measured it."""
    buffer: str = "fixed_60_ms"
    """Which simulated buffer's discards and delay count: `fixed_60_ms`, `fixed_200_ms` or `adaptive`."""
    concealment: bool = True
    """Whether lost G.711 is made up for; worth 35 points of R at 5 % loss."""


@dataclass(frozen=True, slots=True)
class Quality:
    """`r_factor` and `mos` are `None` where nothing can be said; `assumptions["reason"]` then says why."""

    r_factor: float | None
    mos: float | None
    wideband: bool = False
    assumptions: Assumptions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Travelled:
    """What was measured of a direction."""

    codec: Codec | None
    bad_percent: float | None
    """Lost, or discarded by the receiver's buffer; `None` where no packet came."""
    burst_ratio: float | None
    adaptive_depth_ms: float | None = None
    """Mean depth of the adaptive buffer."""
    round_trip_s: float | None = None
    """From RTCP."""


def quality(travelled: Travelled, receiver: Receiver) -> Quality:
    """The E-model on what was measured and assumed; what it was told is part of the figure."""
    codec, loss = travelled.codec, travelled.bad_percent
    if codec is None or loss is None:
        return Quality(None, None, assumptions={"reason": "unknown_codec" if codec is None else "no_packets"})
    row = impairment_of(codec, concealment=receiver.concealment)
    if row is None:
        return Quality(None, None, assumptions={"reason": "no_published_impairment"})
    delay_ms, told = _delay(travelled, receiver, codec.packet_ms + row.lookahead_ms)
    burst_ratio = _burst_ratio(travelled.burst_ratio, loss)
    told |= {"loss_percent": loss, "burst_ratio": burst_ratio} | _of_row(row, receiver, codec)
    if row.bpl is None and loss > 0:
        return Quality(None, None, row.wideband, told | {"reason": "no_published_loss_robustness"})
    if not _valid(delay_ms, loss):
        told["beyond_validity"] = True
    equipment = emodel.equipment_impairment(row.ie, row.bpl or 1.0, loss, burst_ratio)
    if row.wideband:
        wide = emodel_wideband.rating(delay_ms, equipment).r
        return Quality(wide, emodel_wideband.mos_of(wide), wideband=True, assumptions=told)
    narrow = emodel.rating(delay_ms, equipment)
    return Quality(narrow.r, narrow.mos, assumptions=told)


def _delay(travelled: Travelled, receiver: Receiver, coding_ms: float) -> tuple[float, Assumptions]:
    """Mouth to ear in ms: network, jitter buffer, packet and look-ahead (Ta)."""
    network_ms, source = receiver.network_delay_ms, "assumed"
    if travelled.round_trip_s is not None:
        network_ms, source = 500 * travelled.round_trip_s, "rtcp"
    if network_ms is None:
        return 0.0, {"delay_ms": 0.0, "network_delay_from": "not_known", "buffer": receiver.buffer}
    adaptive_ms = travelled.adaptive_depth_ms or 0.0
    buffer_ms = adaptive_ms if receiver.buffer == ADAPTIVE else 1000 * FIXED_S[receiver.buffer]
    delay_ms = network_ms + buffer_ms + coding_ms
    return delay_ms, {
        "delay_ms": delay_ms,
        "network_delay_ms": network_ms,
        "network_delay_from": source,
        "buffer": receiver.buffer,
        "buffer_delay_ms": buffer_ms,
        "packet_and_lookahead_ms": coding_ms,
    }


def _burst_ratio(measured: float | None, loss_percent: float) -> float:
    """BurstR within the range for which G.107 has it: 1 to 8, and up to 2 from 2 % of loss on."""
    lowest, highest = emodel.VALID_BURST_RATIO
    return min(max(measured or lowest, lowest), highest if loss_percent < 2 else 2.0)


def _of_row(row: Impairment, receiver: Receiver, codec: Codec) -> Assumptions:
    told: Assumptions = {"model": "G.107.1" if row.wideband else "G.107", "impairment": row.row, "ie": row.ie}
    if row.bpl is not None:
        told["bpl"] = row.bpl
    if codec.name in {"PCMA", "PCMU"}:
        told["concealment"] = receiver.concealment
    if row.provisional:
        told["provisional"] = True
    return told


def _valid(delay_ms: float, loss_percent: float) -> bool:
    return delay_ms <= emodel.VALID_DELAY_MS[1] and loss_percent <= emodel.VALID_LOSS_PERCENT[1]
