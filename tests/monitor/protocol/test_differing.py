from __future__ import annotations

from monitor.protocol.differing import Change, changes
from monitor.protocol.pack import protocol_from
from tests.monitor.protocol.spoken import HEAD, SHIPPED, STEP

OWN = 'extends = "telephone-service-es"\nname = "x"\nversion = "9"\n'


def of_own(body: str) -> tuple[Change, ...]:
    return changes(SHIPPED, protocol_from(OWN + body, "own.toml"))


def test_another_name_and_version_are_no_difference() -> None:
    assert of_own("") == ()


def test_order_accents_capitals_and_spaces_are_no_difference() -> None:
    step = f'[[steps]]\nid = "a"\n{STEP}'
    one = protocol_from(HEAD + step + 'said = ["buenos días", "hola  {x}"]\n[words]\nx = "a b"\n', "one.toml")
    two = protocol_from(HEAD + step + 'said = ["Hola {x}", "buenos dias"]\n[words]\nx = "b a"\n', "two.toml")
    assert changes(one, two) == ()


def test_points_phases_phrases_and_words_are_told_each_by_its_entry() -> None:
    found = of_own(
        '[[steps]]\nid = "greeting"\nweight = 7\nphase = "any"\nsaid_also = ["epa"]\n'
        '[[violations]]\nid = "jargon"\npenalty = 3\n[words]\nmoment_also = "ratico"\nmore_words = "a"\n'
        '[speakers]\nagent_also = ["le canto"]\n'
    )
    assert set(found) == {
        Change("step", "greeting", "weight", 5.0, 7.0),
        Change("step", "greeting", "phase", "opening", "any"),
        Change("step", "greeting", "said", added=("epa",)),
        Change("violation", "jargon", "penalty", 1.0, 3.0),
        Change("speakers", "", "agent", added=("le canto",)),
        Change("words", "moment", "words", added=("ratico",)),
        Change("words", "more_words", None, None, "more_words", added=("a",)),
    }


def test_entries_that_are_new_or_gone_are_told_whole() -> None:
    found = of_own('without = ["jargon"]\n[[steps]]\nid = "notice"\n' + STEP + 'said = ["aviso"]\n')
    assert Change("violation", "jargon", None, "jargon", None) in found
    assert Change("step", "notice", None, None, "notice") in found


def test_the_way_back_says_the_same_backwards() -> None:
    own = protocol_from(OWN + '[[steps]]\nid = "greeting"\nsaid = ["epa"]\n', "own.toml")
    there, back = (
        next(one for one in found if one.key == "said") for found in (changes(SHIPPED, own), changes(own, SHIPPED))
    )
    assert (there.added, there.gone) == (back.gone, back.added)
