"""The whole order of measures, on synthesised calls with a fake detector and a fake recogniser."""

import numpy as np
import pytest

from audio.clip import Clip, Samples
from models.analysis import AnalysedWith, Analysis
from models.document import analysis_from, document
from models.recording import Party
from monitor.languages import listening_words
from monitor.pipeline import AnalysisSettings, Tools, analyse
from tests.builders import make_facts, make_recording
from tests.fakes import FakeDetector, FakeTranscriber
from tests.sounds import RATE_HZ, chords, joined, mono, noise, ringing, silence, stereo

AGENT, CUSTOMER = Party.AGENT, Party.CUSTOMER
MADE_WITH = AnalysedWith(timbre="0.1.0", transcriber="", model_sha256="", config_sha256="c" * 64)


def voice(duration_s: float, level_dbov: float = -26.0, seed: int = 1) -> Samples:
    """Noise that rises and falls like syllables do, four times a second, and dies away at its end."""
    samples = noise(duration_s, level_dbov, seed)
    times_s = np.arange(samples.size) / RATE_HZ
    fade = np.minimum(1.0, (duration_s - times_s) / 0.3) ** 2
    return (samples * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times_s)) * fade).astype(np.float32)


def analysed(clip: Clip, *channels: Party, texts: tuple[str, ...] = ("", ""), **facts: object) -> Analysis:
    recording = make_recording(duration_s=clip.duration_s, channels=channels, facts=make_facts(**facts))
    tools = Tools(FakeDetector(), FakeTranscriber(*texts))
    return analyse(recording, clip, tools, AnalysisSettings(listening_words=listening_words()), MADE_WITH)


def ring_then_talk() -> Clip:
    """Two Spanish rings from 0 s (1.5 s on, 3 s off), the agent at 9 s for 4 s, the customer at 14 s for 5 s."""
    agent = joined(ringing(2, 1.5, 3.0), voice(4), silence(12))
    customer = joined(silence(14), voice(5, -30, seed=2), silence(6))
    return stereo(agent, customer)


def test_ring_to_answer_runs_from_the_first_ring_to_the_agent_s_first_word() -> None:
    answer = analysed(ring_then_talk(), AGENT, CUSTOMER).answer
    assert (answer.rings, answer.method) == (2, "tone")
    assert answer.ring_to_answer_s == pytest.approx(9.0, abs=0.15)


def test_signalling_outdoes_the_tone() -> None:
    answer = analysed(ring_then_talk(), AGENT, CUSTOMER, ring_to_answer_s=8.2).answer
    assert (answer.ring_to_answer_s, answer.method) == (8.2, "signalling")


def test_ring_back_is_nobody_s_turn() -> None:
    turns = analysed(ring_then_talk(), AGENT, CUSTOMER).turns
    assert [(turn.party, round(turn.start_s)) for turn in turns] == [(AGENT, 9), (CUSTOMER, 14)]


def test_each_party_s_words_stand_in_its_own_turn() -> None:
    turns = analysed(ring_then_talk(), AGENT, CUSTOMER, texts=("", "hola buenas tardes")).turns
    assert [turn.text for turn in turns if turn.party is CUSTOMER] == ["hola buenas tardes"]


def test_the_reply_latency_is_the_gap_between_the_turns() -> None:
    parties = analysed(ring_then_talk(), AGENT, CUSTOMER).parties
    assert parties[CUSTOMER].reply_latency_s == pytest.approx(1.0, abs=0.2)
    assert parties[AGENT].reply_latency_s is None
    assert parties[AGENT].reasons["reply_latency_s"] == "no_reply"


def test_a_turn_s_level_is_its_active_speech_level() -> None:
    levels = {turn.party: turn.level_dbov for turn in analysed(ring_then_talk(), AGENT, CUSTOMER).turns}
    assert levels[AGENT] is not None
    assert levels[CUSTOMER] is not None
    assert levels[AGENT] - levels[CUSTOMER] == pytest.approx(4.0, abs=0.7)  # -26 against -30


def test_speaking_over_the_other_is_an_interruption_of_who_started_second() -> None:
    clip = stereo(joined(silence(1), voice(5), silence(5)), joined(silence(5), voice(4, seed=2)))
    analysis = analysed(clip, AGENT, CUSTOMER)
    assert analysis.overlaps is not None
    assert [(overlap.kind, overlap.by) for overlap in analysis.overlaps] == [("interruption", CUSTOMER)]
    assert analysis.parties[CUSTOMER].interruptions == 1
    assert analysis.parties[AGENT].interruptions == 0


def test_music_between_turns_is_a_silence_of_its_kind() -> None:
    call = joined(voice(3), silence(12), voice(3))
    hold = joined(silence(3.5), 0.003 * chords(11) / np.abs(chords(11)).max())
    found = analysed(stereo(call, hold.astype(np.float32)), AGENT, CUSTOMER).silences
    assert [(round(silence.start_s), round(silence.end_s)) for silence in found] == [(3, 15)]


def test_on_a_mixed_channel_what_belongs_to_one_party_is_not_measurable() -> None:
    analysis = analysed(mono(joined(voice(4), silence(1), voice(4, seed=2))), Party.BOTH)
    both = analysis.parties[Party.BOTH]
    assert analysis.overlaps is None
    assert (both.interruptions, both.pitch_median_hz, both.reply_latency_s) == (None, None, None)
    assert both.reasons["interruptions"] == "mixed_channel"
    assert "mixed_channel" in analysis.notes


def test_with_one_leg_alone_overlaps_and_silences_are_not_made_up() -> None:
    analysis = analysed(mono(joined(voice(4), silence(9), voice(4))), AGENT)
    assert analysis.overlaps is None
    assert analysis.silences == ()
    assert analysis.parties[AGENT].reasons["interruptions"] == "leg_missing"


def test_a_silent_recording_has_an_analysis_without_turns() -> None:
    analysis = analysed(stereo(silence(5), silence(5)), AGENT, CUSTOMER)
    assert (analysis.turns, analysis.silences, analysis.overlaps) == ((), (), ())
    assert analysis.parties[AGENT].level_dbov is None
    assert analysis.parties[AGENT].speech_rate_wpm is None


def test_the_waveform_has_ten_peaks_a_second() -> None:
    waveform = analysed(ring_then_talk(), AGENT, CUSTOMER).waveform
    assert len(waveform[AGENT]) == 250  # 25 s
    assert max(waveform[CUSTOMER][:100]) == 0
    assert max(waveform[AGENT][:15]) > 0


def test_the_analysis_says_what_made_it() -> None:
    made = analysed(ring_then_talk(), AGENT, CUSTOMER).analysed_with
    assert (made.transcriber, made.speech_detector, made.config_sha256) == ("fake", "fake", "c" * 64)


def test_the_same_recording_gives_the_same_document_and_it_reads_back() -> None:
    first = document(analysed(ring_then_talk(), AGENT, CUSTOMER), None)
    assert first == document(analysed(ring_then_talk(), AGENT, CUSTOMER), None)
    assert document(analysis_from(first), None) == first
