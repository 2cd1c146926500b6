"""Rings, and all that is none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.clip import Clip, Samples
from audio.g711 import alaw_samples, mulaw_samples
from audio.tone_plans import PLANS, TonePlan, plan_named
from audio.tones import RingTone, line_tones, ring_bursts
from tests import labelled
from tests.sounds import chords, joined, mono, noise, ringing, silence, sine, stereo

SPAIN, MEXICO, CHILE, USA, CUBA = (plan_named(country) for country in ("es", "mx", "cl", "us", "cu"))
EDGE_S = 0.012


def dual(duration_s: float, low_hz: float, high_hz: float, level_dbov: float = -20.0, rate_hz: int = 8000) -> Samples:
    return sine(duration_s, low_hz, level_dbov - 3.01, rate_hz) + sine(duration_s, high_hz, level_dbov - 3.01, rate_hz)


def rung(plan: TonePlan, rings: int, level_dbov: float = -20.0, last_s: float | None = None) -> Samples:
    """Silence of 0.4 s, `rings` rings of a plan, the last cut to `last_s`, and silence after."""
    on_s, off_s = plan.cadence_s[0], plan.cadence_s[-1]
    parts = [silence(0.4)]
    for ring in range(rings):
        length_s = last_s if last_s and ring == rings - 1 else on_s
        hz = plan.frequencies_hz
        parts += [
            sine(length_s, hz[0], level_dbov) if len(hz) == 1 else dual(length_s, *hz, level_dbov),
            silence(off_s),
        ]
    return joined(*parts)


def voice(duration_s: float, level_dbov: float = -22.0) -> Samples:
    """A gliding harmonic sound with syllables, nothing like a tone."""
    times_s = np.arange(round(duration_s * 8000)) / 8000
    pitch_hz = 140 * 2 ** (0.3 * np.sin(2 * np.pi * 0.7 * times_s))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / 8000
    sound = sum(np.sin(order * phase) / order for order in range(1, 12)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times_s))
    return (10 ** (level_dbov / 20) * sound / np.sqrt(np.mean(sound**2))).astype(np.float32)


def heard(samples: Samples) -> RingTone | None:
    return ring_bursts(mono(samples), PLANS)


def edges_s(ring: RingTone | None) -> list[float]:
    assert ring is not None
    return [edge for burst in ring.bursts for edge in (burst.start_s, burst.end_s)]


@pytest.mark.parametrize("country", ["es", "mx", "cl", "ar", "cr", "us", "fr", "pt", "hn", "ec"])
@pytest.mark.parametrize("rings", [1, 3])
def test_rings_of_each_country_are_found_to_the_hundredth(country: str, rings: int) -> None:
    plan = plan_named(country)
    assert plan is not None
    on_s, period_s = plan.cadence_s[0], plan.period_s
    expected = [0.4 + ring * period_s + edge for ring in range(rings) for edge in (0.0, on_s)]
    assert edges_s(heard(rung(plan, rings))) == pytest.approx(expected, abs=EDGE_S)


@pytest.mark.parametrize(
    ("plan", "country"), [(SPAIN, "es"), (CHILE, "cl"), (USA, "us"), (MEXICO, "itu"), (plan_named("ar"), "ar")]
)
def test_the_plan_that_fits_is_named_and_a_shared_one_by_its_commonest_name(plan: TonePlan, country: str) -> None:
    ring = heard(rung(plan, 2))
    assert ring is not None
    assert ring.plan.id == country
    assert ring.frequencies_hz == pytest.approx(plan.frequencies_hz, abs=0.5)


@given(
    level_dbov=st.floats(-35, -10), noise_dbov=st.floats(-80, -40), hz=st.floats(412.5, 440), rings=st.integers(1, 4)
)
@settings(max_examples=25, deadline=None)
def test_level_frequency_and_noise_do_not_change_the_count(
    level_dbov: float, noise_dbov: float, hz: float, rings: int
) -> None:
    ringing_ = joined(silence(0.3), ringing(rings, 1.0, 4.0, hz, level_dbov))
    ring = heard(ringing_ + noise(len(ringing_) / 8000, noise_dbov))
    assert ring is not None
    assert len(ring.bursts) == rings
    assert ring.level_dbov == pytest.approx(level_dbov, abs=1.0)


def companded(samples: Samples, decode: object) -> Samples:
    """Through G.711: each sample becomes the nearest that the code can say."""
    table = np.sort(decode(np.arange(256, dtype=np.uint8)).astype(np.float32)) / 32768  # type: ignore[operator]  # one of two functions
    index = np.clip(np.searchsorted(table, samples), 1, 255)
    nearer = np.abs(table[index - 1] - samples) < np.abs(table[index] - samples)
    return np.where(nearer, table[index - 1], table[index]).astype(np.float32)


@pytest.mark.parametrize("decode", [alaw_samples, mulaw_samples])
def test_quiet_rings_survive_telephone_coding(decode: object) -> None:
    sound = rung(SPAIN, 2, level_dbov=-35.0) + noise(len(rung(SPAIN, 2)) / 8000, -45)
    assert edges_s(heard(companded(sound, decode))) == pytest.approx([0.4, 1.9, 4.9, 6.4], abs=EDGE_S)


@pytest.mark.parametrize("rate_hz", [11025, 16000, 44100, 48000])
def test_any_sample_rate_will_do(rate_hz: int) -> None:
    sound = joined(
        silence(0.4, rate_hz), sine(1.5, 425, -20, rate_hz), silence(3, rate_hz), sine(1.5, 425, -20, rate_hz)
    )
    ring = ring_bursts(mono(joined(sound, silence(2, rate_hz)), rate_hz), PLANS)
    assert edges_s(ring) == pytest.approx([0.4, 1.9, 4.9, 6.4], abs=EDGE_S)


def test_the_channel_that_rings_is_found_whichever_it_is() -> None:
    ring = ring_bursts(stereo(silence(12), rung(SPAIN, 2)), PLANS)
    assert ring is not None
    assert ring.channel == 1
    echo = ring_bursts(stereo(rung(SPAIN, 2), 10 ** (-20 / 20) * rung(SPAIN, 2)), PLANS)
    assert echo is not None
    assert echo.channel == 0


@pytest.mark.parametrize("cut_s", [0.3, 0.6, 0.9])
def test_a_ring_that_the_answer_cut_counts(cut_s: float) -> None:
    ring = heard(joined(rung(SPAIN, 2, last_s=cut_s)[: round((4.9 + cut_s + 0.3) * 8000)], voice(5)))
    assert edges_s(ring) == pytest.approx([0.4, 1.9, 4.9, 4.9 + cut_s], abs=EDGE_S)


def test_a_single_ring_cut_short_counts() -> None:
    assert edges_s(heard(joined(silence(0.4), sine(0.5, 425, -22), silence(0.4), voice(8)))) == pytest.approx(
        [0.4, 0.9], abs=EDGE_S
    )


def test_speech_right_on_the_last_ring_does_not_hide_it() -> None:
    ring = heard(joined(rung(MEXICO, 2)[: round(6.4 * 8000)], voice(8)))
    assert ring is not None
    assert [round(burst.start_s, 1) for burst in ring.bursts] == [0.4, 5.4]


def test_a_double_ring_is_one_ring() -> None:
    burst = dual(0.4, 400, 450)
    cuban = joined(burst, silence(0.2), burst, silence(2.0))
    ring = heard(joined(silence(0.4), cuban, cuban, cuban, voice(4)))
    assert ring is not None
    assert ring.plan.id == "cu"
    assert edges_s(ring) == pytest.approx([0.4, 1.4, 3.4, 4.4, 6.4, 7.4], abs=EDGE_S)


def test_a_recording_that_starts_within_a_ring_begins_with_it() -> None:
    assert edges_s(heard(joined(sine(0.7, 425, -20), silence(3), sine(1.5, 425, -20), silence(1))))[0] == 0.0


def test_dialling_before_the_ring_is_no_ring() -> None:
    keys = joined(*(joined(dual(0.1, 697, 1209), silence(0.1)) for _ in range(9)))
    tones = line_tones(mono(joined(sine(4, 425, -20), silence(0.2), keys, silence(1.5), rung(SPAIN, 2))), PLANS)
    assert tones.ring is not None
    assert len(tones.ring.bursts) == 2
    assert [round(span.duration_s, 1) for span in tones.dial] == [4.0]


@pytest.mark.parametrize("beat_s", [0.2, 0.25, 0.33, 0.5])
def test_a_busy_tone_is_no_ring(beat_s: float) -> None:
    tones = line_tones(
        mono(joined(silence(0.5), *(joined(sine(beat_s, 425, -20), silence(beat_s)) for _ in range(12)))), PLANS
    )
    assert tones.ring is None
    assert [round(span.start_s, 1) for span in tones.busy] == [0.5]
    assert tones.busy[0].duration_s == pytest.approx(23 * beat_s, abs=0.03)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(20), id="silence"),
        pytest.param(np.zeros(0, np.float32), id="nothing"),
        pytest.param(noise(20, -30), id="noise"),
        pytest.param(sine(20, 425, -20), id="dial tone"),
        pytest.param(joined(voice(10), ringing(3, 1.0, 4.0)), id="rings of a transfer after the answer"),
        pytest.param(chords(20), id="music"),
        pytest.param(joined(*(joined(dual(0.12, 697, 1336), silence(0.08)) for _ in range(20))), id="keys"),
        pytest.param(joined(silence(0.4), ringing(3, 1.0, 4.0, hz=600)), id="another frequency"),
        pytest.param(joined(silence(0.4), ringing(3, 1.0, 4.0, hz=350)), id="a lower frequency"),
        pytest.param(joined(silence(0.4), *(sine(0.33, hz, -18) for hz in (950, 1400, 1800))), id="special tone"),
    ],
)
def test_what_is_no_ring_gives_none(sound: Samples) -> None:
    assert heard(sound) is None


def test_later_tones_are_not_searched_for() -> None:
    assert ring_bursts(mono(joined(silence(10), ringing(2, 1.0, 4.0))), PLANS, until_s=9.0) is None


def test_without_plans_nothing_fits() -> None:
    assert ring_bursts(mono(rung(SPAIN, 2)), ()) is None


@pytest.mark.parametrize("call", labelled.calls(), ids=labelled.name)
def test_rings_of_labelled_calls_are_exact(call: labelled.Call) -> None:
    ring = ring_bursts(call.clip(), PLANS)
    if call.truth["ring"] is None:
        assert ring is None
        return
    truth = [edge for burst in call.truth["ring"]["bursts_s"] for edge in burst]
    assert edges_s(ring) == pytest.approx(truth, abs=EDGE_S)
    plan = plan_named(call.truth["ring"]["country"])
    assert plan is not None
    assert ring is not None
    assert ring.plan.cadence_s == plan.cadence_s


@pytest.mark.parametrize("call", labelled.calls(), ids=labelled.name)
def test_labelled_calls_cut_after_the_answer_ring_no_more(call: labelled.Call) -> None:
    clip = call.clip()
    for turn, _ in pairwise(call.truth["turns"][::4]):
        start = round(turn["start_s"] * clip.sample_rate_hz)
        later = Clip.of(clip.pcm_frames(start, start + 40 * clip.sample_rate_hz), clip.sample_rate_hz)
        assert ring_bursts(later, PLANS) is None
