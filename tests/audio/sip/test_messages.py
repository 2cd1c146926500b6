from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sip.bodies import BodyPart, read_parts
from audio.sip.errors import SipError
from audio.sip.headers import read_address, read_parameters, split_list, user_of
from audio.sip.messages import LARGEST_MESSAGE, parse

INVITE = (
    "INVITE sip:900123456@192.0.2.20 SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK-2, SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK-1",
    'From: "Cliente; \\"uno\\", <uno>" <sip:+34600111222@192.0.2.10;user=phone>;tag=abc;x="a;b"',
    "To: <sip:900123456@192.0.2.20>",
    "Call-ID: 1@192.0.2.10",
    "CSeq: 7 INVITE",
)


def built(*lines: str, body: str = "", end: str = "\r\n") -> bytes:
    return end.join([*lines, "", body]).encode()


def without(name: str) -> tuple[str, ...]:
    return tuple(line for line in INVITE if not line.startswith(name))


def refusal(data: bytes) -> str:
    with pytest.raises(SipError) as refused:
        parse(data)
    return refused.value.code


def test_a_request_is_read_whole() -> None:
    read = parse(built(*INVITE, "Content-Length: 2", body="hi and more"))
    assert (read.method, read.status, read.uri) == ("INVITE", None, "sip:900123456@192.0.2.20")
    assert (read.call_id, read.cseq, read.sender.tag, read.receiver.tag) == ("1@192.0.2.10", 7, "abc", None)
    assert (read.hops, read.branch, read.body) == (2, "z9hG4bK-2", b"hi")
    assert user_of(read.sender.uri) == "+34600111222"


def test_a_response_has_the_method_of_its_request() -> None:
    read = parse(built("SIP/2.0 180 Llamando", *INVITE[1:]))
    assert (read.method, read.status) == ("INVITE", 180)


def test_names_are_read_in_any_case_and_in_their_compact_form() -> None:
    lines = ("v: SIP/2.0/TCP 192.0.2.1", "F: sip:a@b;tag=1", "t: sip:c@d", "I : x", "cSEQ: 1 BYE", "l: 0")
    read = parse(built("BYE sip:c@d SIP/2.0", *lines))
    assert (read.call_id, read.sender.tag, read.header("content-length")) == ("x", "1", "0")


def test_a_folded_header_is_one_line() -> None:
    assert parse(built(*without("From"), "From: <sip:a@b>", " ;tag=7")).sender.tag == "7"


def test_lines_may_end_without_carriage_return_and_be_preceded_by_empty_ones() -> None:
    assert parse(b"\r\n\r\n" + built(*INVITE, end="\n")).method == "INVITE"


def test_the_headers_end_at_the_first_empty_line_however_the_body_writes_its_own() -> None:
    assert parse(built(*INVITE, body="a\r\n\r\nb", end="\n")).body == b"a\r\n\r\nb"


