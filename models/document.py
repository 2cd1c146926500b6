"""The analysis document `timbre.analysis/1`: what is written, stored and exported.

`document` and `analysis_from`/`verdict_from` are inverse to each other but for rounding:
times to milliseconds, figures to the decimals of their kind.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from models.analysis import AnalysedWith, Analysis, Answer, Overlap, PartyMeasures, Silence
from models.recording import CallFacts, Party, Recording
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

T = TypeVar("T")

SCHEMA = "timbre.analysis/1"

_DECIMALS = {"probability": 3, "confidence": 3, "clipped_ratio": 5, "level_drift_db_per_min": 2}
_DECIMALS_BY_UNIT = {"_s": 3, "_db": 2, "_dbov": 2, "_wpm": 1, "_sps": 2, "_hz": 1, "_st": 2}


def document(analysis: Analysis, verdict: Verdict | None) -> dict[str, Any]:
    """The whole of one judged call as JSON-ready values; no verdict gives `null` in its places."""
    return {
        "schema": SCHEMA,
        "recording": _recording(analysis.recording),
        "answer": _plain(analysis.answer),
        "parties": {party.value: _plain(measures) for party, measures in analysis.parties.items()},
        "turns": [_turn(turn) for turn in analysis.turns],
        "overlaps": None if analysis.overlaps is None else [_plain(overlap) for overlap in analysis.overlaps],
        "silences": [_plain(silence) for silence in analysis.silences],
        "protocol": verdict and _protocol(verdict),
        "transport": analysis.transport,
        "score": verdict and _plain(verdict.score),
        "flags": [_plain(flag) for flag in verdict.flags] if verdict else [],
        "waveform": {party.value: list(peaks) for party, peaks in analysis.waveform.items()},
        "notes": list(analysis.notes),
        "analysed_with": _plain(analysis.analysed_with) | {"protocol": verdict and verdict.protocol_sha256},
    }


def analysis_from(doc: dict[str, Any]) -> Analysis:
    """The analysis in a document.

    Raises:
        KeyError, TypeError, ValueError: where the document is not of this schema.
    """
    if doc.get("schema") != SCHEMA:
        raise ValueError(f"schema is {doc.get('schema')!r}, not {SCHEMA!r}")
    return Analysis(
        recording=_recording_from(doc["recording"]),
        answer=_made(Answer, doc["answer"]),
        parties={Party(party): _made(PartyMeasures, values) for party, values in doc["parties"].items()},
        turns=tuple(_turn_from(turn) for turn in doc["turns"]),
        overlaps=None if doc["overlaps"] is None else tuple(_overlap_from(item) for item in doc["overlaps"]),
        silences=tuple(_made(Silence, item) for item in doc["silences"]),
        analysed_with=_made(AnalysedWith, doc["analysed_with"]),
        transport=doc.get("transport"),
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
        violations=tuple(_made(Violation, item) for item in protocol["violations"]),
        score=Score(doc["score"]["total"], tuple(_made(ScoreItem, item) for item in doc["score"]["items"])),
        flags=tuple(_flag_from(item) for item in doc["flags"]),
        limits=dict(protocol.get("limits", {})),
    )


def _decimals(name: str) -> int | None:
    if name in _DECIMALS:
        return _DECIMALS[name]
    return next((places for unit, places in _DECIMALS_BY_UNIT.items() if name.endswith(unit)), None)


def _jsonable(name: str, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        places = _decimals(name)
        return round(value, 3 if places is None else places)
    if isinstance(value, dict):
        return {key: _jsonable(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(name, item) for item in value]
    return value


def _plain(value: Any) -> dict[str, Any]:
    return {name: _jsonable(name, item) for name, item in asdict(value).items()}


def _made(kind: type[T], values: dict[str, Any]) -> T:
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    return kind(**{name: value for name, value in values.items() if name in known})


def _recording(recording: Recording) -> dict[str, Any]:
    plain = _plain(recording)
    facts: dict[str, Any] = plain.pop("facts")
    return plain | facts


def _recording_from(values: dict[str, Any]) -> Recording:
    started_at = values.get("started_at")
    facts = _made(CallFacts, values | {"started_at": datetime.fromisoformat(started_at) if started_at else None})
    return _made(
        Recording,
        values
        | {
            "channels": tuple(Party(party) for party in values["channels"]),
            "notes": tuple(values.get("notes", ())),
            "facts": facts,
        },
    )


def _turn(turn: Turn) -> dict[str, Any]:
    plain = _plain(turn)
    return {
        "party": plain["party"],
        "start_s": plain["start_s"],
        "end_s": plain["end_s"],
        "text": turn.text,
        "level_dbov": plain["level_dbov"],
        "rate_sps": plain["rate_sps"],
        "words": plain["words"],
    }


def _turn_from(values: dict[str, Any]) -> Turn:
    words = tuple(_made(Word, word) for word in values["words"])
    return _made(Turn, values | {"party": Party(values["party"]), "words": words})


def _overlap_from(values: dict[str, Any]) -> Overlap:
    return _made(Overlap, values | {"by": Party(values["by"])})


def _protocol(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.protocol_name,
        "version": verdict.protocol_version,
        "sha256": verdict.protocol_sha256,
        "rules_sha256": verdict.rules_sha256,
        "limits": dict(verdict.limits),
        "steps": [_plain(step) for step in verdict.steps],
        "violations": [_plain(violation) for violation in verdict.violations],
    }


def _step_from(values: dict[str, Any]) -> StepResult:
    evidence = tuple(_made(Evidence, item | {"party": Party(item["party"])}) for item in values["evidence"])
    searched = values.get("searched") and _made(Searched, values["searched"])
    return _made(
        StepResult,
        values | {"verdict": StepVerdict(values["verdict"]), "evidence": evidence, "searched": searched},
    )


def _flag_from(values: dict[str, Any]) -> Flag:
    error_class = values.get("error_class")
    return _made(
        Flag,
        values
        | {"severity": Severity(values["severity"]), "error_class": ErrorClass(error_class) if error_class else None},
    )
