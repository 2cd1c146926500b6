from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.protocol.pattern import Literal
from monitor.protocol.reader import STATES_MAX, PatternError, compiled


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("(buenos|buenas", "')' is missing"),
        ("buenos)", "')' closes nothing"),
        ("buenos | ", "there is nothing"),
        ("", "there is nothing"),
        ("<persona>", "the slots are person"),
        ("{saludos}", "there is no list 'saludos'"),
        ("hola ..9 adios", "out of range"),
        ("hola ; adios", "';' means nothing here"),
        ("[hola] ...", "without any word"),
        ("^ ,", "without any word"),
        ("((((((((((hola))))))))))", "nested more than"),
        ("a" * 601, "at most 600"),
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(source: str, message: str) -> None:
    with pytest.raises(PatternError) as error:
        compiled(source, {})
    assert message in str(error.value)


def test_a_list_that_names_itself_is_refused_and_not_followed_for_ever() -> None:
    with pytest.raises(PatternError, match="does a list name itself"):
        compiled("{a}", {"a": ("b {a}",)})


def test_lists_that_multiply_each_other_are_refused_before_they_fill_the_memory() -> None:
    lists = {f"l{n}": tuple(f"{{l{n + 1}}} w{m}" for m in range(20)) for n in range(6)} | {"l6": ("w",)}
    with pytest.raises(PatternError, match="too large"):
        compiled("{l0}", lists)
    assert STATES_MAX < 20**4


def test_the_words_of_a_pattern_are_known_with_those_of_its_lists() -> None:
    pattern = compiled("en que [le] (puedo|{able}) =ayudar serv*", {"able": ("podemos",)})
    sounds = {literal.sound for literal in pattern.literals}
    assert sounds == {"en", "ke", "le", "puedo", "podemos", "ayudar", "serb"}
    assert Literal("serb", prefix=True) in pattern.literals
    assert Literal("ayudar", exact=True) in pattern.literals


def test_the_end_of_a_stem_sounds_as_before_a_vowel() -> None:
    assert compiled("apoy*", {}).literals == {Literal("apoy", prefix=True)}  # "apoyar", not "apoi"
    both = {Literal("eleg", prefix=True), Literal("elej", prefix=True)}  # "elegante", "elegir"
    assert compiled("eleg*", {}).literals == both


@given(st.text(alphabet="ab ([|])^$,~?.*={}<>;3", max_size=40))
def test_any_text_is_compiled_or_refused(source: str) -> None:
    with contextlib.suppress(PatternError):
        pattern = compiled(source, {"a": ("b",)})
        assert pattern.literals or "<" in source
