"""What a call was about, how it went and what the customer did in it: opinions of the protocol's words and of measures.

Pure, as all judging is: no sound, no clock, no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.customer import CustomerSide
from models.understanding import Decision, Understanding
from models.verdict import StepResult, Violation
from monitor.protocol.call import Call
from monitor.understanding.behaviour import behaviour_of
from monitor.understanding.cues import Heard, cues_heard, found_otherwise, promised
from monitor.understanding.decision import decided, shares_of
from monitor.understanding.facts import facts_of
from monitor.understanding.kinds import cues_of, points_of, usual_of, weights_of
from monitor.understanding.listening import Listening
from monitor.understanding.moments import moments_of
from monitor.understanding.phases import phases_of
from monitor.understanding.promises import promises_of


def understood(
    call: Call, steps: Sequence[StepResult], broken: Sequence[Violation]
) -> tuple[Understanding | None, CustomerSide | None]:
    """The call as a whole and the customer's side of it; `None` for a protocol that has no words for them."""
    protocol = call.compiled.protocol
    if not protocol.customer and not protocol.cues:
        return None, None
    listening = Listening(call)
    facts, reasons = facts_of(listening)
    side = CustomerSide(facts, behaviour_of(call, facts), reasons)
    judged = found_otherwise(steps, broken, facts)
    promises = promises_of(listening, judged)
    heard = cues_heard(listening, judged | promised(promises))
    kind, outcome = decisions(call, heard)
    phases = phases_of(call, steps)
    return Understanding(kind, outcome, promises, phases, moments_of(listening, facts, heard, promises, phases)), side


def decisions(call: Call, heard: Mapping[str, Sequence[Heard]]) -> tuple[Decision, Decision]:
    """What the call was about and how it ended."""
    protocol = call.compiled.protocol
    if not call.agent.everywhere and not call.customer.everywhere:
        return Decision(None, "no_words"), Decision(None, "no_words")
    if not heard or not protocol.call_types:
        return Decision(None, "no_cues"), Decision(None, "no_cues")
    types, outcomes = (weights_of(protocol.cues, kind) for kind in ("types", "outcomes"))
    usual = usual_of(protocol.call_types)
    shares = shares_of(
        dict.fromkeys((one for one, _ in usual), 0.0) | points_of(heard, types),
        dict.fromkeys((other for _, other in usual), 0.0) | points_of(heard, outcomes),
        usual,
    )
    least = call.limits.answer_probability_margin_min
    return decided(shares[0], cues_of(heard, types), least), decided(shares[1], cues_of(heard, outcomes), least)
