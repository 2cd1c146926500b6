"""Which files are the two sides of one call."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sources.legs import LEG_PATTERNS, LegPattern, Legs, paired
from models.recording import Party

AGENT, CUSTOMER, BOTH = Party.AGENT, Party.CUSTOMER, Party.BOTH


def calls(*names: str) -> list[tuple[list[str], list[Party], bool]]:
    return [described(legs) for legs in paired([Path(name) for name in names], LEG_PATTERNS)]


def described(legs: Legs) -> tuple[list[str], list[Party], bool]:
    return [file.as_posix() for file in legs.files], list(legs.parties), legs.missing


@pytest.mark.parametrize(
    ("customer", "agent"),
    [
        ("1_caller.wav", "1_agent.wav"),
        ("1_customer.wav", "1_agent.wav"),
        ("1-cliente.mp3", "1-agente.mp3"),
        ("1-in.wav", "1-out.wav"),
        ("1-rx.ul", "1-tx.ul"),
        ("1_CALLER.WAV", "1_Agent.wav"),
    ],
)
def test_two_legs_are_one_call_the_agent_first(customer: str, agent: str) -> None:
    assert calls(customer, agent) == [([agent, customer], [AGENT, CUSTOMER], False)]


def test_legs_of_other_calls_and_folders_stay_apart() -> None:
    assert calls("a/1_agent.wav", "b/1_caller.wav", "a/2_caller.wav") == [
        (["a/1_agent.wav"], [AGENT], True),
        (["b/1_caller.wav"], [CUSTOMER], True),
        (["a/2_caller.wav"], [CUSTOMER], True),
    ]


def test_an_ending_that_may_mean_inbound_is_taken_for_the_whole_call() -> None:
    assert calls("1-in.wav") == [(["1-in.wav"], [BOTH], True)]


def test_ordinary_names_are_whole_calls() -> None:
    assert calls("login.wav", "agent.wav", "_agent.wav") == [
        (["login.wav"], [BOTH], False),
        (["agent.wav"], [BOTH], False),
        (["_agent.wav"], [BOTH], False),
    ]


def test_a_leg_in_two_formats_is_used_once_and_lost_never() -> None:
    assert calls("1_agent.mp3", "1_agent.wav", "1_caller.wav") == [
        (["1_agent.mp3", "1_caller.wav"], [AGENT, CUSTOMER], False),
        (["1_agent.wav"], [AGENT], True),
    ]


def test_a_centre_can_have_patterns_of_its_own() -> None:
    (legs,) = paired([Path("cli-7.wav"), Path("op-7.wav")], (LegPattern("op-*", "cli-*"),))
    assert (legs.call, legs.files) == ("7", (Path("op-7.wav"), Path("cli-7.wav")))


@pytest.mark.parametrize(("agent", "customer"), [("agent", "*_caller"), ("*_*", "*_caller"), ("*_a", "*_a")])
def test_a_pattern_that_cannot_pair_is_refused(agent: str, customer: str) -> None:
    with pytest.raises(ValueError, match="one \\* on each side"):
        LegPattern(agent, customer)


NAMES = st.builds(
    "{}/{}{}.wav".format,
    st.sampled_from("ab"),
    st.sampled_from("123"),
    st.sampled_from(["", "_agent", "_caller", "-in"]),
)


@given(st.lists(NAMES, unique=True))
def test_every_file_is_in_exactly_one_call(names: list[str]) -> None:
    found = [file.as_posix() for legs in paired([Path(name) for name in names], LEG_PATTERNS) for file in legs.files]
    assert sorted(found) == sorted(names)
