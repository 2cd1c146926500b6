"""What codecs cost on the E-model's scales: Ie and Bpl of ITU-T G.113, and how far ahead they look."""

from __future__ import annotations

from dataclasses import dataclass

from audio.rtp.codec import Codec


@dataclass(frozen=True, slots=True)
class Impairment:
    """One row of G.113. G.113 itself calls its appendices provisional planning values."""

    row: str
    """Which row it is, told with each figure."""
    ie: float
    bpl: float | None
    """`None`: published for no loss only, so with loss nothing can be said."""
    lookahead_ms: float
    wideband: bool = False
    provisional: bool = False
    """Known to the trade and not read in G.113 itself; G.722 has the Bpl of a related codec that conceals nothing."""


_G711 = Impairment("G.711 without concealment", 0, 4.3, 0.25)
_G711_CONCEALED = Impairment("G.711 with appendix I concealment", 0, 25.1, 0.25)
_BY_NAME = {
    "G729": Impairment("G.729A with voice activity detection", 11, 19.0, 5.0),
    "G723": Impairment("G.723.1 at 6.3 kbit/s with voice activity detection", 15, 16.1, 7.5, provisional=True),
    "GSM-EFR": Impairment("GSM enhanced full rate", 5, 10.0, 0.0, provisional=True),
    "GSM": Impairment("GSM full rate", 20, None, 0.0, provisional=True),
    "G722": Impairment("G.722 at 64 kbit/s", 13, 4.3, 1.5, wideband=True, provisional=True),
}


def impairment_of(codec: Codec, *, concealment: bool) -> Impairment | None:
    """The row of a codec; `None` where none is published: Opus, EVS, narrowband AMR, iLBC and the rest.

    Only of G.711 does the table tell a receiver that conceals lost packets from one that does not.
    """
    if codec.name in {"PCMA", "PCMU"}:
        return _G711_CONCEALED if concealment else _G711
    return _BY_NAME.get(codec.name)
