"""Calls made of sentences, for tests of the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from models.analysis import Analysis
from models.recording import Party
from models.rules import Centre, Limits, Rules
from models.transcript import Turn
from models.verdict import StepResult
from monitor.protocol.call import call_of
from monitor.protocol.engine import step_results
from monitor.protocol.pack import protocol_from, shipped
from tests.builders import make_analysis, make_answer, make_recording, make_words

AGENT, CUSTOMER, BOTH = Party.AGENT, Party.CUSTOMER, Party.BOTH
SHIPPED = shipped()
PHRASES = replace(SHIPPED, classifier=None)
"""Its phrases alone: what each of them takes and leaves is tested without the sentence model."""

HEAD = 'name = "test"\nversion = "1"\nlanguage = "es"\n'
STEP = 'phase = "opening"\nweight = 1\nerror_class = "customer_critical"\nseverity = "info"\n'

BUSINESS = (
    (CUSTOMER, "Hola, mire, quería preguntar por un recibo que me ha llegado esta semana."),
    (AGENT, "Lo reviso con calma, el importe se cargó el martes pasado."),
    (CUSTOMER, "Entonces dígame qué tengo que hacer yo para arreglarlo mañana."),
    (AGENT, "Solo tiene que mandar el formulario firmado al correo."),
    (CUSTOMER, "Vale, lo mando esta misma tarde desde casa cuando llegue."),
    (AGENT, "Cuando llegue el formulario se corrige el importe."),
    (CUSTOMER, "Muy bien, pues así lo hago en cuanto llegue a casa."),
)
"""The middle of a call, in which no core step is done."""


def turns_of(lines: Iterable[tuple[Party, str]], start_s: float = 1.0, probability: float = 0.9) -> tuple[Turn, ...]:
    """One turn a line, 0.38 s a word, 0.4 s between turns."""
    turns = []
    for party, text in lines:
        end_s = start_s + 0.38 * len(text.split())
        turns.append(Turn(party, start_s, end_s, make_words(text, start_s, end_s, probability)))
        start_s = end_s + 0.4
    return tuple(turns)


def call_with(turns: tuple[Turn, ...], **changes: Any) -> Analysis:
    """An analysis of these turns, without rings or silences, that ends two seconds after the last."""
    values: dict[str, Any] = {
        "recording": make_recording(duration_s=max((turn.end_s for turn in turns), default=0.0) + 2.0),
        "answer": make_answer(rings=None, ring_to_answer_s=None, first_ring_s=None, answered_s=None, reason="no_ring"),
        "turns": turns,
        "silences": (),
    }
    return make_analysis(**(values | changes))


def opening_of(*lines: str | tuple[Party, str]) -> Analysis:
    """A call that opens with these lines; a bare text is the agent's."""
    spoken = [(AGENT, line) if isinstance(line, str) else line for line in lines]
    return call_with(turns_of([*spoken, *BUSINESS, *BUSINESS]))


def close_of(*lines: str | tuple[Party, str]) -> Analysis:
    """A call that ends with these lines; a bare text is the agent's."""
    spoken = [(AGENT, line) if isinstance(line, str) else line for line in lines]
    return call_with(turns_of([(AGENT, "Lo reviso ahora mismo en pantalla."), *BUSINESS, *BUSINESS, *spoken]))


def judged(analysis: Analysis, centre: Centre = Centre(), limits: Limits = Limits()) -> dict[str, StepResult]:  # noqa: B008 - frozen
    """The steps that the shipped protocol's phrases find in a call, by id."""
    return {result.id: result for result in step_results(call_of(analysis, Rules(PHRASES, limits, centre)))}


def rules_with(body: str, limits: Limits = Limits()) -> Rules:  # noqa: B008 - frozen
    """Rules of a protocol whose text goes on with `body`."""
    return Rules(protocol_from(HEAD + body, "test.toml"), limits)
