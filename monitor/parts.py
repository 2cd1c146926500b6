"""The composition root: the only place that builds real parts from the configuration."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from audio.known_models import KNOWN, Model, pinned_model
from audio.model_sources import Hub, InstalledPackages, PackageIndex
from audio.sources.folder import FolderRules
from audio.speech import ClassifierDetector, SileroClassifier, SpeechDetector, WebRtcClassifier
from audio.transcriber import Transcriber, WhisperSettings, WhisperTranscriber
from audio.voice_weights import VOICE_MODEL, InstalledVoices, VoicePackageIndex, read_voice_weights
from audio.voices import NeuralEncoder
from audio.weights import Fetcher, LocatedModel, locate
from models.analysis import AnalysedWith
from models.errors import ModelError
from models.rules import Centre, Rules
from monitor.config import model_cache
from monitor.fingerprint import config_sha256, version
from monitor.languages import listening_words
from monitor.measures.parting import Voices
from monitor.personal_data.finding import Kind
from monitor.personal_data.masking import Masker, MaskingSettings
from monitor.personal_data.numbers_of_calls import Shown
from monitor.pipeline import AnalysisSettings, Tools
from monitor.protocol.pack import read_protocol, shipped_for
from monitor.protocol.serving import serving_favour
from monitor.settings.sections import Settings
from monitor.worker import Bench
from reports.catalogue import LANGUAGES, Catalogue

log = logging.getLogger(__name__)

_FETCHERS: dict[str, type[InstalledPackages | PackageIndex | Hub]] = {
    "installed": InstalledPackages,
    "package": PackageIndex,
    "hub": Hub,
}
_MOST_THREADS = 8
"""More do not help one recording; they belong to more jobs."""


def speech_model(settings: Settings, name: str | None = None) -> Model:
    """The model of the configuration, or the known one of another `name`.

    Raises:
        ModelError: `model_unpinned` where nothing says which bytes are meant.
    """
    section = settings.transcriber
    if section.model_files and name in (None, section.model):
        repository, revision = section.model_repository or None, section.model_revision or None
        return pinned_model(section.model, section.model_files, repository, revision)
    wanted = name or section.model
    if wanted not in KNOWN:
        raise ModelError(f"{wanted}: {', '.join(KNOWN)}", "model_unpinned")
    return KNOWN[wanted]


def fetchers(settings: Settings) -> Sequence[Fetcher]:
    """The sources of speech models that the configuration allows, in its order."""
    return [_FETCHERS[name]() for name in settings.transcriber.model_sources]


def rules(settings: Settings) -> Rules:
    """What verdicts depend on besides the analysis.

    Raises:
        ProtocolError: with every mistake of the configured protocol.
    """
    file = settings.protocol.file
    if file:
        return Rules(read_protocol(Path(file).expanduser()), settings.limits, settings.centre)
    protocol, *others = shipped_for(settings.transcriber.language)
    return Rules(protocol, settings.limits, settings.centre, tuple(others))


def masker(settings: Settings, catalogue: Catalogue) -> Masker:
    """Hides personal data in what is written; it is named in the language spoken, or in the catalogue's."""
    section = settings.personal_data
    spoken = {language: Catalogue(language) for language in LANGUAGES}

    def label(kind: str, language: str) -> str:
        return f"[{spoken.get(language, catalogue).text(f'personal-{kind}')}]"

    chosen = MaskingSettings(
        text=frozenset(map(Kind, section.text)),
        sound=frozenset(map(Kind, section.sound)),
        sound_reach_s=section.sound_reach_s,
        confidence_min=section.confidence_min,
        numbers_of_calls=Shown(section.numbers_of_calls),
    )
    return Masker(label, chosen)


def tools(settings: Settings, model: LocatedModel) -> Tools:
    """The parts behind the seams, loaded.

    Raises:
        ModelError: where the model cannot be loaded.
    """
    return Tools(speech_detector(settings), transcriber(settings, model), voices(settings))


