"""Ring-back tones by country: frequency and cadence.

Facts of ITU-T E.180 supplement 2 as retold by Asterisk's `indications.conf`, FreePBX's zone list and others; where they
disagree (Spain, Colombia) the one that labelled calls bear out is kept. Plans that sound the same, such as Mexico's and
Peru's, are told apart by nobody: `tones` then names the first of them, `itu`, and the configuration may say which.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TonePlan:
    """How a country's ring-back sounds."""

    id: str
    """ISO 3166 country code in lower case, or `itu` for the commonest plan of all."""
    frequencies_hz: tuple[float, ...]
    cadence_s: tuple[float, ...]
    """On, off, and for double rings on, off again; the last is the pause between rings."""

    @property
    def ring_s(self) -> float:
        """From the start of one ring to its end; a double ring is one ring."""
        return sum(self.cadence_s[:-1])

    @property
    def pause_s(self) -> float:
        return self.cadence_s[-1]

    @property
    def period_s(self) -> float:
        return sum(self.cadence_s)

    @property
    def third_ring_ends_s(self) -> float:
        """From the start of the first ring to the end of the third."""
        return 2 * self.period_s + self.ring_s


_SINGLE = {
    "itu": (425.0, 1.0, 4.0),
    "es": (425.0, 1.5, 3.0),
    "cl": (400.0, 1.0, 3.0),
    "ar": (425.0, 1.0, 4.5),
    "pa": (425.0, 1.2, 4.65),
    "cr": (450.0, 1.2, 4.9),
    "hn": (440.0, 1.0, 4.0),
    "ec": (425.0, 1.2, 4.65),
    "sv": (425.0, 1.2, 4.6),
    "fr": (440.0, 1.5, 3.5),
    "pt": (425.0, 1.0, 5.0),
}
_LIKE_ITU = ("mx", "pe", "co", "ve", "uy", "py", "bo", "gt", "ni", "gq", "br", "de", "it")
_DUAL = ((440.0, 480.0), (2.0, 4.0))

PLANS: tuple[TonePlan, ...] = (
    *(TonePlan(country, (hz,), (on_s, off_s)) for country, (hz, on_s, off_s) in _SINGLE.items()),
    *(TonePlan(country, (425.0,), (1.0, 4.0)) for country in _LIKE_ITU),
    *(TonePlan(country, *_DUAL) for country in ("us", "pr")),
    TonePlan("do", (400.0,), (0.4, 0.2, 0.4, 2.2)),
    TonePlan("cu", (400.0, 450.0), (0.4, 0.2, 0.4, 2.0)),
)
"""In order of preference where the sound fits several."""


def plan_named(country: str, plans: tuple[TonePlan, ...] = PLANS) -> TonePlan | None:
    """The plan of that id, whatever its case; `None` where there is none."""
    return next((plan for plan in plans if plan.id == country.lower()), None)
