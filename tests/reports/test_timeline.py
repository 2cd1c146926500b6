from __future__ import annotations

import base64

import pytest

from models.call import Moment
from models.span import Span
from reports.catalogue import Catalogue
from reports.timeline import lanes_of, legend_of, ring_of, timeline_of
from reports.wording import Wording
from tests.builders import (
    AGENT,
    BOTH,
    CUSTOMER,
    make_analysis,
    make_answer,
    make_call_record,
    make_document,
    make_mixed_analysis,
    make_overlap,
    make_recording,
    make_silence,
    make_turn,
)

WORDING = Wording(Catalogue("es", strict=True))


def test_each_party_has_a_lane_with_its_peaks() -> None:
    analysis = make_analysis(waveform={AGENT: (0, 50, 100), CUSTOMER: (7, 8, 9)})
    lanes = timeline_of(make_document(analysis=analysis), [], WORDING)["lanes"]
    assert [lane["label"] for lane in lanes] == ["Agente", "Cliente"]
    assert [list(base64.b64decode(lane["peaks"])) for lane in lanes] == [[0, 50, 100], [7, 8, 9]]


@pytest.mark.parametrize(("peak", "drawn"), [(-3, 0), (101, 100), (1000, 100)])
def test_a_peak_beyond_the_scale_is_drawn_at_its_end(peak: int, drawn: int) -> None:
    lanes = timeline_of(make_document(analysis=make_analysis(waveform={AGENT: (peak,)})), [], WORDING)["lanes"]
    assert list(base64.b64decode(lanes[0]["peaks"])) == [drawn]


def test_a_mixed_channel_has_one_lane() -> None:
    assert lanes_of(make_document(analysis=make_mixed_analysis())) == ["both"]


def test_speakers_told_apart_on_a_mixed_channel_have_lanes_beside_it() -> None:
    turns = (make_turn(AGENT, 1.0), make_turn(CUSTOMER, 3.0))
    analysis = make_mixed_analysis(recording=make_recording(channels=(BOTH,)), turns=turns)
    assert lanes_of(make_document(analysis=analysis)) == ["agent", "customer", "both"]


def test_the_ringing_is_drawn_from_the_first_ring_to_the_answer() -> None:
    assert ring_of(make_document(analysis=make_analysis(answer=make_answer(first_ring_s=0.5)))) == [0.5, 6.5]


def test_a_ringing_that_is_not_in_the_recording_is_not_drawn() -> None:
    assert ring_of(make_document(analysis=make_analysis(answer=make_answer(first_ring_s=None)))) is None


def test_the_legend_names_only_what_is_drawn() -> None:
    analysis = make_analysis(
        answer=make_answer(first_ring_s=None),
        overlaps=(make_overlap("interruption"), make_overlap("turn_change")),
        silences=(make_silence(kind="music"),),
    )
    assert legend_of(timeline_of(make_document(analysis=analysis), [], WORDING)) == ["music", "interruption"]


def test_moments_inside_the_recording_are_marked_and_those_at_its_ends_are_not() -> None:
    moments = (
        Moment("ringing", -6.0, AGENT, "180"),
        Moment("answered", 0.0, AGENT),
        Moment("digit", 5.0, CUSTOMER),
        Moment("held", 20.0, AGENT),
        Moment("resumed", 30.0, AGENT),
        Moment("transferred", 40.0, AGENT),
        Moment("ended", 59.8, CUSTOMER, "bye"),
    )
    recording = make_recording(call=make_call_record(moments=moments))
    drawn = timeline_of(make_document(analysis=make_analysis(recording=recording)), [], WORDING)
    assert [at_s for at_s, _ in drawn["moments"]] == [20.0, 30.0, 40.0]
    assert drawn["moments"][2][1] == "Transfiere (agente)"
    assert drawn["held"] == [[20.0, 30.0]]


def test_sound_made_up_and_sound_missing_is_drawn_on_the_lane_of_its_party() -> None:
    call = make_call_record(concealed={AGENT: (Span(10.0, 10.04),)}, missing={CUSTOMER: (Span(20.0, 21.0),)})
    recording = make_recording(call=call)
    drawn = timeline_of(make_document(analysis=make_analysis(recording=recording)), [], WORDING)
    assert drawn["patches"] == [["concealed", 0, 10.0, 10.04], ["missing", 1, 20.0, 21.0]]
    assert {"concealed", "missing"} <= set(legend_of(drawn))
