from __future__ import annotations

import re

from audio.siprec.cisco import metadata_of as cisco_metadata_of
from audio.siprec.metadata import Metadata
from audio.siprec.metadata_xml import read_metadata
from audio.siprec.parties import is_mixed, parties_of, sides_of
from audio.siprec.settings import AgentRules
from models.call import Side
from tests.audio.siprec.client import AGENT, CUSTOMER, metadata_of

RULES = AgentRules()


def _read(*streams: tuple[str, str, str], extra: str = "") -> Metadata:
    return read_metadata(metadata_of(*streams, extra=extra).encode())


def _calling(number: str) -> str:
    return f"<extensiondata><callingPartyNumber>{number}</callingPartyNumber></extensiondata>"


def test_the_participant_who_called_is_the_caller_on_whatever_line() -> None:
    outbound = _read(CUSTOMER, AGENT, extra=_calling("agente12"))
    assert sides_of(["1", "2"], outbound, RULES) == (Side.CALLEE, Side.CALLER)
    assert sides_of(["2", "1"], outbound, RULES) == (Side.CALLER, Side.CALLEE)


def test_where_nobody_says_who_called_the_agent_is_the_callee() -> None:
    assert sides_of(["2", "1"], _read(CUSTOMER, AGENT), RULES) == (Side.CALLEE, Side.CALLER)


def test_where_nothing_is_known_the_first_line_is_the_callers() -> None:
    assert sides_of(["1", "0"], Metadata(), RULES) == (Side.CALLER, Side.CALLEE)


def test_agent_and_numbers_come_by_label() -> None:
    known = _read(CUSTOMER, AGENT)
    told = parties_of({"2": Side.CALLEE, "1": Side.CALLER}, known, RULES)
    assert (told.caller, told.callee) == ("+34600111222", "agente12")
    assert (told.agent_side, told.agent_id) == (Side.CALLEE, "12")


def test_two_who_could_be_the_agent_leave_it_open() -> None:
    known = _read(("1", "sip:ext100@pbx.example", "Ana"), AGENT)
    told = parties_of({"1": Side.CALLER, "2": Side.CALLEE}, known, RULES)
    assert (told.agent_side, told.agent_id) == (None, None)


def test_a_name_tells_the_agent_where_the_address_does_not() -> None:
    rules = AgentRules(aor=(), name=(re.compile(r"\bpuesto (?P<agent_id>\d+)", re.IGNORECASE),))
    known = _read(CUSTOMER, ("2", "sip:200@pbx.example", "Puesto 31"))
    assert parties_of({"1": Side.CALLER, "2": Side.CALLEE}, known, rules).agent_id == "31"


def test_the_centres_domain_tells_the_agent() -> None:
    rules = AgentRules(aor=(), domains=frozenset({"pbx.example"}))
    known = _read(CUSTOMER, ("2", "sip:laura@PBX.example:5061", "Laura"))
    told = parties_of({"1": Side.CALLER, "2": Side.CALLEE}, known, rules)
    assert (told.agent_side, told.agent_id) == (Side.CALLEE, "laura")


def test_the_only_line_of_two_speakers_is_mixed() -> None:
    known = _read(("1", "sip:+34600111222@x", "C"), ("2", "sip:agente12@x", "A"))
    both = read_metadata(metadata_of(CUSTOMER, AGENT).replace("<label>2</label>", "<label>1</label>").encode())
    assert is_mixed(["1"], both)
    assert not is_mixed(["1"], known)
    assert not is_mixed(["1", "2"], known)
    told = parties_of({"1": Side.CALLER}, both, RULES)
    assert (told.caller, told.callee, told.agent_id, told.agent_side) == ("+34600111222", "agente12", "12", None)


def test_a_line_of_which_nothing_is_known_is_taken_for_mixed() -> None:
    assert is_mixed(["#0"], Metadata())


def test_a_third_line_has_the_side_of_who_speaks_on_it() -> None:
    other = ("3", "sip:+34911222333@operator.example", "Otro")
    colleague = ("3", "sip:agente44@pbx.example", "Sara")
    assert sides_of(["1", "2", "3"], _read(CUSTOMER, AGENT, other), RULES)[2] is Side.CALLER
    # Two agents: neither is the agent of the call, and the new one stands where no customer does.
    assert sides_of(["1", "2", "3"], _read(CUSTOMER, AGENT, colleague), RULES)[2] is Side.CALLEE


def test_cisco_tells_in_the_address_whose_voice_a_call_brings() -> None:
    common = "x-refci=27298698;x-nearendaddr=4567;x-farendrefci=27298699;x-farendaddr=900123456"
    rules = AgentRules(aor=(re.compile(r"^sip:(?P<agent_id>\d{4})@"),))
    near = cisco_metadata_of(f"sip:4567@10.1.1.1;x-nearend;{common}", "#0")
    far = cisco_metadata_of(f"sip:4567@10.1.1.1;x-farend;{common}", "#0")
    assert near is not None
    assert far is not None
    assert near.session_ids == far.session_ids == ("refci-27298698",)
    # Each call has one line. The agent speaks on one, and is the other side of the other.
    for metadata, side, agent_side in ((near, Side.CALLEE, Side.CALLEE), (far, Side.CALLER, Side.CALLEE)):
        assert sides_of(["#0"], metadata, rules) == (side,)
        told = parties_of({"#0": side}, metadata, rules)
        assert (told.agent_side, told.agent_id) == (agent_side, "4567")
        assert not is_mixed(["#0"], metadata)


def test_an_ordinary_address_is_none_of_ciscos() -> None:
    assert cisco_metadata_of("sip:src@10.1.1.1", "#0") is None
