from __future__ import annotations

import pytest

from audio.rtp.codec import STATIC, Codec
from audio.rtp.emodel import equipment_impairment, rating
from audio.rtp.quality import Quality, Receiver, Travelled, quality

PCMA = STATIC[8]


def judged(codec: Codec | None = PCMA, loss: float | None = 0.0, bursts: float = 1.0, **told: float) -> Quality:
    return quality(Travelled(codec, loss, bursts, **told), Receiver(network_delay_ms=20.0))


def test_a_clean_g711_line_rates_by_its_delay() -> None:
    found = judged()
    assert found.assumptions["delay_ms"] == 20 + 60 + 20 + 0.25  # network, buffer, packet, look-ahead
    assert found.r_factor == pytest.approx(rating(100.25, 0).r)
    assert found.mos == pytest.approx(4.3548, abs=1e-4)


def test_a_delay_that_nobody_measured_does_not_lower_it() -> None:
    found = quality(Travelled(PCMA, 0.0, 1.0), Receiver())
    assert (found.r_factor, found.mos) == (pytest.approx(93.206208, abs=1e-4), pytest.approx(4.409406, abs=1e-4))
    assert found.assumptions["network_delay_from"] == "not_known"


def test_loss_and_bursts_lower_it() -> None:
    found = judged(loss=1.0, bursts=3.0)
    assert found.r_factor == pytest.approx(rating(100.25, equipment_impairment(0, 25.1, 1.0, 3.0)).r)


@pytest.mark.parametrize(("loss", "measured", "used"), [(1.0, 0.8, 1.0), (1.0, 12.0, 8.0), (5.0, 3.0, 2.0)])
def test_the_burst_ratio_is_held_where_the_model_has_it(loss: float, measured: float, used: float) -> None:
    assert judged(loss=loss, bursts=measured).assumptions["burst_ratio"] == used


def test_whether_loss_is_concealed_is_an_assumption_that_is_told() -> None:
    found = quality(Travelled(PCMA, 5.0, 1.0), Receiver(concealment=False))
    assert found.r_factor == pytest.approx(42.1309, abs=1e-4)  # no delay at all, so that the golden value holds
    assert found.assumptions["concealment"] is False
    assert found.assumptions["impairment"] == "G.711 without concealment"


def test_a_measured_round_trip_takes_the_place_of_the_assumed_delay() -> None:
    found = judged(round_trip_s=0.3)
    assert found.assumptions["network_delay_ms"] == 150
    assert found.assumptions["network_delay_from"] == "rtcp"


def test_the_adaptive_buffer_delays_by_its_mean_depth() -> None:
    found = quality(
        Travelled(PCMA, 0.0, 1.0, adaptive_depth_ms=43.0), Receiver(network_delay_ms=20.0, buffer="adaptive")
    )
    assert found.assumptions["buffer_delay_ms"] == 43.0


def test_g722_is_rated_on_the_wideband_scale() -> None:
    found = judged(STATIC[9])
    assert found.wideband
    assert found.r_factor is not None
    assert found.r_factor > 110
    assert found.assumptions["provisional"] is True


@pytest.mark.parametrize(
    ("codec", "loss", "reason"),
    [
        (Codec("OPUS", 48000, 2), 0.0, "no_published_impairment"),
        (Codec("GSM", 8000), 1.0, "no_published_loss_robustness"),
        (None, 0.0, "unknown_codec"),
        (PCMA, None, "no_packets"),
    ],
)
def test_what_cannot_be_rated_says_why(codec: Codec | None, loss: float | None, reason: str) -> None:
    found = judged(codec, loss)
    assert (found.r_factor, found.mos) == (None, None)
    assert found.assumptions["reason"] == reason


def test_gsm_without_loss_is_rated() -> None:
    assert judged(STATIC[3]).r_factor == pytest.approx(rating(100, 20).r)


def test_a_figure_beyond_the_model_says_so() -> None:
    assert judged(loss=30.0).assumptions["beyond_validity"] is True
    assert "beyond_validity" not in judged(loss=3.0).assumptions
