from __future__ import annotations

import pytest

from models.rules import Centre
from monitor.protocol.compiled import compiled_for
from monitor.protocol.doubts import Doubt, doubts
from monitor.protocol.pack import protocol_from, shipped, shipped_names
from monitor.protocol.samples import samples
from monitor.protocol.text import quote
from tests.monitor.protocol.spoken import HEAD, SHIPPED, STEP

OWN = 'extends = "telephone-service-es"\nname = "x"\nversion = "1"\n'


def of_own(body: str) -> set[Doubt]:
    return set(doubts(protocol_from(OWN + body, "own.toml"), SHIPPED))


@pytest.mark.parametrize("name", shipped_names())
def test_no_shipped_protocol_has_a_phrase_that_never_counts_or_a_list_that_nothing_uses(name: str) -> None:
    kinds = {doubt.kind for doubt in doubts(shipped(name))}
    assert kinds <= {"taken", "weightless"}


def test_a_phrase_that_a_near_miss_always_explains_never_counts() -> None:
    found = of_own('[[steps]]\nid = "greeting"\nnear_misses_also = ["muy buenas"]\n')
    assert found == {Doubt("covered", "greeting", "muy buenas", "muy buenas")}


def test_a_phrase_of_which_only_some_ways_are_explained_still_counts() -> None:
    body = f'[[steps]]\nid = "a"\n{STEP}said = ["buenos (dias|ratos)"]\nnear_misses = ["buenos ratos"]\n'
    assert doubts(protocol_from(HEAD + body, "own.toml")) == ()


def test_a_phrase_that_another_step_takes_too_is_named_with_it() -> None:
    body = '[[steps]]\nid = "notice"\n' + STEP + 'said = ["muy buenas noches"]\n'
    assert of_own(body) == {Doubt("taken", "notice", "muy buenas noches", "greeting")}


def test_the_same_phrase_in_another_part_of_the_call_is_no_doubt() -> None:
    body = '[[steps]]\nid = "notice"\n' + STEP.replace("opening", "close") + 'said = ["muy buenas noches"]\n'
    assert of_own(body) == set()


def test_what_gives_no_points_and_what_nothing_uses_is_told() -> None:
    body = (
        '[[steps]]\nid = "greeting"\nweight = 0\n[[conditions]]\nid = "spare"\nsaid = ["x"]\n'
        '[words]\nspare_words = "a b"\nmoment = ""\n'
    )
    assert of_own(body) == {
        Doubt("weightless", "greeting"),
        Doubt("condition_unused", "spare"),
        Doubt("list_unused", "spare_words"),
        Doubt("list_empty", "moment"),
    }


def test_what_is_inherited_is_no_doubt_of_the_own_file() -> None:
    assert of_own("") == set()


def test_samples_say_every_alternative_and_nothing_that_is_only_a_gap() -> None:
    body = f'[[steps]]\nid = "a"\n{STEP}said = ["(hola|buenas) ..4 (tarde|noche) , ?"]\n'
    compiled = compiled_for(protocol_from(HEAD + body, "own.toml"), Centre())
    said = {quote(within.tokens) for within in samples(compiled.steps["a"].said[0], compiled)}
    assert {word for text in said for word in text.split()} == {"hola", "buenas", "tarde", "noche"}
