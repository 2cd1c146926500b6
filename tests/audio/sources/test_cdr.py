"""Exchanges' own records tell what a recording's name does not."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.sources.cdr import Cdr, CdrIndex, together
from audio.sources.cdr_files import _rows, read_cdrs
from audio.sources.folder import FolderRules, find_recordings
from models.errors import CdrError
from models.recording import CallFacts

AT = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
EPOCH_S = 1768471200  # 2026-01-15 10:00:00 UTC
UNIQUE = f"{EPOCH_S}.42"

MASTER = (
    '"","600111222","1001","from-trunk","""Ana"" <600111222>","PJSIP/trunk-00000001","PJSIP/1001-00000002","Dial",'
    '"PJSIP/1001,30","2026-01-15 10:00:00","2026-01-15 10:00:07","2026-01-15 10:01:07",67,60,"ANSWERED",'
    f'"DOCUMENTATION","{UNIQUE}",""\n'
)
FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,recordingfile,linkedid\n"
    "2026-01-15 10:00:00,Ana,600111222,400,ext-queues,PJSIP/trunk-1,Local/1002@from-queue-00000001;1,Queue,"
    f"'400,t,,',80,80,ANSWERED,3,,{UNIQUE},,900123456,q-400-600111222-20260115-100000-{UNIQUE}.wav,{UNIQUE}\n"
).replace("'400,t,,'", '"400,t,,"')
QUEUE_LOG = (
    f"{EPOCH_S}|{UNIQUE}|400|NONE|ENTERQUEUE||600111222|1\n"
    f"{EPOCH_S + 15}|{UNIQUE}|400|PJSIP/1001|RINGNOANSWER|15000\n"
    f"{EPOCH_S + 25}|{UNIQUE}|400|PJSIP/1002|CONNECT|25|{EPOCH_S + 16}.43|8\n"
    f"{EPOCH_S + 85}|{UNIQUE}|400|PJSIP/1002|COMPLETECALLER|25|60|1\n"
)


def freeswitch(**changed: Any) -> dict[str, Any]:
    variables = {
        "uuid": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "sip_call_id": "abc%40host",
        "start_uepoch": f"{EPOCH_S}250000",
        "progress_uepoch": f"{EPOCH_S + 1}750000",
        "progress_media_uepoch": "0",
        "answer_uepoch": f"{EPOCH_S + 9}000000",
        "end_uepoch": f"{EPOCH_S + 69}000000",
        **changed,
    }
    profile = {"caller_id_number": "600111222", "destination_number": "1001"}
    return {"variables": variables, "callflow": [{"caller_profile": profile}]}


def rows_of(content: str, folder: Path, name: str = "cdr.csv", zone: str = "UTC") -> tuple[Cdr, ...]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return read_cdrs(path, ZoneInfo(zone)).rows


def test_master_csv_has_no_header_and_tells_the_wait_until_the_answer(tmp_path: Path) -> None:
    (row,) = rows_of(MASTER, tmp_path, "Master.csv")
    assert row.ids == (UNIQUE,)
    assert row.facts == CallFacts(AT, caller="600111222", callee="1001", ring_to_answer_s=7.0)
    assert (row.duration_s, row.talk_s, row.answered) == (67.0, 60.0, True)


def test_columns_in_the_order_of_cdr_custom_are_known_by_where_the_time_is(tmp_path: Path) -> None:
    custom = (
        '"Ana","600111222","1001","from-trunk","c","d","Dial","x","2026-01-15 10:00:00","2026-01-15 10:00:07",'
        f'"2026-01-15 10:01:07",67,60,"ANSWERED","3","","{UNIQUE}",""\n'
    )
    (row,) = rows_of(custom, tmp_path)
    assert (row.facts.caller, row.facts.ring_to_answer_s) == ("600111222", 7.0)


def test_an_export_of_freepbx_names_its_recording_and_a_queues_wait_is_no_ringing(tmp_path: Path) -> None:
    (row,) = rows_of(FREEPBX, tmp_path)
    assert row.recording == f"q-400-600111222-20260115-100000-{UNIQUE}.wav"
    assert (row.facts.queue, row.facts.agent_id, row.facts.ring_to_answer_s) == ("400", "1002", None)


