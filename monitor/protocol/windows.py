"""The parts of a call, by its own structure: the limits of the configuration only bound them.

The opening is what the agent says until the customer first says what they want. The close is the
agent's last turns, after the last business; `last` are the very last words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.analysis import Silence
from models.protocol import Phase
from models.recording import Party
from models.rules import Limits
from models.span import Span
from models.transcript import Turn
from monitor.protocol.text import tokens_of

DEMAND_WORDS = 6
"""A customer's turn of so many words besides greetings says what they want."""
BARE_WORDS = 3
"""An agent who has said no more than this ("¿Bueno?", "Sí, dígame") has not opened yet."""
LISTENING_WORDS = 2
"""So many words of the other do not take the floor."""
CLOSING_FLOORS = 5
LAST_S = 10.0
AFTER_HOLD_S = 2.5

Numbered = tuple[int, Turn]
"""A turn with its index in the analysis."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The turns of one party by part of the call."""

    everywhere: tuple[Numbered, ...]
    opening: tuple[Numbered, ...]
    close: tuple[Numbered, ...]
    last: tuple[Numbered, ...]
    after_hold: frozenset[int]
    """Indices of turns that end a hold or a long silence."""

    def of(self, phase: Phase) -> tuple[Numbered, ...]:
        """The turns in which a step of `phase` counts."""
        if phase is Phase.OPENING:
            return self.opening
        if phase is Phase.CLOSE:
            return self.close
        if phase is Phase.ANY:
            return self.everywhere
        opened = {index for index, _ in self.opening}
        return tuple(numbered for numbered in self.everywhere if numbered[0] not in opened)


def windows(
    turns: Sequence[Turn],
    party: Party,
    silences: Iterable[Silence],
    limits: Limits,
    small_talk: frozenset[str],
    *,
    language: str = "es",
) -> Windows:
    """The parts of a call as `party` speaks in them; `small_talk` are the sounds of words that say no business."""
    spoken = [(index, turn) for index, turn in enumerate(turns) if turn.words]
    spoken.sort(key=lambda numbered: numbered[1].start_s)
    own = tuple(numbered for numbered in spoken if numbered[1].party is party)
    floors = _floors(spoken, party)
    others = [turn for _, turn in spoken if turn.party is not party]
    demands_s = [turn.start_s for turn in others if is_demand(turn, small_talk, language)]
    opening = _opening(floors, demands_s, limits)
    close = tuple(numbered for numbered in _close(floors, limits) if numbered not in opening)
    return Windows(own, opening, close, _last(floors), _after_hold(own, silences, limits))


def window_span(turns: Sequence[Numbered]) -> Span | None:
    """From the first to the last of some turns; `None` of none."""
    if not turns:
        return None
    return Span(min(turn.start_s for _, turn in turns), max(turn.end_s for _, turn in turns))


def _floors(spoken: Sequence[Numbered], party: Party) -> list[list[Numbered]]:
    """What `party` says while holding the floor: turns that only listening words of the other part."""
    floors: list[list[Numbered]] = []
    taken = True
    for numbered in spoken:
        if numbered[1].party is party:
            if taken or not floors:
                floors.append([])
            floors[-1].append(numbered)
            taken = False
        elif len(numbered[1].words) > LISTENING_WORDS:
            taken = True
    return floors


def is_demand(turn: Turn, small_talk: frozenset[str], language: str = "es") -> bool:
    """Whether a turn says what the speaker wants, more than a greeting."""
    sounds = [token.sound for token in tokens_of([(0, turn)], language)]
    return len([one for one in sounds if one not in small_talk]) >= DEMAND_WORDS


def _opening(floors: Sequence[Sequence[Numbered]], demands_s: Sequence[float], limits: Limits) -> tuple[Numbered, ...]:
    if not floors:
        return ()
    begun_s = floors[0][0][1].start_s
    ends_s = min([begun_s + limits.opening_s, *(demand_s for demand_s in demands_s if demand_s > begun_s)])
    opened = [numbered for floor in floors for numbered in floor if numbered[1].start_s < ends_s]
    if sum(len(turn.words) for _, turn in opened) <= BARE_WORDS and len(floors) > 1:
        opened += [numbered for numbered in floors[1] if numbered not in opened]
    return tuple(opened)


def _close(floors: Sequence[Sequence[Numbered]], limits: Limits) -> tuple[Numbered, ...]:
    if not floors:
        return ()
    ends_s = max(turn.end_s for _, turn in floors[-1])
    weighty = [floor for floor in floors if sum(len(turn.words) for _, turn in floor) > LISTENING_WORDS]
    begins_s = weighty[-CLOSING_FLOORS:][0][0][1].start_s if weighty else 0.0
    begins_s = max(begins_s, ends_s - limits.close_s)
    return tuple(numbered for floor in floors for numbered in floor if numbered[1].end_s > begins_s)


def _last(floors: Sequence[Sequence[Numbered]]) -> tuple[Numbered, ...]:
    if not floors:
        return ()
    ends_s = max(turn.end_s for _, turn in floors[-1])
    late = [numbered for floor in floors for numbered in floor if numbered[1].start_s >= ends_s - LAST_S]
    return tuple(sorted({index: (index, turn) for index, turn in [*floors[-1], *late]}.values(), key=lambda n: n[0]))


def _after_hold(own: Sequence[Numbered], silences: Iterable[Silence], limits: Limits) -> frozenset[int]:
    ends_s = [silence.end_s for silence in silences if silence.span.duration_s >= limits.dead_air_s]
    return frozenset(
        index for index, turn in own if any(-1.0 <= turn.start_s - end_s <= AFTER_HOLD_S for end_s in ends_s)
    )
