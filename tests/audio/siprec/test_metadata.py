from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.siprec.metadata import Metadata, merged
from audio.siprec.metadata_xml import MetadataError, read_metadata
from tests.audio.siprec.client import AGENT, CUSTOMER, metadata_of

DRAFT = """<?xml version="1.0"?>
<recording xmlns="urn:ietf:params:xml:ns:recording" xmlns:apkt="http://acmepacket.com/siprec/extensiondata">
 <datamode>complete</datamode>
 <session id="c2Vzc2lvbg=="><associate-time>2026-11-22T10:00:00</associate-time>
  <extensiondata xmlns:apkt="http://acmepacket.com/siprec/extensiondata"><apkt:ucid>00FA080018803B69810C6D</apkt:ucid>
  <apkt:callerOrig>true</apkt:callerOrig></extensiondata></session>
 <participant id="cDE=" session="c2Vzc2lvbg=="><nameID aor="sip:+34600111222@198.51.100.7:5060;user=phone"/>
  <send>c3Qx</send><associate-time>2026-11-22T10:00:05</associate-time>
  <extensiondata><apkt:callerOrig>true</apkt:callerOrig></extensiondata></participant>
 <participant id="cDI=" session="c2Vzc2lvbg=="><nameID aor="sip:agente7@PBX.example"><name>Ana</name></nameID>
  <send>c3Qy</send><extensiondata><apkt:callerOrig>false</apkt:callerOrig></extensiondata></participant>
 <stream id="c3Qx" session="c2Vzc2lvbg=="><label>77</label><mode>separate</mode></stream>
 <stream id="c3Qy" session="c2Vzc2lvbg=="><label>78</label></stream>
</recording>"""


def _read(text: str) -> Metadata:
    return read_metadata(text.encode())


def test_a_label_leads_to_its_speaker_through_stream_and_association() -> None:
    known = _read(metadata_of(CUSTOMER, AGENT))
    assert [one.aor for one in known.speakers("2")] == ["sip:agente12@pbx.example"]
    assert [one.name for one in known.speakers("1")] == ["Cliente"]
    assert known.speakers("3") == ()


def test_the_order_of_streams_and_participants_means_nothing() -> None:
    assert _read(metadata_of(AGENT, CUSTOMER)).speakers("1") == _read(metadata_of(CUSTOMER, AGENT)).speakers("1")


def test_the_old_draft_ties_streams_to_participants_by_send() -> None:
    known = _read(DRAFT)
    assert [one.number for one in known.speakers("78")] == ["agente7"]
    assert [one.number for one in known.speakers("77")] == ["+34600111222"]
    assert [one.name for one in known.speakers("78")] == ["Ana"]


def test_the_clients_extension_data_tell_who_called() -> None:
    known = _read(DRAFT)
    assert [one.called for one in known.speakers("77")] == [True]
    assert [one.called for one in known.speakers("78")] == [False]


def test_the_clients_extension_data_tell_the_name_of_the_call() -> None:
    assert _read(DRAFT).call_ids == ("00FA080018803B69810C6D",)


def test_the_calling_number_tells_who_called() -> None:
    extension = "<extensiondata><callingPartyNumber>agente12</callingPartyNumber></extensiondata>"
    known = _read(metadata_of(CUSTOMER, AGENT, extra=extension))
    assert [one.called for one in known.speakers("2")] == [True]
    assert [one.called for one in known.speakers("1")] == [None]


def test_a_host_is_compared_without_case_port_and_parameters() -> None:
    known = _read(DRAFT)
    assert [one.domain for one in known.speakers("78")] == ["pbx.example"]
    assert [one.domain for one in known.speakers("77")] == ["198.51.100.7"]


def test_times_are_seconds_since_1970() -> None:
    # 2026-11-22 10:00 UTC: 20,779 days after 1970-01-01 and 10 hours.
    assert _read(metadata_of(CUSTOMER)).started_s == 20779 * 86400 + 10 * 3600


def test_session_ids_of_both_ends_join_and_zeros_do_not() -> None:
    extra = (
        "<session session_id='s2'><sipSessionID>ab30317f1a784dc48ff824d0d3715d86;"
        "remote=00000000000000000000000000000000</sipSessionID></session>"
    )
    assert _read(metadata_of(CUSTOMER, extra=extra)).sip_session_ids == ("ab30317f1a784dc48ff824d0d3715d86",)


