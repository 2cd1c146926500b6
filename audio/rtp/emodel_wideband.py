"""The E-model of wideband telephony: ITU-T G.107.1 (06/2019), with R up to 129.

Its ratings are not to be compared with G.107's: 93 is the best narrowband line and a mediocre wideband one.
"""

from __future__ import annotations

from dataclasses import replace

from audio.rtp import emodel
from audio.rtp.emodel import DEFAULT_LINE, Line, Rating

RO = 129.0
_SCALE = 1.29
WIDEBAND_LINE = replace(DEFAULT_LINE, nfor=-96.0)


def rating(delay_ms: float, equipment: float, line: Line = WIDEBAND_LINE) -> Rating:
    """As `emodel.rating`, with wideband impairments; Is is 0, and lost packets weigh as in G.107 (7-15)."""
    return Rating(
        ro=RO,
        simultaneous=0.0,
        talker_echo=_talker_echo(delay_ms, line),
        listener_echo=emodel.listener_echo(RO, 2 * delay_ms, line),
        delay=_SCALE * emodel.delay_impairment(delay_ms, line),  # (7-13)
        equipment=equipment,
        advantage=line.advantage,
    )


def mos_of(r: float) -> float:
    """Annex A: the narrowband curve over R / 1.29."""
    return emodel.mos_of(r / _SCALE)


def r_of(mos: float) -> float:
    return _SCALE * emodel.r_of(mos)


def _talker_echo(delay_ms: float, line: Line) -> float:
    """Idte of (7-5) to (7-10). The noise that (7-6) needs and leaves undefined is G.107's at Nfor = -96."""
    correction = 18.0 if delay_ms >= 100 else 0.08 * delay_ms + 10
    terv = emodel.echo_loudness(delay_ms, line) + correction
    roe, re = -1.5 * (emodel.noise(line) - line.rlr), 80 + 3 * (terv - 14)
    return emodel.echo_impairment(roe, re, delay_ms)
