"""What the tests of pages share: a tone as a recording, and text that wants to do harm."""

from __future__ import annotations

import io
import math
import struct
import wave
from typing import Any

from models.verdict import Severity
from reports.sound import EmbeddedAudio
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysis,
    make_document,
    make_evidence,
    make_facts,
    make_flag,
    make_recording,
    make_turn,
    make_verdict,
    make_violation,
    met,
    not_met,
)

HOSTILE = '</script><script>window.harmed=1</script><img src=x onerror="window.harmed=1">\'"&{{7*7}}\u2028'
"""Ends a script, opens a tag, breaks out of an attribute, is a template."""


def wav_bytes(duration_s: float, channels: int = 2, sample_rate_hz: int = 8000) -> bytes:
    """A 440 Hz tone at half of full scale in every channel, 16 bits."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(sample_rate_hz)
        period = [round(16383 * math.sin(2 * math.pi * 440 * i / sample_rate_hz)) for i in range(sample_rate_hz)]
        second = b"".join(struct.pack("<h", sample) * channels for sample in period)
        file.writeframes((second * math.ceil(duration_s))[: round(duration_s * sample_rate_hz) * 2 * channels])
    return buffer.getvalue()


def make_sound(duration_s: float = 60.0) -> EmbeddedAudio:
    return EmbeddedAudio(wav_bytes(duration_s), "audio/wav")


def make_flagged_document(**changes: Any) -> dict[str, Any]:
    """A call with a late answer, a blunt refusal, a missing offer of help and two steps met."""
    verdict = make_verdict(
        steps=(met("greeting"), not_met("offer_of_help"), met("farewell", "Que tenga un buen día", 44.0, 46.0)),
        violations=(make_violation("blunt_refusal", start_s=19.0, end_s=21.0),),
        flags=(
            make_flag("late_answer"),
            make_flag("offer_of_help", measured=None, limit=None, unit=None, start_s=6.4, end_s=21.4),
            make_flag("blunt_refusal", severity=Severity.CRITICAL, measured=None, limit=None, start_s=19.0, end_s=21.0),
        ),
    )
    return make_document(**({"verdict": verdict} | changes))


def make_hostile_document() -> dict[str, Any]:
    """A document in which every text from outside wants to do harm."""
    facts = make_facts(agent_id=HOSTILE, queue=HOSTILE, caller=HOSTILE, callee=HOSTILE)
    analysis = make_analysis(
        recording=make_recording(file=f"{HOSTILE}.wav", facts=facts, notes=(HOSTILE,)),
        turns=(make_turn(AGENT, 6.4, HOSTILE, end_s=9.0), make_turn(CUSTOMER, 10.0, HOSTILE, end_s=12.0)),
        notes=(HOSTILE,),
    )
    step = met(HOSTILE, HOSTILE)
    verdict = make_verdict(
        protocol_name=HOSTILE,
        steps=(step, not_met("offer_of_help", HOSTILE)),
        violations=(make_violation(HOSTILE, quote=HOSTILE),),
        flags=(make_flag(HOSTILE, unit=HOSTILE, quote=HOSTILE),),
    )
    assert step.evidence == (make_evidence(HOSTILE),)
    return make_document(analysis=analysis, verdict=verdict)