def test_a_header_written_twice_has_two_values() -> None:
    read = parse(built(*INVITE, "X-CID: a", "x-cid: b"))
    assert read.headers["x-cid"] == ("a", "b")
    assert read.header("x-cid") == "a"
    assert read.header("x-other") is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sip_start_line"),
        (b"\x80\x08\x00\x01" + b"\0" * 160, "sip_start_line"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "sip_start_line"),
        (built("INVITE sip:a@b SIP/3.0", *INVITE[1:]), "sip_start_line"),
        (built("INVITE  sip:a@b SIP/2.0", *INVITE[1:]), "sip_start_line"),
        (built("SIP/2.0 99 Low", *INVITE[1:]), "sip_start_line"),
        (built("SIP/2.0 700 High", *INVITE[1:]), "sip_start_line"),
        (built("SIP/2.0 2٠0 Digits", *INVITE[1:]), "sip_start_line"),
        (built("INVITE <sip:a@b> SIP/2.0", *INVITE[1:]), "sip_request_uri"),
        (built("INVITE sip:a@b?Route=c SIP/2.0", *INVITE[1:]), "sip_request_uri"),
        (built(f"INVITE sip:{'a' * 3000}@b SIP/2.0", *INVITE[1:]), "sip_request_uri"),
        (built(*INVITE, "no header"), "sip_header"),
        (built(*INVITE, "two words: x"), "sip_header"),
        (built(*without("Call-ID")), "sip_header_missing"),
        (built(*without("Via")), "sip_header_missing"),
        (built(*INVITE, "i: other"), "sip_header_repeated"),
        (built(*INVITE, "Content-Length: 0", "l: 0"), "sip_header_repeated"),
        (built(*without("CSeq"), "CSeq: 7 BYE"), "sip_cseq"),
        (built(*without("CSeq"), "CSeq: 2147483648 INVITE"), "sip_cseq"),
        (built(*without("CSeq"), "CSeq: INVITE"), "sip_cseq"),
        (built(*without("From"), 'From: "open <sip:a@b>;tag=1'), "sip_address"),
        (built(*without("From"), "From: <sip:a@b;tag=1"), "sip_address"),
        (built(*without("From"), f"From: <sip:a@b>;tag={'a' * 600}"), "sip_address"),
        (built(*without("To"), "To: "), "sip_address"),
        (built(*without("Via"), "Via: nothing"), "sip_via"),
        (built(*without("Via"), *["Via: SIP/2.0/UDP 192.0.2.1"] * 129), "sip_via"),
        (built(*without("Via"), "Via: SIP/2.0/UDP a, <"), "sip_list"),
        (built(*without("Call-ID"), "Call-ID: "), "sip_call_id"),
        (built(*without("Call-ID"), "Call-ID: " + "a" * 600), "sip_call_id"),
        (built(*INVITE, "Content-Length: -1"), "sip_content_length"),
        (built(*INVITE, "Content-Length: ٥"), "sip_content_length"),
        (built(*INVITE, "Content-Length: 5", body="1234"), "sip_truncated"),
        (built(*INVITE)[:-4], "sip_truncated"),
        (built(*INVITE, *["x: y"] * 300), "sip_too_large"),
        (built(*INVITE, "x: " + "y" * 9_000), "sip_too_large"),
        (built(*INVITE, body="y" * LARGEST_MESSAGE), "sip_too_large"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_refusal_quotes_nothing_of_what_was_received() -> None:
    with pytest.raises(SipError) as refused:
        parse(built(*without("From"), "From: <sip:+34600111222@192.0.2.10"))
    assert "600111222" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "uri", "tag"),
    [
        ("sip:a@b;tag=1", "sip:a@b", "1"),
        ("<sip:a@b;lr>;tag=1", "sip:a@b;lr", "1"),
        ("caller<sip:a@b>; TAG = 1", "sip:a@b", "1"),
        ("Pérez, José <sip:a@b>;tag=1", "sip:a@b", "1"),
        ('"<sip:x@y>;tag=2" <sip:a@b>;p="q;tag=3";tag=1', "sip:a@b", "1"),
        ("<sip:a@b>;tag", "sip:a@b", None),
        ("<sip:a@b>", "sip:a@b", None),
    ],
)
def test_an_address_is_told_from_its_name_and_parameters(value: str, uri: str, tag: str | None) -> None:
    read = read_address(value)
    assert (read.uri, read.tag) == (uri, tag)


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:+34600111222;phone-context=x@192.0.2.1:5060", "+34600111222"),
        ("sips:a%6Ca:secret@b", "ala"),
        ("sip:null-%00-null@b", "null--null"),
        ("SIP:a@b@c", "a@b"),
        ("tel:+34-600.111(222);isub=1", "+34600111222"),
        ("sip:b", None),
        ("http://b", None),
        ("", None),
    ],
)
def test_the_user_part_is_read_unescaped_and_without_what_cannot_be_shown(uri: str, user: str | None) -> None:
    assert user_of(uri) == user