def test_the_start_is_taken_from_the_unique_id_whatever_the_exchanges_zone(tmp_path: Path) -> None:
    (row,) = rows_of(MASTER.replace("10:0", "05:0"), tmp_path, zone="America/Bogota")
    assert row.facts.started_at == AT
    (other,) = rows_of(MASTER.replace("10:0", "05:0").replace(UNIQUE, "call-7"), tmp_path, zone="America/Bogota")
    assert other.facts.started_at == AT


def test_a_call_that_nobody_answered_has_no_ring_to_answer(tmp_path: Path) -> None:
    (row,) = rows_of(MASTER.replace("ANSWERED", "NO ANSWER").replace('"2026-01-15 10:00:07"', '""'), tmp_path)
    assert (row.answered, row.facts.ring_to_answer_s) == (False, None)


def test_what_a_menu_answers_at_once_is_no_ringing(tmp_path: Path) -> None:
    (row,) = rows_of(MASTER.replace("10:00:07", "10:00:00"), tmp_path)
    assert row.facts.ring_to_answer_s is None


def test_the_queue_log_tells_how_long_the_agents_telephone_rang(tmp_path: Path) -> None:
    (row,) = rows_of(QUEUE_LOG, tmp_path, "queue_log")
    assert row.ids == (UNIQUE, f"{EPOCH_S + 16}.43")
    assert row.facts == CallFacts(AT, "1002", "400", "600111222", None, 8.0)
    assert (row.duration_s, row.talk_s, row.answered) == (85.0, 60.0, True)


def test_who_left_a_queue_was_not_answered(tmp_path: Path) -> None:
    left = QUEUE_LOG.splitlines()[0] + f"\n{EPOCH_S + 31}|{UNIQUE}|400|NONE|ABANDON|1|1|31\n"
    (row,) = rows_of(left, tmp_path, "queue_log")
    assert (row.answered, row.duration_s, row.facts.ring_to_answer_s) == (False, 31.0, None)


def test_a_damaged_line_of_a_queue_log_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(QUEUE_LOG + "garbage|x\n", encoding="utf-8")
    found = read_cdrs(path, UTC)
    assert (len(found.rows), found.unreadable) == (1, 1)


def test_freeswitch_tells_ringing_to_the_microsecond(tmp_path: Path) -> None:
    (row,) = rows_of(json.dumps(freeswitch()), tmp_path, "a.cdr.json")
    assert row.ids == ("0f0e0d0c-0b0a-4908-8706-050403020100", "abc@host")
    assert row.facts.ring_to_answer_s == pytest.approx(7.25)
    assert row.facts.post_dial_delay_s == pytest.approx(1.5)
    assert (row.facts.caller, row.facts.callee) == ("600111222", "1001")
    assert (row.talk_s, row.answered) == (60.0, True)


def test_early_media_before_the_ringing_is_its_beginning(tmp_path: Path) -> None:
    document = freeswitch(progress_media_uepoch=f"{EPOCH_S + 1}250000")
    (row,) = rows_of(json.dumps(document), tmp_path, "a.json")
    assert row.facts.ring_to_answer_s == pytest.approx(7.75)


def test_a_member_of_a_freeswitch_queue_has_no_ringing_but_its_agents_leg_has(tmp_path: Path) -> None:
    member = freeswitch(cc_queue="sales%40default", cc_side="member", cc_agent="1002%40default")
    agent = freeswitch(cc_queue="sales@default", cc_side="agent")
    first, second = rows_of(json.dumps([member, agent]), tmp_path, "a.json")
    assert (first.facts.ring_to_answer_s, first.facts.agent_id, first.facts.queue) == (None, "1002", "sales")
    assert second.facts.ring_to_answer_s == pytest.approx(7.25)


def test_freeswitchs_xml_tells_the_same_as_its_json(tmp_path: Path) -> None:
    document = freeswitch()
    variables = "".join(f"<{name}>{value}</{name}>" for name, value in document["variables"].items())
    profile = "<caller_profile><caller_id_number>600111222</caller_id_number>"
    profile += "<destination_number>1001</destination_number></caller_profile>"
    xml = f"<cdr><variables>{variables}</variables><callflow>{profile}</callflow></cdr>"
    assert rows_of(xml, tmp_path, "a.cdr.xml") == rows_of(json.dumps(document), tmp_path, "a.json")


