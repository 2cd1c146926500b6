"""Golden values from an independent implementation of ITU-T G.107.1 (06/2019)."""

from __future__ import annotations

import pytest

from audio.rtp import emodel
from audio.rtp.emodel_wideband import mos_of, r_of, rating


def test_a_clean_wideband_line_rates_nearly_129() -> None:
    clean = rating(0, 0)
    assert clean.r == pytest.approx(128.846315, abs=1e-4)
    assert mos_of(clean.r) == pytest.approx(4.499152, abs=1e-4)


def test_delay_and_codec_lower_it() -> None:
    worse = rating(150, 5)
    assert worse.r == pytest.approx(122.421331, abs=1e-4)
    assert mos_of(worse.r) == pytest.approx(4.439743, abs=1e-4)


def test_the_delay_term_is_wider_by_1_29() -> None:
    assert rating(250, 0).delay == pytest.approx(1.29 * emodel.delay_impairment(250))


def test_r_to_mos_and_back_is_the_same_r() -> None:
    assert r_of(mos_of(100.0)) == pytest.approx(100.0, abs=1e-6)
