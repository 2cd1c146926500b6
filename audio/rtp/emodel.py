"""The E-model: ITU-T G.107 (06/2015), complete, narrow band.

Symbols are the Recommendation's, so that each line can be read beside its equation. Delays in ms, levels in dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

VALID_DELAY_MS = (0.0, 500.0)
VALID_LOSS_PERCENT = (0.0, 20.0)
VALID_BURST_RATIO = (1.0, 8.0)
"""Over 2 only where less than 2 % is lost."""


@dataclass(frozen=True, slots=True)
class Line:
    """Table 3's parameters of the telephones and the line, at their default values."""

    slr: float = 8.0
    rlr: float = 2.0
    stmr: float = 15.0
    lstr: float = 18.0
    ds: float = 3.0
    telr: float = 65.0
    wepl: float = 110.0
    qdu: float = 1.0
    nc: float = -70.0
    nfor: float = -64.0
    ps: float = 35.0
    pr: float = 35.0
    advantage: float = 0.0
    delay_sensitivity: float = 1.0
    """The exponent's sT: 1, 0.55 or 0.4 (table 1)."""
    least_perceived_delay_ms: float = 100.0
    """Table 1's mT: 100, 120 or 150."""

    @property
    def olr(self) -> float:
        return self.slr + self.rlr


DEFAULT_LINE = Line()


@dataclass(frozen=True, slots=True)
class Rating:
    """The terms of R = Ro - Is - Id - Ie,eff + A."""

    ro: float
    simultaneous: float
    """Is."""
    talker_echo: float
    """Idte."""
    listener_echo: float
    """Idle."""
    delay: float
    """Idd."""
    equipment: float
    """Ie,eff: the codec and lost packets."""
    advantage: float = 0.0

    @property
    def r(self) -> float:
        impaired = self.simultaneous + self.talker_echo + self.listener_echo + self.delay + self.equipment
        return self.ro - impaired + self.advantage

    @property
    def mos(self) -> float:
        return mos_of(self.r)


def rating(delay_ms: float, equipment: float, line: Line = DEFAULT_LINE) -> Rating:
    """For a one-way delay from mouth to ear (Ta, T and half of Tr) and an effective equipment impairment."""
    no = noise(line)
    ro = 15 - 1.5 * (line.slr + no)  # (7-2)
    return Rating(
        ro=ro,
        simultaneous=_iolr(no, line) + _ist(delay_ms, line) + _iq(ro, line),  # (7-8)
        talker_echo=_idte(no, delay_ms, line),
        listener_echo=listener_echo(ro, 2 * delay_ms, line),
        delay=delay_impairment(delay_ms, line),
        equipment=equipment,
        advantage=line.advantage,
    )


def equipment_impairment(ie: float, bpl: float, loss_percent: float, burst_ratio: float = 1.0) -> float:
    """Ie,eff (7-29) of a codec's Ie and Bpl (G.113), the packets lost or discarded in %, and BurstR."""
    if loss_percent <= 0:
        return ie
    return ie + (95 - ie) * loss_percent / (loss_percent / burst_ratio + bpl)


def mos_of(r: float) -> float:
    """Annex B's mean opinion score of R, 1 to 4.5. The cubic falls below 1 under R = 6.5: held at 1."""
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r)) if r > 0 else 1.0


def r_of(mos: float) -> float:
    """R of a mean opinion score between 1 and 4.5 (appendix I), the inverse of `mos_of` from R = 6.5 on."""
    mos = min(max(mos, 1.0), 4.5)
    root = math.sqrt(max(-903522 + 1113960 * mos - 202500 * mos * mos, 0.0))
    angle = math.atan2(15 * root, 18566 - 6750 * mos) / 3
    return 20 / 3 * (8 - math.sqrt(226) * math.cos(angle + math.pi / 3))


def good_or_better_percent(r: float) -> float:
    """GoB: share of users who would call it good or excellent."""
    return 100 * _normal((r - 60) / 16)


def poor_or_worse_percent(r: float) -> float:
    """PoW: share of users who would call it poor or bad."""
    return 100 * _normal((45 - r) / 16)


