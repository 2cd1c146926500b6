"""RFC 4475's torture messages: each is read or refused with its reason, and none is taken for a call.

What the RFC calls invalid and we read is wrong in a part that nobody here reads; a call must not be lost for it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from audio.sip.dialogs import DialogTracker
from audio.sip.errors import SipError
from audio.sip.messages import SipMessage, parse

FOLDER = Path(__file__).parents[4] / "shared" / "sip" / "rfc4475"
VALID, INVALID, ODD = "valid", "invalid", "odd"
"""Sections 3.1.1 and 3.4, 3.1.2, and 3.2 with 3.3: well formed, and wrong or unusual in meaning."""
READ = "read"

TABLE = {
    # 3.1.1 valid messages
    "wsinv": (VALID, READ),
    "intmeth": (VALID, READ),
    "esc01": (VALID, READ),
    "escnull": (VALID, READ),
    "esc02": (VALID, READ),
    "lwsdisp": (VALID, READ),
    "longreq": (VALID, READ),
    "dblreq": (VALID, READ),
    "semiuri": (VALID, READ),
    "transports": (VALID, READ),
    "mpart01": (VALID, READ),
    "unreason": (VALID, READ),
    "noreason": (VALID, READ),
    # 3.1.2 invalid messages
    "badinv01": (INVALID, "sip_via"),
    "clerr": (INVALID, "sip_truncated"),
    "ncl": (INVALID, "sip_content_length"),
    "scalar02": (INVALID, "sip_cseq"),
    "scalarlg": (INVALID, "sip_cseq"),
    "quotbal": (INVALID, "sip_address"),
    "ltgtruri": (INVALID, "sip_request_uri"),
    "lwsruri": (INVALID, "sip_start_line"),
    "lwsstart": (INVALID, "sip_start_line"),
    "trws": (INVALID, "sip_start_line"),
    "escruri": (INVALID, "sip_request_uri"),
    "baddate": (INVALID, READ),  # nobody reads Date
    "regbadct": (INVALID, READ),  # nobody reads the Contact of a REGISTER
    "badaspec": (INVALID, "sip_address"),
    "baddn": (INVALID, "sip_truncated"),  # the file lacks the empty line; with it, a display name that nobody reads
    "badvers": (INVALID, "sip_start_line"),
    "mismatch01": (INVALID, "sip_cseq"),
    "mismatch02": (INVALID, "sip_cseq"),
    "bigcode": (INVALID, "sip_start_line"),
    # 3.2 and 3.3 transaction and application layer
    "badbranch": (ODD, READ),
    "insuf": (ODD, "sip_header_missing"),
    "unkscm": (ODD, READ),
    "novelsc": (ODD, READ),
    "unksm2": (ODD, READ),
    "bext01": (ODD, READ),
    "invut": (ODD, READ),
    "regaut01": (ODD, READ),
    "multi01": (ODD, "sip_header_repeated"),
    "mcl01": (ODD, "sip_header_repeated"),
    "bcast": (ODD, READ),
    "zeromf": (ODD, READ),
    "cparam01": (ODD, READ),
    "cparam02": (ODD, READ),
    "regescrt": (ODD, READ),
    "sdp01": (ODD, READ),
    # 3.4 backward compatibility
    "inv2543": (VALID, READ),
}

needs_files = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared is not here: no torture messages")


def outcome(data: bytes) -> str:
    try:
        parse(data)
    except SipError as refused:
        return refused.code
    return READ


def torture(name: str) -> SipMessage:
    return parse((FOLDER / f"{name}.dat").read_bytes())


@needs_files
def test_the_table_has_every_message_of_the_folder() -> None:
    assert {path.stem for path in FOLDER.glob("*.dat")} == set(TABLE)
    assert len(TABLE) == 49


@needs_files
@pytest.mark.parametrize("name", TABLE)
def test_each_message_is_read_or_refused_with_its_reason(name: str) -> None:
    assert outcome((FOLDER / f"{name}.dat").read_bytes()) == TABLE[name][1]


def test_no_valid_message_is_refused() -> None:
    assert [name for name, (verdict, ours) in TABLE.items() if verdict == VALID and ours != READ] == []


@needs_files
def test_none_of_them_is_taken_for_a_call() -> None:
    tracker = DialogTracker()
    told = []
    for at_s, name in enumerate(sorted(TABLE)):
        if TABLE[name][1] == READ:
            told += tracker.feed(float(at_s), torture(name), "192.0.2.1", "192.0.2.2")
    told += tracker.expire(10_000.0)
    assert told == []
    assert len(tracker) == 0


@needs_files
def test_the_torture_invite_is_read_through_all_its_folds_and_spaces() -> None:
    read = torture("wsinv")
    assert (read.method, read.cseq, read.hops, read.branch) == ("INVITE", 9, 3, "390skdjuw")
    assert (read.sender.tag, read.receiver.tag) == ("98asjd8", "1918181833n")
    assert read.sdp() is not None


@needs_files
def test_only_the_first_of_two_messages_in_a_datagram_is_read() -> None:
    assert (torture("dblreq").method, torture("dblreq").body) == ("REGISTER", b"")


# Messages of our own in the spirit of the RFC's, for machines without ../shared.

PLAIN = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:a@h>;tag=1\nTo: <sip:b@h>\nCall-ID: own\n"
OWN = {
    "a folded list with spaces everywhere": (
        (
            "INVITE sip:b@h;odd SIP/2.0\nTO :\n sip:b@h ;  tag  = 2\n"
            'from : "A \\\\\\""  <sip:a@h>\n ;\n tag = 1\nI: x\n'
            "cseq: 0003\n  INVITE\nVia : SIP / 2.0\n /UDP\n  h;branch=z\nv: SIP / 2.0 / TCP   h2 ;\n branch = y ,\n"
            " SIP/2.0/UDP h3;branch=x\n\n"
        ),
        READ,
    ),
    "a method and a Call-ID of every mark": (
        f"!odd_M3thod*+`.%'~ sip:b@h SIP/2.0\n{PLAIN.replace('own', 'o:w/n][?}{')}CSeq: 1 !odd_M3thod*+`.%'~\n\n",
        READ,
    ),
    "a reason in another script": (f"SIP/2.0 200 = 2**3 * 5**2 да\n{PLAIN}CSeq: 1 INVITE\n\n", READ),
    "no reason at all": (f"SIP/2.0 100 \n{PLAIN}CSeq: 1 INVITE\n\n", READ),
    "an RFC 2543 request": (
        "INVITE sip:b@h SIP/2.0\nVia: SIP/2.0/UDP h\nFrom: sip:a@h\nTo: sip:b@h\nCall-ID: x\nCSeq: 1 INVITE\n\n",
        READ,
    ),
    "separators without values": (
        f"INVITE sip:b@h SIP/2.0\n{PLAIN.replace(';branch=z9hG4bK1', ';;,;,,')}CSeq: 1 INVITE\n\n",
        "sip_via",
    ),
    "a length beyond the datagram": (
        f"INVITE sip:b@h SIP/2.0\n{PLAIN}CSeq: 1 INVITE\nContent-Length: 9999\n\nv=0\n",
        "sip_truncated",
    ),
    "a negative length": (
        f"INVITE sip:b@h SIP/2.0\n{PLAIN}CSeq: 1 INVITE\nContent-Length: -999\n\n",
        "sip_content_length",
    ),
    "a number beyond 32 bits": (f"REGISTER sip:h SIP/2.0\n{PLAIN}CSeq: 36893488147419103232 REGISTER\n\n", "sip_cseq"),
    "an open quote": (
        f"INVITE sip:b@h SIP/2.0\n{PLAIN.replace('<sip:b', chr(34) + 'B <sip:b')}CSeq: 1 INVITE\n\n",
        "sip_address",
    ),
    "a bracketed Request-URI": (f"INVITE <sip:b@h> SIP/2.0\n{PLAIN}CSeq: 1 INVITE\n\n", "sip_request_uri"),
    "a space in the Request-URI": (f"INVITE sip:b@h; lr SIP/2.0\n{PLAIN}CSeq: 1 INVITE\n\n", "sip_start_line"),
    "another version": (f"OPTIONS sip:b@h SIP/7.0\n{PLAIN}CSeq: 1 OPTIONS\n\n", "sip_start_line"),
    "two methods": (f"OPTIONS sip:b@h SIP/2.0\n{PLAIN}CSeq: 1 INVITE\n\n", "sip_cseq"),
    "a status beyond all": (f"SIP/2.0 4294967301 big\n{PLAIN}CSeq: 1 INVITE\n\n", "sip_start_line"),
    "two of what there is one of": (f"INVITE sip:b@h SIP/2.0\n{PLAIN}{PLAIN}CSeq: 1 INVITE\n\n", "sip_header_repeated"),
    "headers missing": ("INVITE sip:b@h SIP/2.0\nVia: SIP/2.0/UDP h\nCSeq: 1 INVITE\n\n", "sip_header_missing"),
}


@pytest.mark.parametrize("name", OWN)
def test_messages_of_our_own_are_read_or_refused_in_the_same_way(name: str) -> None:
    text, expected = OWN[name]
    assert outcome(text.replace("\n", "\r\n").encode()) == expected


def test_none_of_our_own_is_taken_for_a_call() -> None:
    tracker = DialogTracker()
    read = [parse(text.replace("\n", "\r\n").encode()) for text, expected in OWN.values() if expected == READ]
    told = [event for message in read for event in tracker.feed(1.0, message, "192.0.2.1", "192.0.2.2")]
    assert told + list(tracker.expire(10_000.0)) == []
