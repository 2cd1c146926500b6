"""Which channel is the agent's comes from rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from audio.sources.agent_channel import CHANNEL_RULES, ChannelRule, agent_channel, parse_agent_channel


@pytest.mark.parametrize(
    ("glob", "fits"),
    [
        ("*.wav", True),
        ("call-*", True),
        ("ventas/", True),
        ("ventas/*.wav", True),
        ("/srv/ventas/2026/", True),
        ("entas/", False),
        ("*.mp3", False),
    ],
)
def test_a_glob_is_held_against_the_name_and_the_path(glob: str, fits: bool) -> None:
    assert ChannelRule(glob, 1).fits(Path("/srv/ventas/2026/call-1.wav")) is fits


def test_the_first_fitting_rule_counts() -> None:
    rules = (ChannelRule("a*", 1), ChannelRule("*", 0))
    assert [agent_channel(Path(name), rules) for name in ("a.wav", "b.wav")] == [1, 0]


def test_without_a_rule_the_agent_is_on_the_left() -> None:
    assert agent_channel(Path("call.wav"), ()) == 0


@pytest.mark.parametrize("time", ["10:15", "10_15", "10-15"])
def test_amazon_connect_has_the_agent_on_the_right(time: str) -> None:
    name = f"0b1c2d3e-0000-4000-8000-0123456789ab_20260115T{time}_UTC.wav"
    assert agent_channel(Path(name), CHANNEL_RULES) == 1


def test_there_is_no_third_channel() -> None:
    with pytest.raises(ValueError, match="0 \\(left\\) or 1 \\(right\\)"):
        ChannelRule("*", 2)


@pytest.mark.parametrize(("text", "channel"), [("left", 0), ("RIGHT", 1), ("1", 1), (" agent=0 ", 0)])
def test_a_channel_can_be_said_in_words(text: str, channel: int) -> None:
    assert parse_agent_channel(text) == channel


def test_another_word_is_answered_with_those_allowed() -> None:
    with pytest.raises(ValueError, match="left \\(0\\) or right \\(1\\), not 'middle'"):
        parse_agent_channel("middle")
