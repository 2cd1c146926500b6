"""From points to two answers at once, what a call was about and how it ended, or to none where two are too near.

Points are natural logarithms of odds but for a constant. Of each pair of a type and an outcome the points are
those of both and of how usual the pair is; the probability of an answer is that of all its pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from models.understanding import Cue, Decision

CUES_MAX = 6
"""Cues shown of an answer: those that spoke most for it."""

Points = Mapping[str, float]
Pairs = Mapping[tuple[str, str], float]


def shares_of(types: Points, outcomes: Points, usual: Pairs) -> tuple[dict[str, float], dict[str, float]]:
    """Probability of each type and of each outcome; `usual` are the points of pairs."""
    pairs = {
        (one, other): types[one] + outcomes[other] + usual.get((one, other), 0.0) for one in types for other in outcomes
    }
    most = max(pairs.values())
    raised = {pair: math.exp(points - most) for pair, points in pairs.items()}
    total = sum(raised.values())
    return (
        {one: sum(raised[one, other] for other in outcomes) / total for one in types},
        {other: sum(raised[one, other] for one in types) / total for other in outcomes},
    )


def decided(shares: Mapping[str, float], cues: Mapping[str, Sequence[Cue]], margin_min: float) -> Decision:
    """The likeliest answer where it is likelier than the next by `margin_min`; `cues` is what spoke for each."""
    ranked = sorted(shares, key=lambda name: (-shares[name], name))
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    margin = shares[best] - (shares[second] if second else 0.0)
    sure = margin >= margin_min
    return Decision(
        id=best if sure else None,
        reason=None if sure else "ambiguous",
        probability=shares[best],
        margin=margin,
        runner_up=second if sure else best,
        cues=tuple(sorted(cues.get(best, ()), key=lambda cue: (-cue.weight, cue.start_s))[:CUES_MAX]),
    )
