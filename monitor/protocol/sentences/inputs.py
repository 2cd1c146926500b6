"""What the model is shown of a call: each floor of the agent with what the customer said before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.recording import Party
from monitor.protocol.sentences.encoder import Row
from monitor.protocol.sentences.pieces import Pieces
from monitor.protocol.sentences.splitting import Floor, Said

CONTEXT_PIECES = 24
PIECES_MAX = 120
"""Of a row; a longer floor is parted between sentences."""
SENTENCE_PIECES_MAX = 90
PLACES = 8
START, STOP = 0, 2
"""Pieces that begin a row and end a part of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A row with the place of each of its sentences in it."""

    row: Row
    sentences: tuple[tuple[Said, ...], ...]
    spans: tuple[slice, ...]
    """Where in the row each sentence's pieces are."""
    words: tuple[tuple[int, ...], ...]
    """Of each sentence: for each piece the word that it belongs to."""
    place: npt.NDArray[np.float32]


def parts_of(floors: Sequence[Floor], pieces: Pieces) -> Iterator[Part]:
    """The rows of a call."""
    count = sum(floor.party is Party.AGENT for floor in floors)
    number, before = 0, ""
    for floor in floors:
        if floor.party is not Party.AGENT:
            before = floor.text
            continue
        yield from _parts(floor, _context(before, pieces), _place(number, count, floor), pieces)
        number += 1


def _context(before: str, pieces: Pieces) -> list[int]:
    words = before.split()[-CONTEXT_PIECES:]
    return [piece for word in words for piece in pieces.of(word)][-CONTEXT_PIECES:]


def _place(number: int, count: int, floor: Floor) -> npt.NDArray[np.float32]:
    """Where in the call a floor stands, as the model was taught."""
    left = count - 1 - number
    told = (
        number == 0,
        number in (1, 2),
        left == 0,
        left in (1, 2),
        number > 2 and left > 2,
        floor.after_hold,
        floor.before_hold,
        False,
    )
    return np.asarray(told, dtype=np.float32)


def _parts(floor: Floor, context: list[int], place: npt.NDArray[np.float32], pieces: Pieces) -> Iterator[Part]:
    made = _Making(context)
    for sentence in floor.sentences:
        found = [(piece, number) for number, said in enumerate(sentence) for piece in pieces.of(said.word.text)]
        found = found[:SENTENCE_PIECES_MAX]
        if not found:
            continue
        if made.sentences and len(made.pieces) + len(found) > PIECES_MAX:
            yield made.part(place)
            made = _Making(context)
        made.add(sentence, found)
    if made.sentences:
        yield made.part(place)


class _Making:
    """One row being filled."""

    def __init__(self, context: list[int]) -> None:
        self.pieces = [START, *context, STOP]
        self.context = len(self.pieces)
        self.sentences: list[tuple[Said, ...]] = []
        self.spans: list[slice] = []
        self.words: list[tuple[int, ...]] = []

    def add(self, sentence: tuple[Said, ...], found: Sequence[tuple[int, int]]) -> None:
        begun = len(self.pieces)
        self.pieces += [piece for piece, _ in found]
        self.sentences.append(sentence)
        self.spans.append(slice(begun, len(self.pieces)))
        self.words.append(tuple(number for _, number in found))

    def part(self, place: npt.NDArray[np.float32]) -> Part:
        taken = (*self.pieces, STOP)
        kinds = (0,) * self.context + (1,) * (len(taken) - self.context)
        return Part(Row(taken, kinds), tuple(self.sentences), tuple(self.spans), tuple(self.words), place)
