import numpy as np
import pytest

from audio.activity import ActivitySettings, Frames, leak_db, noise_floor_dbov, speech_spans
from models.span import Span

SETTINGS = ActivitySettings()
NOISE_DBOV = -60.0


def frames(duration_s: float, *speech: tuple[float, float, float, float]) -> Frames:
    """Noise at -60 dBov; `speech` holds start, end, level and probability."""
    level = np.full(round(duration_s * 100), NOISE_DBOV, dtype=np.float32)
    probability = np.zeros_like(level)
    for start_s, end_s, level_dbov, likely in speech:
        level[round(start_s * 100) : round(end_s * 100)] = level_dbov
        probability[round(start_s * 100) : round(end_s * 100)] = likely
    return Frames(level, probability)


def spans(own: Frames, other: Frames | None = None) -> list[tuple[float, float]]:
    return [(round(span.start_s, 1), round(span.end_s, 1)) for span in speech_spans(own, other, SETTINGS)]


def test_sound_that_the_classifier_believes_is_speech() -> None:
    assert spans(frames(10, (2, 4, -26, 0.9))) == [(2.0, 4.0)]


def test_a_noise_that_the_classifier_does_not_believe_is_none() -> None:
    assert spans(frames(10, (2, 4, -26, 0.05))) == []


def test_belief_without_sound_is_no_speech() -> None:
    assert spans(frames(10, (2, 4, NOISE_DBOV, 0.9))) == []


def test_a_quiet_beginning_belongs_to_the_speech_that_follows() -> None:
    assert spans(frames(10, (2, 2.6, -30, 0.05), (2.6, 4, -26, 0.9))) == [(2.0, 4.0)]


def test_a_noise_long_before_a_word_does_not() -> None:
    assert spans(frames(10, (1, 5, -30, 0.05), (5, 6, -26, 0.9))) == [(4.0, 6.0)]


def test_the_echo_of_the_other_leg_is_not_this_party_s_speech() -> None:
    other = frames(20, (5, 15, -20, 0.95))
    own = frames(20, (5, 15, -52, 0.9))
    assert spans(own, other) == []
    assert spans(own) == [(5.0, 15.0)]


def test_who_speaks_up_over_the_other_is_heard_through_the_echo() -> None:
    other = frames(20, (5, 15, -20, 0.95))
    own = frames(20, (5, 15, -52, 0.9), (8, 9, -30, 0.9))
    assert spans(own, other) == [(8.0, 9.0)]


def audible(own: Frames) -> np.ndarray:
    return own.level_dbov > NOISE_DBOV + 6


def test_the_usual_leak_is_the_median_over_the_other_s_speech() -> None:
    own = frames(20, (5, 15, -50, 0.0))
    assert leak_db(own.level_dbov, audible(own), frames(20, (5, 15, -20, 0.95))) == pytest.approx(-30.0)


def test_an_echo_under_the_noise_is_none() -> None:
    own = frames(20, (5, 15, -58, 0.0))
    assert leak_db(own.level_dbov, audible(own), frames(20, (5, 15, -20, 0.95))) is None


def test_speaking_up_now_and_then_is_no_echo() -> None:
    own = frames(20, (7, 9, -30, 0.9))
    assert leak_db(own.level_dbov, audible(own), frames(20, (5, 15, -20, 0.95))) is None


def test_in_a_noisy_call_the_weaker_voice_is_heard_beside_a_shout() -> None:
    noisy = Frames(np.full(2000, -44, dtype=np.float32), np.zeros(2000, dtype=np.float32))
    noisy.level_dbov[600:800], noisy.probability[600:800] = -30, 0.9
    assert spans(noisy, frames(20, (5, 15, -12, 0.95))) == [(6.0, 8.0)]


def test_without_a_second_of_the_other_s_speech_the_leak_is_unknown() -> None:
    own = frames(20, (5, 15, -50, 0.0))
    assert leak_db(own.level_dbov, audible(own), frames(20, (5, 5.5, -20, 0.95))) is None


def test_the_floor_follows_a_noise_that_rises() -> None:
    level = np.concatenate((np.full(6000, -65), np.full(6000, -45))).astype(np.float32)
    floor = noise_floor_dbov(level, np.zeros_like(level))
    assert floor[500] == pytest.approx(-65)
    assert floor[11500] == pytest.approx(-45)


def test_an_empty_channel_has_no_speech() -> None:
    assert speech_spans(frames(0), None, SETTINGS) == ()


def test_spans_are_sorted_and_apart() -> None:
    found = speech_spans(frames(20, (1, 2, -26, 0.9), (2.1, 3, -26, 0.9), (8, 9, -26, 0.9)), None, SETTINGS)
    assert [span.start_s for span in found] == sorted(span.start_s for span in found)
    assert found[0].end_s == pytest.approx(Span(1, 3).end_s, abs=0.05)
