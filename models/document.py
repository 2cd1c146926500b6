"""The analysis document `timbre.analysis/1`: what is written, stored and exported.

`document` and `analysis_from`/`verdict_from` are inverse to each other but for rounding:
times to milliseconds, figures to the decimals of their kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.analysis import AnalysedWith, Analysis, Answer, Overlap, PartyMeasures, Silence
from models.call import CallRecord
from models.call_document import call_document, call_from
from models.plain import made, plain
from models.recording import CallFacts, Party, Recording
from models.transcript import Turn, Word
from models.verdict import (
    Edition,
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

SCHEMA = "timbre.analysis/1"


def document(analysis: Analysis, verdict: Verdict | None) -> dict[str, Any]:
    """The whole of one judged call as JSON-ready values; no verdict gives `null` in its places."""
    measured = {
        "schema": SCHEMA,
        "recording": _recording(analysis.recording),
        "answer": plain(analysis.answer),
        "parties": {party.value: plain(measures) for party, measures in analysis.parties.items()},
        "turns": [_turn(turn) for turn in analysis.turns],
        "overlaps": None if analysis.overlaps is None else [plain(overlap) for overlap in analysis.overlaps],
        "silences": [plain(silence) for silence in analysis.silences],
        "protocol": None,
        "transport": _transport(analysis.recording.call),
        "call": _call(analysis.recording.call),
        "score": None,
        "flags": [],
        "waveform": {party.value: list(peaks) for party, peaks in analysis.waveform.items()},
        "notes": list(analysis.notes),
        "analysed_with": plain(analysis.analysed_with) | {"protocol": None},
    }
    return with_verdict(measured, verdict_document(verdict)) if verdict else measured


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """What a verdict adds to the document of its analysis."""
    return {
        "protocol": _protocol(verdict),
        "score": plain(verdict.score),
        "flags": [plain(flag) for flag in verdict.flags],
    }


def with_verdict(doc: dict[str, Any], verdict_doc: dict[str, Any]) -> dict[str, Any]:
    """The document `doc` with this verdict in place of the one that it had."""
    analysed_with = doc["analysed_with"] | {"protocol": verdict_doc["protocol"]["sha256"]}
    return doc | verdict_doc | {"analysed_with": analysed_with}


def analysis_from(doc: dict[str, Any]) -> Analysis:
    """The analysis in a document.

    Raises:
        KeyError, TypeError, ValueError: where the document is not of this schema.
    """
    if doc.get("schema") != SCHEMA:
        raise ValueError(f"schema is {doc.get('schema')!r}, not {SCHEMA!r}")
    return Analysis(
        recording=_recording_from(doc["recording"], _call_from(doc)),
        answer=made(Answer, doc["answer"]),
        parties={Party(party): made(PartyMeasures, values) for party, values in doc["parties"].items()},
        turns=tuple(_turn_from(turn) for turn in doc["turns"]),
        overlaps=None if doc["overlaps"] is None else tuple(_overlap_from(item) for item in doc["overlaps"]),
        silences=tuple(made(Silence, item) for item in doc["silences"]),
        analysed_with=made(AnalysedWith, doc["analysed_with"]),
        waveform={Party(party): tuple(peaks) for party, peaks in doc.get("waveform", {}).items()},
        notes=tuple(doc.get("notes", ())),
    )


def verdict_from(doc: dict[str, Any]) -> Verdict | None:
    """The verdict in a document; `None` where it was never judged."""
    protocol = doc.get("protocol")
    if protocol is None:
        return None
    return Verdict(
        protocol_name=protocol["name"],
        protocol_version=protocol["version"],
        protocol_sha256=protocol["sha256"],
        rules_sha256=protocol["rules_sha256"],
        steps=tuple(_step_from(step) for step in protocol["steps"]),
        violations=tuple(made(Violation, item) for item in protocol["violations"]),
        score=Score(doc["score"]["total"], tuple(made(ScoreItem, item) for item in doc["score"]["items"])),
        flags=tuple(_flag_from(item) for item in doc["flags"]),
        limits=dict(protocol.get("limits", {})),
        protocol_extends=tuple(made(Edition, item) for item in protocol.get("extends", ())),
    )


def _recording(recording: Recording) -> dict[str, Any]:
    values = plain(recording)
    facts: dict[str, Any] = values.pop("facts")
    values.pop("call")  # stands on its own in the document, its transport beside it
    return values | facts


def _call(record: CallRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    values = call_document(record)
    del values["transport"]
    return values


def _transport(record: CallRecord | None) -> dict[str, Any] | None:
    return plain(record.transport) if record is not None and record.transport is not None else None


def _call_from(doc: Mapping[str, Any]) -> CallRecord | None:
    call = doc.get("call")
    return None if call is None else call_from({**call, "transport": doc.get("transport")})


def _recording_from(values: dict[str, Any], call: CallRecord | None) -> Recording:
    return made(
        Recording,
        values
        | {
            "channels": tuple(Party(party) for party in values["channels"]),
            "notes": tuple(values.get("notes", ())),
            "facts": facts_from(values),
            "call": call,
        },
    )


def facts_from(values: Mapping[str, Any]) -> CallFacts:
    """The facts among the values of a recording, or alone."""
    started_at = values.get("started_at")
    return made(CallFacts, {**values, "started_at": datetime.fromisoformat(started_at) if started_at else None})


def _turn(turn: Turn) -> dict[str, Any]:
    values = plain(turn)
    return {
        "party": values["party"],
        "start_s": values["start_s"],
        "end_s": values["end_s"],
        "text": turn.text,
        "level_dbov": values["level_dbov"],
        "rate_sps": values["rate_sps"],
        "words": values["words"],
    }


def _turn_from(values: dict[str, Any]) -> Turn:
    words = tuple(made(Word, word) for word in values["words"])
    return made(Turn, values | {"party": Party(values["party"]), "words": words})


def _overlap_from(values: dict[str, Any]) -> Overlap:
    return made(Overlap, values | {"by": Party(values["by"])})


def _protocol(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.protocol_name,
        "version": verdict.protocol_version,
        "extends": [plain(edition) for edition in verdict.protocol_extends],
        "sha256": verdict.protocol_sha256,
        "rules_sha256": verdict.rules_sha256,
        "limits": dict(verdict.limits),
        "steps": [plain(step) for step in verdict.steps],
        "violations": [plain(violation) for violation in verdict.violations],
    }


def _step_from(values: dict[str, Any]) -> StepResult:
    evidence = tuple(made(Evidence, item | {"party": Party(item["party"])}) for item in values["evidence"])
    searched = values.get("searched") and made(Searched, values["searched"])
    return made(
        StepResult,
        values | {"verdict": StepVerdict(values["verdict"]), "evidence": evidence, "searched": searched},
    )


def _flag_from(values: dict[str, Any]) -> Flag:
    error_class = values.get("error_class")
    return made(
        Flag,
        values
        | {"severity": Severity(values["severity"]), "error_class": ErrorClass(error_class) if error_class else None},
    )
