"""Values for tests, one line per fact: each builder gives a plausible whole, arguments change what matters."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from models.analysis import AnalysedWith, Analysis, Answer, Overlap, PartyMeasures, Silence
from models.call import CallRecord, Moment, Outcome
from models.call_document import transport_from
from models.document import document
from models.recording import CallFacts, Party, Recording
from models.rules import Limits
from models.span import Span
from models.transcript import Turn, Word
from models.verdict import (
    ErrorClass,
    Evidence,
    Flag,
    Score,
    ScoreItem,
    Searched,
    Severity,
    StepResult,
    StepVerdict,
    Verdict,
    Violation,
)

SHA256 = "ab" * 32
AGENT, CUSTOMER, BOTH = Party.AGENT, Party.CUSTOMER, Party.BOTH


def make_facts(**changes: Any) -> CallFacts:
    """A call to agent 104 on the queue `soporte`, on 22 November 2026 at 10:00 UTC."""
    values = {
        "started_at": datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        "agent_id": "104",
        "queue": "soporte",
        "caller": "+34600000001",
        "callee": "900100200",
    }
    return CallFacts(**(values | changes))


def make_recording(**changes: Any) -> Recording:
    """A minute of stereo at 8 kHz, the agent on the left."""
    values = {
        "id": SHA256[:16],
        "file": "call.wav",
        "sha256": SHA256,
        "duration_s": 60.0,
        "sample_rate_hz": 8000,
        "channels": (AGENT, CUSTOMER),
        "facts": make_facts(),
    }
    return Recording(**(values | changes))


def make_answer(**changes: Any) -> Answer:
    """Two Spanish rings from 0.4 s, answered 6.0 s after the start of the first."""
    values = {
        "rings": 2,
        "ring_to_answer_s": 6.0,
        "method": "tone",
        "tone_plan": "es",
        "third_ring_ends_s": 10.5,
        "first_ring_s": 0.4,
        "answered_s": 6.4,
    }
    return Answer(**(values | changes))


def make_words(text: str, start_s: float, end_s: float, probability: float = 0.95) -> tuple[Word, ...]:
    """The words of `text`, spread evenly over the span."""
    texts = text.split()
    step_s = (end_s - start_s) / max(1, len(texts))
    return tuple(
        Word(word, start_s + i * step_s, start_s + (i + 1) * step_s, probability) for i, word in enumerate(texts)
    )


def make_turn(
    party: Party, start_s: float, text: str = "Buenos días", end_s: float | None = None, **changes: Any
) -> Turn:
    """A turn of `text` with its words; without `end_s`, at 0.4 s a word."""
    end_s = start_s + 0.4 * len(text.split()) if end_s is None else end_s
    values = {"words": make_words(text, start_s, end_s), "level_dbov": -26.0, "rate_sps": 5.8}
    return Turn(party, start_s, end_s, **(values | changes))


def make_measures(**changes: Any) -> PartyMeasures:
    """A party whose every measure is there and within its limit."""
    values = {
        "talk_s": 25.0,
        "words": 70,
        "speech_rate_wpm": 168.0,
        "articulation_rate_sps": 5.8,
        "level_dbov": -26.0,
        "level_sd_db": 1.8,
        "level_drift_db_per_min": 0.2,
        "clipped_ratio": 0.0,
        "pitch_median_hz": 201.0,
        "pitch_sd_st": 3.1,
        "interruptions": 0,
        "reply_latency_s": 0.6,
    }
    return PartyMeasures(**(values | changes))


def make_overlap(kind: str = "interruption", by: Party = AGENT, start_s: float = 20.0, end_s: float = 20.8) -> Overlap:
    """An overlap in which the other gave way."""
    return Overlap(kind, by, start_s, end_s, yielded=True)


def make_silence(start_s: float = 30.0, end_s: float = 36.0, kind: str = "silence") -> Silence:
    return Silence(start_s, end_s, kind)


def make_analysed_with(**changes: Any) -> AnalysedWith:
    values = {
        "timbre": "0.1.0",
        "transcriber": "faster-whisper 1.2.1 base int8",
        "model_sha256": SHA256,
        "config_sha256": SHA256,
        "speech_detector": "silero",
    }
    return AnalysedWith(**(values | changes))


def make_turns() -> tuple[Turn, ...]:
    """A short call: opening, request, close."""
    return (
        make_turn(AGENT, 6.4, "Buenos días, le atiende Marta Ruiz de Seguros Iberia. ¿En qué puedo ayudarle?"),
        make_turn(CUSTOMER, 13.0, "Hola, quería saber cuándo me pasan el recibo de este mes."),
        make_turn(AGENT, 19.0, "Se lo miro ahora mismo. Se le carga el día cinco."),
        make_turn(CUSTOMER, 25.0, "Ah, pues muy bien."),
        make_turn(AGENT, 40.0, "¿Puedo ayudarle en algo más? Gracias por llamar. Que tenga un buen día."),
    )


def make_analysis(**changes: Any) -> Analysis:
    """A call of two channels in which all was measured; `recording=...`, `turns=...` and the rest change it."""
    values = {
        "recording": make_recording(),
        "answer": make_answer(),
        "parties": {AGENT: make_measures(), CUSTOMER: make_measures(talk_s=15.0, words=40)},
        "turns": make_turns(),
        "overlaps": (),
        "silences": (make_silence(),),
        "analysed_with": make_analysed_with(),
        "waveform": {AGENT: tuple([10, 60] * 300), CUSTOMER: tuple([5, 40] * 300)},
    }
    if (transport := changes.pop("transport", None)) is not None:
        recording = (values | changes)["recording"]
        changes["recording"] = replace(recording, call=make_call_record(transport=transport_from(transport)))
    return Analysis(**(values | changes))


def make_direction(**changes: Any) -> dict[str, Any]:
    """The agent's voice over a clean line of G.711, as in a document."""
    values = {
        "party": "agent",
        "codec": "PCMA",
        "packets": 3000,
        "lost": 0,
        "duplicated": 0,
        "reordered": 0,
        "jitter_ms": None,
        "r_factor": 93.2,
        "mos": 4.41,
    }
    return values | changes


