from __future__ import annotations

import pytest

from models.call import Side
from monitor.calls.parties import PartyRules
from monitor.calls.state import AgentKnown, Certainty, LegState


def leg(
    caller: str | None = "600111222",
    callee: str | None = "900123456",
    addresses: tuple[str, str] | None = None,
    agent_side: Side | None = None,
    agent_id: str | None = None,
) -> LegState:
    return LegState(
        leg="a",
        begun_s=0.0,
        asked_s=0.0,
        caller=caller,
        callee=callee,
        addresses=addresses,
        agent_side=agent_side,
        agent_id=agent_id,
    )


def test_without_rules_the_called_side_is_the_agent_by_default() -> None:
    assert PartyRules().agent_of(leg()) == AgentKnown(Side.CALLEE, Certainty.DEFAULT, None)


def test_a_centre_that_only_calls_out_turns_the_default_round() -> None:
    assert PartyRules(default=Side.CALLER).agent_of(leg()).side is Side.CALLER


@pytest.mark.parametrize(
    ("caller", "callee", "side"),
    [
        ("600111222", "1001", Side.CALLEE),
        ("1001", "600111222", Side.CALLER),
        ("sip:1001@pbx", "600111222", Side.CALLER),
    ],
)
def test_an_agents_extension_tells_the_side_and_the_id(caller: str, callee: str, side: Side) -> None:
    rules = PartyRules(agents=(r"1\d{3}",))
    assert rules.agent_of(leg(caller, callee)) == AgentKnown(side, Certainty.RULE, "1001")


def test_a_group_of_the_expression_is_the_agents_id() -> None:
    assert PartyRules(agents=(r"agent-(?P<agent>\w+)",)).agent_of(leg(callee="agent-ana")).agent_id == "ana"


def test_a_rule_must_fit_the_whole_number() -> None:
    assert PartyRules(agents=(r"1\d{3}",)).agent_of(leg(caller="10012345678")).certainty is Certainty.DEFAULT


def test_a_rule_that_fits_both_sides_leaves_it_to_the_next_kind() -> None:
    rules = PartyRules(agents=(r"1\d{3}",), agent_networks=("10.0.0.0/8",))
    known = rules.agent_of(leg("1001", "1002", addresses=("10.0.0.1", "192.0.2.1")))
    assert known == AgentKnown(Side.CALLER, Certainty.RULE, "1001")


@pytest.mark.parametrize("address", ["10.20.3.4", "fd00::7"])
def test_a_telephone_in_the_agents_network_is_an_agents(address: str) -> None:
    rules = PartyRules(agent_networks=("10.20.0.0/16", "fd00::/8"))
    assert rules.agent_of(leg(addresses=(address, "192.0.2.1"))).side is Side.CALLER


def test_an_address_that_is_none_fits_no_network() -> None:
    assert PartyRules(agent_networks=("10.0.0.0/8",)).agent_of(leg(addresses=("nonsense", ""))).certainty == 0


def test_a_domain_tells_the_agent_whatever_its_case_and_port() -> None:
    rules = PartyRules(agent_domains=("Agents.example",))
    assert rules.agent_of(leg(caller="sip:ana@agents.EXAMPLE:5061;transport=tls")).side is Side.CALLER


def test_a_call_to_a_customers_number_is_the_agents() -> None:
    rules = PartyRules(customers=(r"\+?[67]\d{8}",))
    assert rules.agent_of(leg("900123456", "600111222")).side is Side.CALLER
    assert rules.agent_of(leg("600111222", "900123456")).side is Side.CALLEE


def test_the_sources_word_wins_over_every_rule() -> None:
    rules = PartyRules(agents=(r"1\d{3}",))
    known = rules.agent_of(leg("1001", "600111222", agent_side=Side.CALLEE, agent_id="ana"))
    assert known == AgentKnown(Side.CALLEE, Certainty.SOURCE, "ana")


def test_all_rules_that_cannot_be_read_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"\(1, \[, 10\.0\.0\.300/8"):
        PartyRules(agents=("(1",), customers=("[",), agent_networks=("10.0.0.300/8",))