def test_commas_in_quotes_and_brackets_separate_nothing() -> None:
    assert split_list('"a,b" <sip:c,d>, <sip:e>;x="f,g",h') == ['"a,b" <sip:c,d>', '<sip:e>;x="f,g"', "h"]


@given(st.lists(st.from_regex(r'[a-z]{1,5}|"[a-z,]{0,5}"|<[a-z,]{0,5}>', fullmatch=True), min_size=1, max_size=20))
def test_a_list_that_was_joined_is_split_again(items: list[str]) -> None:
    assert split_list(" , ".join(items)) == items


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.from_regex(r"[A-Za-z0-9.]{0,8}", fullmatch=True))
)
def test_parameters_that_were_joined_are_read_again(parameters: dict[str, str]) -> None:
    text = "".join(f" ; {name.upper()} = {value}" for name, value in parameters.items())
    assert read_parameters(text) == parameters


MULTIPART = """preamble\r
--b-1\r
Content-Type: application/sdp\r
\r
v=0\r
a=1\r
\r
--b-1\r
Content-Type: application/rs-metadata+xml\r
Content-Disposition: Recording-Session; handling=required\r
\r
<recording/>\r
--b-1--\r
epilogue"""


def test_the_parts_of_a_multipart_are_read_in_order() -> None:
    assert read_parts('Multipart/Mixed;boundary="b-1"', MULTIPART.encode()) == (
        BodyPart("application/sdp", "", b"v=0\r\na=1\r\n"),
        BodyPart("application/rs-metadata+xml", "recording-session", b"<recording/>"),
    )


def test_the_session_description_is_found_among_the_parts() -> None:
    read = parse(built(*INVITE, "Content-Type: multipart/mixed;boundary=b-1", body=MULTIPART))
    assert read.sdp() == b"v=0\r\na=1\r\n"


def test_a_multipart_within_a_multipart_is_read_in_its_place() -> None:
    inner = "--i\n\nv=0\n--i--\n"
    outer = (
        f"--o\nContent-Type: multipart/alternative;boundary=i\n\n{inner}\n--o\nContent-Type: text/plain\n\nhi\n--o--"
    )
    assert [part.content_type for part in read_parts("multipart/mixed;boundary=o", outer.encode())] == [
        "application/sdp",
        "text/plain",
    ]


def test_a_body_without_a_type_is_a_description_where_it_looks_like_one() -> None:
    assert parse(built(*INVITE, body="v=0\r\n")).sdp() == b"v=0\r\n"
    assert parse(built(*INVITE, body="hello")).sdp() is None


@pytest.mark.parametrize(
    "content_type", ["multipart/mixed", "multipart/mixed;boundary=", f"multipart/mixed;boundary={'x' * 71}"]
)
def test_a_multipart_without_a_usable_boundary_has_no_parts(content_type: str) -> None:
    assert read_parts(content_type, MULTIPART.encode()) == ()


def test_parts_are_bounded_in_number_and_in_depth() -> None:
    assert len(read_parts("multipart/mixed;boundary=b", b"--b\r\n\r\nx\r\n" * 5_000)) <= 16
    deep = b"x"
    for _ in range(50):
        deep = b"--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n" + deep
    assert len(read_parts("multipart/mixed;boundary=b", deep)) <= 16


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for candidate in (data, built(*INVITE)[:-2] + data, b"SIP/2.0 200 OK\r\n" + data):
        with suppress(SipError):
            assert parse(candidate).parts() is not None


@given(
    st.lists(
        st.sampled_from([*INVITE, "Content-Type: multipart/mixed;boundary=b", "--b", 'From: "', ";", " ,", "\t"])
        | st.text(max_size=20)
    )
)
def test_any_lines_are_read_or_refused(lines: list[str]) -> None:
    with suppress(SipError):
        read = parse("\r\n".join([INVITE[0], *lines, "", "v=0"]).encode("utf-8", "replace"))
        assert read.sdp() in (None, b"v=0")
        assert read.hops > 0
