"""Which of two voices on a mixed channel is the agent's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from models.transcript import Word

Favour = Callable[[Sequence[Word]], float]
"""How much one speaker's words speak for the agent: natural log of the likelihood ratio, negative for the customer."""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """What the guess rests on besides the words, and how sure it has to be."""

    answers_first: float = 0.75
    """Probability that the first voice is the agent's: they answer, but a recording may begin later."""
    most_favour: float = 4.0
    """What the two say counts together no more than this: phrases come in clusters, and customers quote agents."""
    least_confidence: float = 0.8


@dataclass(frozen=True, slots=True)
class AgentVoice:
    """The speaker who is taken for the agent."""

    speaker: int
    confidence: float
    """Probability, from 0.5 to 1."""


def agent_of(
    words: Mapping[int, Sequence[Word]], favour: Favour, settings: AgentSettings | None = None
) -> AgentVoice | None:
    """The agent among speakers 0 and 1 by what each says and who speaks first; `None` where that is not sure.

    Log odds of speaker 0 = ±ln(p / (1 - p)) for who speaks first + favour(0) - favour(1), limited: Bayes' rule.
    Who speaks first is not enough alone at the default settings.
    """
    asked = settings or AgentSettings()
    heard = [words.get(speaker, ()) for speaker in (0, 1)]
    if not (heard[0] and heard[1]):
        return None
    prior = log(asked.answers_first / (1 - asked.answers_first))
    leads = prior if heard[0][0].start_s <= heard[1][0].start_s else -prior
    spoken = favour(heard[0]) - favour(heard[1])
    odds = leads + max(-asked.most_favour, min(asked.most_favour, spoken))
    confidence = 1 / (1 + exp(-abs(odds)))
    return AgentVoice(int(odds < 0), confidence) if confidence >= asked.least_confidence else None
