"""The part of the configuration that capture reads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from audio.packets.capture_filter import CaptureFilter
from audio.rtp.quality import Receiver
from audio.rtp.settings import SoundSettings
from audio.sip.rules import DialogRules
from audio.siprec.settings import SiprecSettings
from audio.sniffing.settings import SnifferSettings
from audio.soundcard.settings import SoundCardSettings
from monitor.calls.joining import JoinRules
from monitor.calls.limits import CallLimits
from monitor.calls.parties import PartyRules
from monitor.recorder.recorded import RecorderSettings

Text = Annotated[str, StringConstraints(max_length=1000)]
SourceName = Literal["interface", "ring", "siprec", "soundcard"]


class InterfaceSection(BaseModel):
    """The mirror port."""

    model_config = ConfigDict(frozen=True)

    name: Text = ""
    buffer_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 32)] = 64 << 20
    promiscuous: bool = True
    filter: CaptureFilter = CaptureFilter()


class RingSection(BaseModel):
    """Files that dumpcap writes, so that only dumpcap needs the right to capture."""

    model_config = ConfigDict(frozen=True)

    file: Text = ""


class CaptureSection(BaseModel):
    """Where calls come from while they happen, and how they are kept."""

    model_config = ConfigDict(frozen=True)

    sources: Annotated[tuple[SourceName, ...], Field(max_length=4)] = ()
    folder: Text = ""
    interface: InterfaceSection = InterfaceSection()
    ring: RingSection = RingSection()
    sniffer: SnifferSettings = SnifferSettings()
    dialogs: DialogRules = DialogRules()
    sound: SoundSettings = SoundSettings()
    receiver: Receiver = Receiver()
    siprec: SiprecSettings = SiprecSettings()
    soundcard: SoundCardSettings = SoundCardSettings()
    parties: PartyRules = PartyRules()
    joins: JoinRules = JoinRules()
    calls: CallLimits = CallLimits()
    recorder: RecorderSettings = RecorderSettings()


class DaemonSection(BaseModel):
    """The running program: what it tells about itself."""

    model_config = ConfigDict(frozen=True)

    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9477
    stop_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    publish_s: Annotated[float, Field(ge=1, le=86400)] = 15.0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
