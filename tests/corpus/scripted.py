"""Written calls as the analyses that a perfect recogniser would make of them, so that they can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.analysis import Analysis, Silence
from models.recording import Party
from models.transcript import Turn, Word
from tests.builders import make_analysis, make_answer, make_recording
from tests.corpus.scripts import Hold, Script, Sentence

WORD_S, PAUSE_S, SENTENCE_S, BACKCHANNEL_S = 0.38, 0.4, 0.25, 0.6
"""A word, between turns, between sentences of a turn, and how long before its end a turn is spoken into."""
PROBABILITY = 0.9


@dataclass
class _Clock:
    """What has been said so far and where the time stands."""

    now_s: float = 1.0
    turns: list[Turn] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    """Start and end of each sentence, in order."""


def analysis_of(script: Script, probability: float = PROBABILITY) -> Analysis:
    """The script as an analysis: words evenly spaced, no rings, holds as silences."""
    clock = _clock(script, probability)
    duration_s = max((turn.end_s for turn in clock.turns), default=0.0) + 2.0
    return make_analysis(
        recording=make_recording(id=script.id, file=f"{script.id}.wav", duration_s=duration_s),
        answer=make_answer(rings=None, ring_to_answer_s=None, first_ring_s=None, answered_s=None, reason="no_ring"),
        turns=tuple(clock.turns),
        overlaps=(),
        silences=tuple(clock.silences),
    )


def places_of(script: Script) -> tuple[tuple[float, float], ...]:
    """Start and end in seconds of each of the script's sentences in `analysis_of(script)`."""
    return tuple(_clock(script, PROBABILITY).places)


def _clock(script: Script, probability: float) -> _Clock:
    clock = _Clock()
    for group in groups_of(script.lines):
        if isinstance(group, Hold):
            clock.silences.append(Silence(clock.now_s, clock.now_s + group.seconds, group.kind))
            clock.now_s += group.seconds + PAUSE_S
        else:
            _say(clock, group, probability)
    return clock


def groups_of(lines: Sequence[Sentence | Hold]) -> list[Hold | list[Sentence]]:
    """Holds, and turns: sentences of one party that follow each other."""
    groups: list[Hold | list[Sentence]] = []
    for line in lines:
        last = groups[-1] if groups else None
        if isinstance(line, Hold):
            groups.append(line)
        elif isinstance(last, list) and last[-1].who == line.who and last[-1].backchannel == line.backchannel:
            last.append(line)
        else:
            groups.append([line])
    return groups


def _say(clock: _Clock, sentences: Sequence[Sentence], probability: float) -> None:
    start_s = clock.now_s
    if sentences[0].backchannel and clock.turns:
        start_s = max(clock.turns[-1].start_s, clock.turns[-1].end_s - BACKCHANNEL_S)
    words: list[Word] = []
    at_s = start_s
    for sentence in sentences:
        begun_s = at_s
        for text in sentence.text.split():
            words.append(Word(text, at_s, at_s + WORD_S, probability))
            at_s += WORD_S
        clock.places.append((begun_s, at_s))
        at_s += SENTENCE_S
    end_s = at_s - SENTENCE_S
    party = Party(sentences[0].who)
    clock.turns.append(Turn(party, start_s, end_s, tuple(words), level_dbov=-26.0, rate_sps=5.8))
    clock.now_s = max(clock.now_s, end_s + PAUSE_S)
