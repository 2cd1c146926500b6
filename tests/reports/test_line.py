from __future__ import annotations

from typing import Any

import pytest

from audio.rtp.codec import Codec
from audio.rtp.impairments import impairment_of
from audio.rtp.quality import Receiver, Travelled, quality
from reports.catalogue import LANGUAGES, Catalogue
from reports.line import assumed_of, directions_of
from reports.wording import Wording
from tests.builders import make_analysis, make_direction, make_document

CODECS = ("PCMA", "PCMU", "G729", "G723", "GSM-EFR", "GSM", "G722")


def direction(**changes: Any) -> Any:
    transport = {"directions": [make_direction(**changes)]}
    return directions_of(make_document(analysis=make_analysis(transport=transport)))[0]


def said(told: dict[str, Any], language: str = "en") -> list[str]:
    wording = Wording(Catalogue(language, strict=True))
    return [wording.assumed(item) for item in assumed_of(told)]


def test_a_call_from_a_file_of_sound_has_no_line() -> None:
    assert directions_of(make_document()) == ()


def test_a_figure_that_is_not_there_is_told_as_such_and_never_as_zero() -> None:
    figures = {
        figure.name: figure.value for figure in direction(lost=3, jitter_max_ms=None, burst_density=0.25).figures
    }
    assert (figures["lost"], figures["jitter_max_ms"], figures["burst_density"]) == (3, None, 25.0)


def test_a_delay_that_nobody_measured_is_told() -> None:
    assert said({"network_delay_from": "not_known", "delay_ms": 0.0}) == [
        "Nobody measured the delay, so none is counted."
    ]


@pytest.mark.parametrize(
    ("source", "word"), [("rtcp", "measured by RTCP"), ("assumed", "assumed in the configuration")]
)
def test_a_delay_is_told_with_its_parts_and_where_it_is_from(source: str, word: str) -> None:
    (sentence,) = said(
        {
            "delay_ms": 100.25,
            "network_delay_ms": 20.0,
            "network_delay_from": source,
            "buffer_delay_ms": 60.0,
            "packet_and_lookahead_ms": 20.25,
        }
    )
    assert sentence == f"Delay of 100 ms mouth to ear: 20 of network, {word}; 60 of buffer; 20 of codec."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("bad_percent", [0.0, 30.0])
@pytest.mark.parametrize("buffer", ["fixed_60_ms", "fixed_200_ms", "adaptive"])
@pytest.mark.parametrize("round_trip_s", [None, 0.08])
def test_all_that_the_model_is_told_has_its_words(
    language: str, name: str, bad_percent: float, buffer: str, round_trip_s: float | None
) -> None:
    receiver = Receiver(buffer=buffer, concealment=name == "PCMA")
    travelled = Travelled(Codec(name, 8000), bad_percent, 1.5, adaptive_depth_ms=50.0, round_trip_s=round_trip_s)
    told = quality(travelled, receiver).assumptions
    sentences = said(told, language)
    assert len(sentences) >= (1 if "model" not in told else 4)
    row = impairment_of(Codec(name, 8000), concealment=receiver.concealment)
    assert row is not None
    assert any("G.113" in sentence and "_" not in sentence for sentence in sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_g_113_has_a_name_in_the_catalogue(language: str) -> None:
    catalogue = Catalogue(language)
    rows = [impairment_of(Codec(name, 8000), concealment=conceals) for name in CODECS for conceals in (True, False)]
    names = {"".join(one if one.isalnum() else "_" for one in row.row.lower()) for row in rows if row}
    assert len(names) == len(CODECS)
    assert [name for name in sorted(names) if not catalogue.has(f"impairment-{name}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("codec", "reason"),
    [
        (None, "unknown_codec"),
        (Codec("OPUS", 48000), "no_published_impairment"),
        (Codec("GSM", 8000), "no_published_loss_robustness"),
    ],
)
def test_why_there_is_no_r_factor_has_its_sentence(language: str, codec: Codec | None, reason: str) -> None:
    told = quality(Travelled(codec, 5.0, 1.0), Receiver()).assumptions
    assert told["reason"] == reason
    assert Catalogue(language).has(f"reason-{reason}")