def test_xml_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><cdr><variables><uuid>&b;</uuid></variables></cdr>'
    with pytest.raises(CdrError):
        rows_of(bomb, tmp_path, "a.cdr.xml")


def test_rtpengines_metadata_names_the_call_its_capture_and_its_times(tmp_path: Path) -> None:
    text = (
        "/var/spool/rtpengine/pcaps/abc%40host-0123456789abcdef.pcap\n\n\n"
        f"Timestamp started ms: {EPOCH_S}500.250\nSDP mode: answer\n\n\n"
        f"Timestamp started ms: {EPOCH_S}000.500\nSDP mode: offer\n\n\n"
        f"Timestamp terminated ms(first monologue): {EPOCH_S + 10}000.500\n\n"
        "call start time: 2026-01-15T11:00:00\ncall end time: 2026-01-15T11:00:10\n"
    )
    (row,) = rows_of(text, tmp_path, "rtpengine-meta-abc%40host-0123456789abcdef.txt")
    assert row.ids == ("abc@host",)
    assert row.recording == "abc%40host-0123456789abcdef.pcap"
    assert (row.facts.started_at, row.duration_s) == (AT.replace(microsecond=500), 10.0)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "{", "[1, 2]", "<", "[" * 100_000, "\0\0\0", "x" * 200_000])
def test_what_holds_no_records_is_one_named_error_or_nothing(content: str, tmp_path: Path) -> None:
    rows: tuple[Cdr, ...] = ()
    with suppress(CdrError):
        rows = rows_of(content, tmp_path)
    assert rows == ()


def test_a_file_that_is_not_there_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(CdrError):
        read_cdrs(tmp_path / "none.csv", UTC)


def test_a_file_too_large_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_text(MASTER * 10, encoding="utf-8")
    with pytest.raises(CdrError, match="divide"):
        read_cdrs(path, UTC, most_bytes=len(MASTER))


@given(st.sampled_from((MASTER, FREEPBX, QUEUE_LOG, json.dumps(freeswitch()))), st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_records_never_raise_anything_else(content: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(content)))
    noise = data.draw(st.text(max_size=20))
    damaged = content[:cut] + noise + content[cut + data.draw(st.integers(0, 30)) :]
    rows: list[Cdr] = []
    with suppress(ValueError, RecursionError, csv.Error):  # what `read_cdrs` makes one named error of
        rows = [row for row in _rows("cdr", damaged, UTC) if row is not None]
    assert all(row.ids for row in rows)
    assert all(row.facts.ring_to_answer_s is None or row.facts.ring_to_answer_s >= 0 for row in rows)


def test_rows_of_one_call_tell_together_what_each_knows() -> None:
    queue = Cdr(("1",), CallFacts(AT, queue="400"), talk_s=60.0, answered=True)
    rang = Cdr(("1", "2"), CallFacts(ring_to_answer_s=8.0, agent_id="1002"), answered=True)
    missed = Cdr(("1",), CallFacts(agent_id="1001"), answered=False)
    found = together([missed, queue, rang])
    assert found.facts == CallFacts(AT, "1002", "400", ring_to_answer_s=8.0)
    assert (found.ids, found.talk_s, found.answered) == (("1", "2"), 60.0, True)


def test_a_recording_finds_its_row_by_file_or_by_the_id_in_its_name() -> None:
    named = Cdr(("x",), CallFacts(agent_id="1"), recording="Call-7.wav")
    identified = Cdr((UNIQUE,), CallFacts(agent_id="2"))
    index = CdrIndex.of([named, identified])
    assert index.facts(["call-7.wav"]).agent_id == "1"
    assert index.facts([f"q-400-600111222-20260115-100000-{UNIQUE}.wav"]).agent_id == "2"
    assert index.facts(["other.wav"]) == CallFacts()


def test_records_beside_recordings_are_their_facts(tmp_path: Path) -> None:
    name = f"q-400-600111222-20260115-100000-{UNIQUE}.wav"
    (tmp_path / name).write_bytes(b"RIFF")
    (tmp_path / "queue_log").write_text(QUEUE_LOG, encoding="utf-8")
    (tmp_path / "Master.csv").write_text("no, table\n", encoding="utf-8")
    (found,) = find_recordings([tmp_path], FolderRules()).recordings
    assert found.facts == CallFacts(AT, "1002", "400", "600111222", None, 8.0)
    assert found.notes == ("sidecar_unreadable",)
