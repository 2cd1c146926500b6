# ruff: noqa: INP001  # a script, not a package
"""Random bytes through the readers of SIP and SDP, and damaged flows through the dialogs.

`python fuzz/sip.py -max_total_time=300`; needs atheris. The first byte of an input chooses the reader. What is told of
the dialogs must be as sane as the property tests ask.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["audio"]):
    from audio.sip.bodies import read_parts
    from audio.sip.crypto import read_crypto
    from audio.sip.dialogs import DialogTracker
    from audio.sip.errors import SipError
    from audio.sip.headers import read_address, split_list
    from audio.sip.leg import DialogEvent
    from audio.sip.messages import parse
    from audio.sip.rules import DialogRules
    from audio.sip.sdp import parse_sdp

from tests.audio.sip.test_dialog_properties import FLOWS, check

SEEN = [seen for flow in FLOWS.values() for seen in flow]
RULES = DialogRules(most_dialogs=8, recording_sessions=True)
MOST_MESSAGES = 16


def whole_messages(data: bytes) -> None:
    parse(data).parts()


def damaged_messages(data: bytes) -> None:
    """A message of a flow with the bytes of the input written over it, and put into it."""
    if len(data) < 4:
        return
    text = SEEN[data[0] % len(SEEN)].data
    place = int.from_bytes(data[1:3], "big") % len(text)
    over, put = text[:place] + data[3:] + text[place + len(data) - 3 :], text[:place] + data[3:] + text[place:]
    for candidate in (over, put):
        with suppress(SipError):
            message = parse(candidate)
            if (body := message.sdp()) is not None:
                parse_sdp(body)


def pieces(data: bytes) -> None:
    """The readers below the message, each with text of its own."""
    text = data.decode("utf-8", "replace")
    for reader in (read_address, split_list, read_crypto):
        with suppress(SipError):
            reader(text)
    read_crypto(f"1 AES_CM_128_HMAC_SHA1_80 inline:{text}")
    read_parts("multipart/mixed;boundary=b", data)
    read_parts(text[:80], data)


def session_descriptions(data: bytes) -> None:
    for line in parse_sdp(b"v=0\n" + data).audio:
        if not (0 <= line.port < 65_536 and 0 <= line.rtcp_port < 65_536):
            raise AssertionError("a port that is none")


def dialogs(data: bytes) -> None:
    """Messages of all flows in any mix, three bytes each: which one, of which call, and after how long."""
    tracker = DialogTracker(RULES)
    told: list[DialogEvent] = []
    at_s = 100.0
    for number in range(0, min(len(data) - 2, 3 * MOST_MESSAGES), 3):
        which, call, wait = data[number : number + 3]
        seen = SEEN[which % len(SEEN)]
        at_s += (wait - 64) / 8  # back, too
        text = seen.data.replace(b"call-1@", b"call-%d@" % (call % 11))
        if call > 128:  # of another caller, or without a description
            text = text.replace(b"tag=from-1", b"tag=from-%d" % (call % 3)) if call % 2 else text.partition(b"v=0")[0]
        with suppress(SipError):
            told += tracker.feed(at_s, parse(text), seen.source, seen.destination)
        told += tracker.expire(at_s)
        if len(tracker) > RULES.most_dialogs:
            raise AssertionError("more dialogs than allowed")
    check(told + list(tracker.expire(at_s + 100_000.0)))


READERS = (whole_messages, damaged_messages, pieces, session_descriptions, dialogs, dialogs)


def one_input(data: bytes) -> None:
    if data:
        with suppress(SipError):
            READERS[data[0] % len(READERS)](data[1:])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