def test_a_partial_update_changes_only_what_it_names() -> None:
    known = _read(metadata_of(CUSTOMER, AGENT))
    update = _read(metadata_of(("2", "sip:agente33@pbx.example", "Luis"), mode="partial"))
    after = merged(known, update)
    assert [one.name for one in after.speakers("1")] == ["Cliente"]
    assert [one.name for one in after.speakers("2")] == ["Luis"]
    assert not after.partial


def test_a_partial_update_without_an_address_leaves_the_one_known() -> None:
    update = _read(
        '<recording xmlns="urn:ietf:params:xml:ns:recording:1"><datamode>partial</datamode>'
        "<participant participant_id='p2'><nameID><name>Laura G.</name></nameID></participant></recording>"
    )
    (agent,) = merged(_read(metadata_of(CUSTOMER, AGENT)), update).speakers("2")
    assert (agent.aor, agent.name) == ("sip:agente12@pbx.example", "Laura G.")


def test_a_complete_update_replaces_everything() -> None:
    after = merged(_read(metadata_of(CUSTOMER, AGENT)), _read(metadata_of(("1", "sip:9@x", "Otro"))))
    assert len(after.participants) == 1
    assert after.speakers("2") == ()


def test_who_left_a_stream_is_not_heard_on_it() -> None:
    left = (
        "<participantstreamassoc participant_id='p1'><send>st1</send>"
        "<disassociate-time>2026-11-22T10:01:00Z</disassociate-time></participantstreamassoc>"
    )
    text = metadata_of(CUSTOMER, AGENT).replace("</recording>", f"{left}</recording>")
    assert _read(text).speakers("1") == ()


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<recording", id="cut"),
        pytest.param(b"<html/>", id="another document"),
        pytest.param(b"<?xml version='1.0' encoding='utf-7'?><recording/>", id="an unknown encoding"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY x 'yyyy'>]><recording>&x;</recording>", id="an entity"),
        pytest.param(
            b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><recording>&x;</recording>", id="a file's entity"
        ),
        pytest.param(b"<recording>" + b"<a>" * 40 + b"</a>" * 40 + b"</recording>", id="too deep"),
        pytest.param(b"<recording>" + b"<a/>" * 5000 + b"</recording>", id="too many elements"),
        pytest.param(b"<recording>" + b" " * 70000 + b"</recording>", id="too long"),
    ],
)
def test_hostile_metadata_are_refused(hostile: bytes) -> None:
    with pytest.raises(MetadataError):
        read_metadata(hostile)


def test_texts_and_objects_are_bounded() -> None:
    people = "".join(f"<participant participant_id='p{index}'/>" for index in range(200))
    ids = "".join(f"<x-call-id>{index}</x-call-id>" for index in range(200))
    known = _read(f"<recording>{people}{ids}<x-call-id>{'9' * 1000}</x-call-id></recording>")
    assert len(known.participants) == 64
    assert len(known.call_ids) == 16


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        known = read_metadata(body)
    except MetadataError:
        return
    assert len(known.participants) <= 64


_TAGS = re.findall(r"<[^>]+>|[^<]+", DRAFT)


@given(st.lists(st.sampled_from(_TAGS), max_size=40), st.lists(st.integers(0, len(_TAGS) - 1), max_size=6))
def test_metadata_with_parts_left_out_or_doubled_are_read_or_refused(parts: list[str], gone: list[int]) -> None:
    kept = [tag for index, tag in enumerate(_TAGS) if index not in gone]
    try:
        known = _read("".join((*kept[:-2], *parts, *kept[-2:])))
    except MetadataError:
        return
    for label in known.labels.values():
        assert all(one.id in known.participants for one in known.speakers(label))


_labels = st.sampled_from(["1", "2", "3"])
_people = st.lists(st.tuples(_labels, st.sampled_from(["sip:a@b", "sip:c@d"]), st.just("N")), max_size=3)


@given(_people, _people)
def test_an_update_that_is_merged_twice_is_merged_once(
    first: list[tuple[str, str, str]], second: list[tuple[str, str, str]]
) -> None:
    known, update = _read(metadata_of(*first)), _read(metadata_of(*second, mode="partial"))
    once = merged(known, update)
    assert merged(once, update) == once