def make_call_record(**changes: Any) -> CallRecord:
    """A call captured from SIP, answered after 6 s of ringing, that the customer ended after a minute."""
    values = {
        "id": "20261122-100000-0001",
        "source": "sip",
        "outcome": Outcome.ANSWERED,
        "signalling_ids": ("a84b4c76e66710@pc33",),
        "channels": (AGENT, CUSTOMER),
        "ended_by": CUSTOMER,
        "moments": (Moment("ringing", -6.0), Moment("answered", 0.0), Moment("ended", 60.0, CUSTOMER)),
        "ring_to_answer_s": 6.0,
        "post_dial_delay_s": 0.2,
        "answer_delay_s": 6.2,
        "concealed": {AGENT: (Span(10.0, 10.04),)},
        "missing": {CUSTOMER: (Span(20.0, 21.0),)},
    }
    return CallRecord(**(values | changes))


def make_mixed_analysis(**changes: Any) -> Analysis:
    """A call on one mixed channel: one lane, no overlaps."""
    values = {
        "recording": make_recording(channels=(BOTH,)),
        "parties": {BOTH: make_measures(interruptions=None, reasons={"interruptions": "mixed_channel"})},
        "turns": (make_turn(BOTH, 6.4), make_turn(BOTH, 13.0, "Hola")),
        "overlaps": None,
        "waveform": {BOTH: tuple([10, 60] * 300)},
        "notes": ("mixed_channel",),
    }
    return make_analysis(**(values | changes))


def make_evidence(quote: str = "Buenos días", start_s: float = 6.4, end_s: float = 7.2, **changes: Any) -> Evidence:
    values = {"party": AGENT, "confidence": 0.95}
    return Evidence(start_s=start_s, end_s=end_s, quote=quote, **(values | changes))


def met(step_id: str, quote: str = "Buenos días", start_s: float = 6.4, end_s: float = 7.2) -> StepResult:
    """A step met, with its evidence."""
    return StepResult(step_id, StepVerdict.MET, (make_evidence(quote, start_s, end_s),))


def not_met(step_id: str, nearest: str | None = "Se lo miro", nearest_start_s: float | None = 19.0) -> StepResult:
    """A step missing from the opening 15 seconds."""
    searched = Searched(6.4, 21.4, nearest, nearest_start_s)
    return StepResult(step_id, StepVerdict.NOT_MET, reason="not_found", searched=searched)


def not_evaluable(step_id: str, reason: str = "mixed_channel") -> StepResult:
    return StepResult(step_id, StepVerdict.NOT_EVALUABLE, reason=reason)


def not_applicable(step_id: str, reason: str = "condition_absent") -> StepResult:
    return StepResult(step_id, StepVerdict.NOT_APPLICABLE, reason=reason)


def make_violation(violation_id: str = "blunt_refusal", **changes: Any) -> Violation:
    values = {"start_s": 19.0, "end_s": 21.0, "quote": "Eso no se puede.", "confidence": 0.9}
    return Violation(violation_id, **(values | changes))


def make_flag(flag_id: str = "late_answer", **changes: Any) -> Flag:
    """A warning that the call was answered 12.3 s after the first ring, over 10.5 s."""
    values = {
        "severity": Severity.WARNING,
        "measured": 12.3,
        "limit": 10.5,
        "unit": "s",
        "start_s": 0.4,
        "end_s": 12.7,
        "error_class": ErrorClass.CUSTOMER,
    }
    return Flag(flag_id, **(values | changes))


def make_verdict(**changes: Any) -> Verdict:
    """Greeting met, farewell met, offer of help missing: 20 of 30 points, no flag."""
    values = {
        "protocol_name": "telephone-service-es",
        "protocol_version": "1",
        "protocol_sha256": SHA256,
        "rules_sha256": SHA256,
        "steps": (
            met("greeting"),
            not_met("offer_of_help"),
            met("farewell", "Que tenga un buen día", 44.0, 46.0),
        ),
        "violations": (),
        "score": Score(
            66.7, (ScoreItem("greeting", 10, 10), ScoreItem("offer_of_help", 0, 10), ScoreItem("farewell", 10, 10))
        ),
        "flags": (),
        "limits": asdict(Limits()),
    }
    return Verdict(**(values | changes))


def make_document(**changes: Any) -> dict[str, Any]:
    """The document of a judged call; `analysis=` and `verdict=` change it, `verdict=None` is not judged."""
    analysis = changes.get("analysis") or make_analysis()
    return document(analysis, changes.get("verdict", make_verdict()))
