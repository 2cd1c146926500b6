"""The rows of the tables and the types of their columns; `None` is unknown or not measurable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from reports.findings import findings_of
from reports.understood import call_type_of, outcome_of, told_of

Row = dict[str, Any]
Column = tuple[str, type]

_PARTIES = ("agent", "customer", "both")
_MEASURES: tuple[Column, ...] = (
    ("talk_s", float),
    ("words", int),
    ("speech_rate_wpm", float),
    ("articulation_rate_sps", float),
    ("level_dbov", float),
    ("level_sd_db", float),
    ("level_drift_db_per_min", float),
    ("clipped_ratio", float),
    ("pitch_median_hz", float),
    ("pitch_sd_st", float),
    ("interruptions", int),
    ("reply_latency_s", float),
)
_CALL: tuple[Column, ...] = (
    ("recording_id", str),
    ("file", str),
    ("sha256", str),
    ("started_at", datetime),
    ("agent_id", str),
    ("queue", str),
    ("caller", str),
    ("callee", str),
    ("source", str),
    ("channels", str),
    ("duration_s", float),
    ("sample_rate_hz", int),
)
_ANSWER: tuple[Column, ...] = (
    ("rings", int),
    ("ring_to_answer_s", float),
    ("third_ring_ends_s", float),
    ("post_dial_delay_s", float),
    ("answer_method", str),
    ("tone_plan", str),
)
_SILENCE: tuple[Column, ...] = (("silences", int), ("silence_s", float), ("music_s", float))
_VERDICT: tuple[Column, ...] = (
    ("score", float),
    ("steps_met", int),
    ("steps_not_met", int),
    ("steps_not_applicable", int),
    ("steps_not_evaluable", int),
    ("violations", int),
    ("flags_critical", int),
    ("flags_warning", int),
    ("flags_info", int),
    ("protocol", str),
    ("protocol_version", str),
    ("rules_sha256", str),
)
_UNDERSTOOD: tuple[Column, ...] = (("call_type", str), ("outcome", str), ("promises", int))
_MADE: tuple[Column, ...] = (("timbre", str), ("transcriber", str), ("config_sha256", str))

CALLS: tuple[Column, ...] = (
    *_CALL,
    *_ANSWER,
    *((f"{party}_{name}", kind) for party in _PARTIES for name, kind in _MEASURES),
    *_SILENCE,
    *_VERDICT,
    *_UNDERSTOOD,
    *_MADE,
)
TURNS: tuple[Column, ...] = (
    ("recording_id", str),
    ("turn", int),
    ("party", str),
    ("start_s", float),
    ("end_s", float),
    ("text", str),
    ("words", int),
    ("mean_probability", float),
    ("level_dbov", float),
    ("rate_sps", float),
)
FINDINGS: tuple[Column, ...] = (
    ("recording_id", str),
    ("file", str),
    ("agent_id", str),
    ("kind", str),
    ("id", str),
    ("state", str),
    ("party", str),
    ("start_s", float),
    ("end_s", float),
    ("quote", str),
    ("confidence", float),
    ("measured", float),
    ("limit", float),
    ("unit", str),
    ("reason", str),
    ("error_class", str),
    ("searched_start_s", float),
    ("searched_end_s", float),
    ("nearest", str),
    ("nearest_start_s", float),
)


def call_row(document: dict[str, Any]) -> Row:
    """The call in one row, every party's measures beside each other."""
    recording, answer, made = document["recording"], document["answer"], document["analysed_with"]
    started_at = recording.get("started_at")
    return {
        **{name: recording.get(name) for name, _ in _CALL},
        "recording_id": recording["id"],
        "started_at": started_at and datetime.fromisoformat(started_at),
        "channels": "+".join(recording["channels"]),
        **{name: answer.get(name) for name, _ in _ANSWER},
        "answer_method": answer["method"],
        **_measures(document),
        **_silences(document),
        **_verdict(document),
        **_understood(document),
        **{name: made.get(name) for name, _ in _MADE},
    }


def turn_rows(document: dict[str, Any]) -> Iterator[Row]:
    """A row a turn, numbered from 0 in order of time."""
    for number, turn in enumerate(document["turns"]):
        words = turn["words"]
        yield {
            **{name: turn.get(name) for name, _ in TURNS},
            "recording_id": document["recording"]["id"],
            "turn": number,
            "words": len(words),
            "mean_probability": sum(word["probability"] for word in words) / len(words) if words else None,
        }


def finding_rows(document: dict[str, Any]) -> Iterator[Row]:
    """A row a flag, violation and step."""
    recording = document["recording"]
    call = {"recording_id": recording["id"], "file": recording["file"], "agent_id": recording.get("agent_id")}
    for finding in findings_of(document):
        yield {**{name: getattr(finding, name) for name, _ in FINDINGS[len(call) :]}, **call}


def _measures(document: dict[str, Any]) -> Row:
    parties = document["parties"]
    return {f"{party}_{name}": parties.get(party, {}).get(name) for party in _PARTIES for name, _ in _MEASURES}


def _silences(document: dict[str, Any]) -> Row:
    total_s: Counter[str] = Counter()
    for item in document["silences"]:
        total_s[item["kind"]] += item["end_s"] - item["start_s"]
    return {
        "silences": sum(item["kind"] == "silence" for item in document["silences"]),
        "silence_s": float(total_s["silence"]),
        "music_s": float(total_s["music"]),
    }


def _understood(document: dict[str, Any]) -> Row:
    told = told_of(document)
    return {
        "call_type": call_type_of(document),
        "outcome": outcome_of(document),
        "promises": None if told is None else len(told.promises),
    }


def _verdict(document: dict[str, Any]) -> Row:
    protocol = document["protocol"]
    if protocol is None:
        return dict.fromkeys(name for name, _ in _VERDICT)
    steps = Counter(step["verdict"] for step in protocol["steps"])
    flags = Counter(flag["severity"] for flag in document["flags"])
    return {
        "score": document["score"]["total"],
        **{f"steps_{name}": steps[name] for name in ("met", "not_met", "not_applicable", "not_evaluable")},
        "violations": len(protocol["violations"]),
        **{f"flags_{name}": flags[name] for name in ("critical", "warning", "info")},
        "protocol": protocol["name"],
        "protocol_version": protocol["version"],
        "rules_sha256": protocol["rules_sha256"],
    }
