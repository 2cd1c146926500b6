"""How a sound card is listened to, and when its sound is a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Layout = Literal["stereo", "two_devices", "mixed"]


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """How a device's clock is held to the machine's."""

    memory_s: float = 120.0
    """How far back arrivals are looked at for the device's true rate."""
    usual_ppm: float = 100.0
    """How far off sound cards usually are: the less is believed of a rate beyond it, the less was heard."""
    most_ppm: float = 1000.0
    """Correction never stretches sound by more; a thousandth is not heard."""
    settle_s: float = 0.3
    """Sound heard before its first sample is given a time; how much later sound comes at each start."""
    resync_s: float = 0.06
    """Arrivals later than this, and for good, mean that sound was lost without a word."""


@dataclass(frozen=True, slots=True)
class CallSettings:
    """When sound is a call."""

    found: bool = True
    """Whether calls are found in the sound; a softphone's marks count in any case."""
    opened_by: Literal["line", "either"] = "line"
    """Whose speech opens a call. The agent's microphone also hears colleagues between calls, so by default only the
    line's does; a ring opens a call wherever it is heard. On a mixed channel there is but one."""
    pre_roll_s: float = 8.0
    """Sound kept from before a call was noticed, so that the ring and the first words are in the recording."""
    mark_pre_roll_s: float = 0.0
    """The same for a call that a softphone opens."""
    shortest_s: float = 2.0
    """What is over sooner is no call."""
    speech_opens_s: float = 1.0
    """Speech within `shortest_s` and a second that opens a call."""
    speech_answers_s: float = 0.3
    """Speech within a second that counts as an answer."""
    lowest_speech_dbov: float = -55.0
    """Nothing quieter is taken for speech."""
    silence_closes_s: float = 30.0
    """Nobody having been heard for so long closes a call, told as having ended with the last sound."""
    unanswered_closes_s: float = 10.0
    """So long after the last ring, with no ring and no speech, it has stopped ringing."""
    busy_bursts: int = 4
    """Bursts of a busy or congestion tone that close a call."""
    dial_tone_closes_s: float = 3.0
    """An unbroken tone of this length closes a call."""
    longest_s: float = 14_400.0
    """A call that goes on for longer is closed, and the next one begins."""


@dataclass(frozen=True, slots=True)
class MarkSettings:
    """The address at which a softphone opens and closes calls."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = 8765
    token: str = ""
    """What callers must show; without one nothing is listened to."""
    body_max_bytes: int = 4096
    request_timeout_s: float = 5.0
    """The longest that a whole request may take."""
    connections_max: int = 8


@dataclass(frozen=True, slots=True)
class SoundCardSettings:
    """Which devices are listened to and how."""

    layout: Layout = "stereo"
    """One device with a side on each channel, one device a side, or one device that carries both mixed."""
    device: str = ""
    """Of layouts `stereo` and `mixed`: the device's name or an unambiguous part of it; empty: the system's default."""
    agent_device: str = ""
    """Of layout `two_devices`: the agent's microphone."""
    customer_device: str = ""
    """Of layout `two_devices`: what the agent hears."""
    agent_channel: Literal["left", "right"] = "left"
    """Of layout `stereo`."""
    agent_side: Literal["caller", "callee"] = "callee"
    """Which end of a call the agent is, where no mark says otherwise."""
    agent_id: str = ""
    """Whose place this is; a mark may say otherwise."""
    sample_rate_hz: Literal[8000, 16000] = 16000
    """Of the recordings, whatever the device's own rate."""
    device_rate_hz: int = 0
    """What the device is asked for; 0: its own."""
    block_ms: int = 20
    """Sound between two callbacks."""
    buffer_s: float = 10.0
    """Sound kept for a reader that is late; what comes on top is lost, and said to be."""
    no_callbacks_s: float = 0.5
    """A device silent for so long has a gap, which is not taken for silence."""
    reopen_after_s: float = 10.0
    """A device that has called back before, and not for so long, is opened anew."""
    retry_first_s: float = 0.5
    """How soon a lost device is looked for; the wait doubles with each failure."""
    retry_longest_s: float = 30.0
    drift: DriftSettings = field(default_factory=DriftSettings)
    calls: CallSettings = field(default_factory=CallSettings)
    marks: MarkSettings = field(default_factory=MarkSettings)