def voices(settings: Settings) -> Voices | None:
    """What tells two speakers on one channel apart; `None` where its weights are neither in the cache nor installed."""
    located = located_voices(settings)
    if located is None:
        return None
    protocol = shipped_for(settings.transcriber.language)[0]
    return Voices(NeuralEncoder(read_voice_weights(located)), lambda words: serving_favour(words, protocol))


def located_voices(settings: Settings) -> LocatedModel | None:
    """The weights of `voices` where they are in the cache or installed; nothing is downloaded for them unasked."""
    try:
        return locate(VOICE_MODEL, model_cache(settings), fetchers=[InstalledVoices()])
    except ModelError as error:
        log.info("speakers of mixed channels are told apart by their words alone: %s", error)
        return None


def fetched_voices(settings: Settings) -> LocatedModel:
    """The weights of `voices`, brought from where the configuration allows.

    Raises:
        ModelError: where no source has them.
    """
    sources = [VoicePackageIndex()] if "package" in settings.transcriber.model_sources else []
    return locate(VOICE_MODEL, model_cache(settings), fetchers=[InstalledVoices(), *sources])


def speech_detector(settings: Settings) -> SpeechDetector:
    """The detector that the configuration names."""
    classifier = WebRtcClassifier() if settings.speech.detector == "webrtcvad" else SileroClassifier()
    return ClassifierDetector(classifier, settings.speech.activity)


def transcriber(settings: Settings, model: LocatedModel) -> Transcriber:
    """faster-whisper with a checked model.

    Raises:
        ModelError: where the model cannot be loaded.
    """
    section = settings.transcriber
    device = _device(section.device)
    whisper = WhisperSettings(
        language=None if section.language == "auto" else section.language,
        device=device,
        compute_type=_compute_type(section.compute_type, device),
        threads=section.threads or _threads(settings.analysis.jobs),
        beam_size=section.beam_size,
        batch_windows=section.batch_windows,
        hints=_hints(settings.centre),
        limits=section.words,
    )
    return WhisperTranscriber(model.path, model.name, model.sha256, whisper)


def analysis_settings(settings: Settings) -> AnalysisSettings:
    """What the measures are told."""
    section = settings.measures
    return AnalysisSettings(
        turns=section.turns,
        overlaps=section.overlaps,
        parties=section.parties,
        silence_s=section.silence_s,
        listening_words=listening_words(),
        tone_plan=section.tone_plan or None,
    )


def folder_rules(settings: Settings) -> FolderRules:
    """How recordings are found and whose voice is where."""
    section = settings.reading
    channel = {"rules": None, "left": 0, "right": 1}[section.agent_channel]
    return FolderRules(section.legs, section.agent_channels, section.names, section.timezone, channel)


def bench(settings: Settings, model: LocatedModel) -> Bench:
    """All that turns recordings into analyses and verdicts, loaded.

    Raises:
        ModelError, ProtocolError: where the model cannot be loaded, or the protocol is wrong.
    """
    return Bench(
        tools=tools(settings, model),
        settings=analysis_settings(settings),
        limits=settings.reading.limits,
        raw_formats=settings.reading.raw_formats,
        rules=rules(settings),
        made_with=AnalysedWith(version(), "", model.sha256, config_sha256(settings)),
    )


def _hints(centre: Centre) -> str | None:
    return ", ".join((*centre.company_names, *centre.agent_names, *centre.product_names)) or None


def _device(wanted: str) -> str:
    """The GPU where there is one, unless the configuration says otherwise."""
    if wanted != "auto":
        return wanted
    import ctranslate2  # noqa: PLC0415  # heavy, and only the transcriber needs it

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _compute_type(wanted: str, device: str) -> str:
    if wanted != "auto":
        return wanted
    return "float16" if device == "cuda" else "int8"


def _threads(jobs: int) -> int:
    """The processors of this machine, shared among the jobs."""
    return max(1, min(_MOST_THREADS, len(os.sched_getaffinity(0)) // jobs))
