"""The sections of `config.toml`: every key, its type, its bounds and its default.

Sections whose keys belong to one part of the program are that part's own settings (`Limits`, `ActivitySettings`):
a key is written once. `config.toml` at the root of the project shows all of them with their comments; a test
holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from audio.activity import ActivitySettings
from audio.decode import RAW_FORMATS, RawFormat
from audio.invented import WordLimits
from audio.sources.agent_channel import CHANNEL_RULES, ChannelRule
from audio.sources.folder import FolderRules
from audio.sources.legs import LEG_PATTERNS, LegPattern
from audio.sources.names import NAME_PATTERNS, NamePattern
from audio.spool import DecodeLimits
from audio.tone_plans import PLANS
from models.rules import Centre, Limits
from monitor.measures.interruptions import OverlapSettings
from monitor.measures.parties import PartySettings
from monitor.measures.turns import TurnSettings
from monitor.settings.capture import CaptureSection, DaemonSection

Text = Annotated[str, StringConstraints(max_length=1000)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
PersonalKind = Literal[
    "card", "iban", "account", "dni", "nie", "curp", "rfc", "cedula", "rut", "cuit", "ruc", "phone", "email"
]  # fmt: skip
ModelSource = Literal["installed", "package", "hub"]


def _known_plan(country: str) -> str:
    if country and country not in (ids := [plan.id for plan in PLANS]):
        raise PydanticCustomError("literal_error", "no such tone plan", {"expected": ", ".join(ids)})
    return country


def _known_zone(timezone: str) -> str:
    return FolderRules(timezone=timezone).timezone


class Section(BaseModel):
    """One table of the configuration."""

    model_config = ConfigDict(frozen=True)


class AnalysisSection(Section):
    """How a batch is worked through."""

    jobs: Annotated[int, Field(ge=1, le=64)] = 1
    out: Text = "timbre-out"


class ReadingSection(Section):
    """How a centre's recordings are called, who is on which channel, and what a recording may be."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    agent_channel: Literal["rules", "left", "right"] = "rules"
    agent_channels: tuple[ChannelRule, ...] = CHANNEL_RULES
    legs: tuple[LegPattern, ...] = LEG_PATTERNS
    names: tuple[NamePattern, ...] = NAME_PATTERNS
    raw_formats: tuple[RawFormat, ...] = RAW_FORMATS
    limits: DecodeLimits = DecodeLimits()


class SpeechSection(Section):
    """Where each party speaks."""

    detector: Literal["silero", "webrtcvad"] = "silero"
    activity: ActivitySettings = ActivitySettings()


class MeasuresSection(Section):
    """What is measured and how; what judges it is in `limits`."""

    silence_s: float = 3.0
    tone_plan: Annotated[str, AfterValidator(_known_plan)] = ""
    turns: TurnSettings = TurnSettings()
    overlaps: OverlapSettings = OverlapSettings()
    parties: PartySettings = PartySettings()


class TranscriberSection(Section):
    """Which model writes the words down, and where it comes from."""

    model: Text = "base"
    model_path: Text = ""
    model_sources: Annotated[tuple[ModelSource, ...], Field(max_length=3)] = ("installed", "package", "hub")
    model_files: Annotated[dict[Text, Sha256], Field(max_length=20)] = {}
    model_repository: Text = ""
    model_revision: Text = ""
    cache: Text = ""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: Literal["auto", "int8", "int8_float16", "int8_float32", "float16", "float32"] = "auto"
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    beam_size: Annotated[int, Field(ge=1, le=20)] = 5
    batch_windows: Annotated[int, Field(ge=1, le=64)] = 8
    language: Annotated[str, StringConstraints(pattern=r"^(auto|[a-z]{2,3})$")] = "es"
    words: WordLimits = WordLimits()


class ProtocolSection(Section):
    """The service protocol that calls are judged by."""

    file: Text = ""


class PersonalDataSection(Section):
    """What is hidden of personal data, and who may see it all the same."""

    text: Annotated[tuple[PersonalKind, ...], Field(max_length=20)] = get_args(PersonalKind)
    sound: Annotated[tuple[PersonalKind, ...], Field(max_length=20)] = ("card",)
    sound_as: Literal["silence", "tone"] = "silence"
    sound_reach_s: Annotated[float, Field(ge=0, le=5)] = 0.25
    confidence_min: Annotated[float, Field(ge=0, le=1)] = 0.4
    numbers_of_calls: Literal["whole", "ending", "none"] = "whole"
    originals_users: Annotated[tuple[Text, ...], Field(max_length=1000)] = ()
    originals_groups: Annotated[tuple[Text, ...], Field(max_length=1000)] = ()
    looks_file: Text = ""


class DatabaseSection(Section):
    """Where analyses and verdicts are kept."""

    url: Text = ""


class ReportsSection(Section):
    """What people read."""

    language: Literal["auto", "es", "en"] = "auto"
    embed_audio_max_bytes: Annotated[int, Field(ge=0, le=200_000_000)] = 8_000_000


class Settings(Section):
    """The whole configuration."""

    analysis: AnalysisSection = AnalysisSection()
    reading: ReadingSection = ReadingSection()
    speech: SpeechSection = SpeechSection()
    measures: MeasuresSection = MeasuresSection()
    transcriber: TranscriberSection = TranscriberSection()
    centre: Centre = Centre()
    protocol: ProtocolSection = ProtocolSection()
    limits: Limits = Limits()
    personal_data: PersonalDataSection = PersonalDataSection()
    database: DatabaseSection = DatabaseSection()
    reports: ReportsSection = ReportsSection()
    capture: CaptureSection = CaptureSection()
    daemon: DaemonSection = DaemonSection()