def noise(line: Line) -> float:
    """No (7-3 to 7-7): all noise, in dBm0p."""
    nos = line.ps - line.slr - line.ds - 100 + 0.004 * (line.ps - line.olr - line.ds - 14) ** 2
    pre = line.pr + 10 * math.log10(1 + _power(10 - line.lstr))
    nor = line.rlr - 121 + pre + 0.008 * (pre - 35) ** 2
    nfo = line.nfor + line.rlr
    return 10 * math.log10(sum(map(_power, (line.nc, nos, nor, nfo))))


def listener_echo(ro: float, round_trip_ms: float, line: Line = DEFAULT_LINE) -> float:
    """Idle (7-25, 7-26)."""
    rle = 10.5 * (line.wepl + 7) * math.pow(round_trip_ms + 1, -0.25)
    return (ro - rle) / 2 + math.sqrt((ro - rle) ** 2 / 4 + 169)


def delay_impairment(delay_ms: float, line: Line = DEFAULT_LINE) -> float:
    """Idd (7-27, 7-28); the exponent is 6 times sT."""
    if delay_ms <= line.least_perceived_delay_ms:
        return 0.0
    x = math.log2(delay_ms / line.least_perceived_delay_ms)
    power = 6 * line.delay_sensitivity
    return 25 * (_norm(x, power) - 3 * _norm(x / 3, power) + 2)


def echo_impairment(roe: float, re: float, delay_ms: float) -> float:
    """Idte (7-19) from the two levels that it weighs."""
    return ((roe - re) / 2 + math.sqrt((roe - re) ** 2 / 4 + 100) - 1) * (1 - math.exp(-delay_ms))


def echo_loudness(delay_ms: float, line: Line = DEFAULT_LINE) -> float:
    """TERV (7-22)."""
    return line.telr - 40 * math.log10((1 + delay_ms / 10) / (1 + delay_ms / 150)) + 6 * math.exp(-0.3 * delay_ms**2)


def _iolr(no: float, line: Line) -> float:
    xolr = line.olr + 0.2 * (64 + no - line.rlr)  # (7-10)
    return 20 * (_norm(xolr / 8, 8) - xolr / 8)  # (7-9)


def _ist(delay_ms: float, line: Line) -> float:
    echo = math.exp(-delay_ms / 4) * _power(-line.telr)
    stmro = -10 * math.log10(_power(-line.stmr) + echo)  # (7-12)
    terms = 12 * _norm((stmro - 13) / 6, 8) - 28 * _norm((stmro + 1) / 19.4, 35) - 13 * _norm((stmro - 3) / 33, 13)
    return terms + 29  # (7-11)


def _iq(ro: float, line: Line) -> float:
    q = 37 - 15 * math.log10(line.qdu)  # (7-17)
    g = 1.07 + 0.258 * q + 0.0602 * q * q
    y = (ro - 100) / 15 + 46 / 8.4 - g / 9
    z = 46 / 30 - g / 40
    return 15 * math.log10(1 + _power(10 * y) + _power(10 * z))  # (7-13)


def _idte(no: float, delay_ms: float, line: Line) -> float:
    """Talker echo; below 1 ms it is heard as sidetone. Corrections outside STMR 9 to 20 dB (7-23, 7-24) included."""
    if delay_ms < 1:
        return 0.0
    terv = echo_loudness(delay_ms, line)
    if line.stmr < 9:
        terv += _ist(delay_ms, line) / 2
    roe, re = -1.5 * (no - line.rlr), 80 + 2.5 * (terv - 14)  # (7-20, 7-21)
    idte = echo_impairment(roe, re, delay_ms)
    return math.hypot(idte, _ist(delay_ms, line)) if line.stmr > 20 else idte


def _norm(x: float, power: float) -> float:
    """The shape of most impairments: about 1 while x is small, about x where it is large."""
    return math.pow(1 + math.pow(x, power), 1 / power)


def _power(level_db: float) -> float:
    return math.pow(10, level_db / 10)


def _normal(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2
