"""The English protocol: the same steps, said in English."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from models.analysis import Analysis
from models.protocol import Protocol
from models.rules import Rules
from models.verdict import StepVerdict, Verdict
from monitor.judge import judge
from monitor.protocol.pack import PACKS, shipped, shipped_for
from monitor.protocol.text import sound
from tests.corpus.scripted import analysis_of, places_of
from tests.corpus.scripts import Script, Sentence, scripts_of
from tests.monitor.protocol.spoken import AGENT, CUSTOMER, SHIPPED, call_with, turns_of

ENGLISH = shipped("telephone-service-en")
BUSINESS = (
    (CUSTOMER, "Well, there was a letter from you this week and I would like to read it to you now."),
    (AGENT, "The second page is the one that counts."),
    (CUSTOMER, "And where on that page do I find the number that you mentioned?"),
)


def in_english(analysis: Analysis) -> Analysis:
    return replace(analysis, analysed_with=replace(analysis.analysed_with, language="en"))


def verdict_on(*lines: str) -> Verdict:
    """The verdict on a call whose agent says these lines, the customer something between."""
    spoken = [turn for line in lines for turn in ((AGENT, line), BUSINESS[0])]
    return judge(in_english(call_with(turns_of(spoken[:-1]))), Rules(ENGLISH))


def met(verdict: Verdict) -> set[str]:
    return {step.id for step in verdict.steps if step.verdict is StepVerdict.MET}


def broken(*lines: str) -> list[str]:
    return [violation.id for violation in verdict_on("Right.", *lines).violations]


def shape(protocol: Protocol) -> dict[str, list[tuple[object, ...]]]:
    """All of a protocol that is no language."""
    return {
        "steps": [
            (s.id, s.phase, s.weight, s.error_class, s.severity, s.condition, s.fact, s.agent_only, s.not_after_hold)
            for s in protocol.steps
        ],
        "violations": [(v.id, v.error_class, v.severity, v.penalty, v.spoken) for v in protocol.violations],
        "conditions": [(c.id, c.party, c.fact) for c in protocol.conditions],
        "measures": [(m.id, m.weight, m.error_class, m.severity) for m in protocol.measures],
    }


def test_a_language_changes_nothing_but_what_is_said() -> None:
    assert shape(ENGLISH) == shape(SHIPPED)


def test_every_shipped_protocol_is_of_the_language_it_is_shipped_for() -> None:
    assert {language: shipped(name).language for language, name in PACKS.items()} == {"es": "es", "en": "en"}
    assert [protocol.language for protocol in shipped_for("en")] == ["en", "es"]
    assert [protocol.language for protocol in shipped_for("fr")] == ["es", "en"]


def test_long_and_short_forms_are_one() -> None:
    for words in ("I'm sorry about that, it's our mistake.", "I am sorry about that, it is our mistake."):
        assert "apology" in met(verdict_on("Hello.", words))


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("favourite", "favorite"),
        ("apologise", "apologize"),
        ("centre", "center"),
        ("cheque", "check"),
        ("cancelled", "canceled"),
        ("programme", "program"),
        ("enquiry", "inquiry"),
    ],
)
def test_british_and_american_spellings_are_one_word(british: str, american: str) -> None:
    assert sound(british, "en") == sound(american, "en")


def test_words_that_differ_sound_different() -> None:
    words = ("will", "well", "hold", "told", "need", "read", "good", "god", "here", "there", "our", "or", "four", "for")
    assert len({sound(word, "en") for word in words}) == len(words)


@pytest.mark.parametrize(
    "line",
    [
        "What's the account number, mate?",
        "Okay, my love, give me the reference.",
        "Thanks for waiting, hun.",
        "You guys should have a letter.",
    ],
)
def test_over_familiar_words_are_informal_address(line: str) -> None:
    assert broken(line) == ["informal_address"]


@pytest.mark.parametrize(
    "line",
    [
        "We'd love to hear what you think of it.",
        "Lovely, and the postcode?",
        "Oh dear, let me see.",
        "On the screen it says, hey buddy, welcome back.",
        "There's a pet fee of thirty dollars.",
        "A man came to the door with it.",
    ],
)
def test_the_same_words_said_of_something_else_are_not(line: str) -> None:
    assert "informal_address" not in broken(line)


@pytest.mark.parametrize(
    ("read", "is_card"),
    [
        ("four five three two, seven seven one zero, nine eight eight one, two two zero four", True),
        ("double four double four, triple zero one, forty-two twelve, sixteen nine three", True),
        ("4532 7710 9881 2204", True),
        ("oh two oh, seven nine four six, oh nine five eight", False),
        ("the reference is four four seven one nine", False),
    ],
)
def test_a_whole_card_number_read_out_is_found(read: str, is_card: bool) -> None:  # a parameter of the test
    assert ("discloses_confidential" in broken(f"So that's {read}.")) is is_card


@pytest.mark.parametrize(
    ("said", "refuses"),
    [
        ("No, that can't be done.", True),
        ("I can't give you that.", True),
        ("I can't give you that, because the policy ended in May.", False),
        ("I can't complain, thank you.", False),
        ("You can't connect while it restarts.", False),
    ],
)
def test_a_refusal_is_blunt_without_its_reason(said: str, refuses: bool) -> None:  # a parameter of the test
    assert ("blunt_refusal" in broken(said)) is refuses


def test_a_call_is_judged_by_the_protocol_of_its_language() -> None:
    call = call_with(turns_of([(AGENT, "Good morning, how can I help you?"), *BUSINESS, (AGENT, "Thank you, bye.")]))
    for rules in (Rules(SHIPPED, others=(ENGLISH,)), Rules(ENGLISH, others=(SHIPPED,))):
        assert judge(in_english(call), rules).protocol_name == "telephone-service-en"
        assert judge(call, rules).protocol_name == "telephone-service-es"
    assert judge(in_english(call), Rules(SHIPPED)).protocol_name == "telephone-service-es"


def test_rules_of_one_language_are_the_same_whatever_else_is_shipped() -> None:
    assert Rules(SHIPPED, others=(ENGLISH,)).spoken_in("es").sha256 == Rules(SHIPPED).sha256


def judged(scripts: list[Script]) -> tuple[Counter[str], Counter[str]]:
    """Right, wrong and missed: steps by call, violations by sentence."""
    steps, violations = Counter[str](), Counter[str]()
    for script in scripts:
        verdict = judge(in_english(analysis_of(script)), Rules(ENGLISH))
        found, wanted = met(verdict), script.steps
        steps += Counter({"right": len(found & wanted), "wrong": len(found - wanted), "missed": len(wanted - found)})
        violations += of_violations(script, verdict)
    return steps, violations


def of_violations(script: Script, verdict: Verdict) -> Counter[str]:
    heard: set[tuple[Sentence, str]] = set()
    wrong = 0
    for violation in verdict.violations:
        within = {
            (sentence, violation.id)
            for sentence, (start_s, end_s) in zip(script.sentences, places_of(script), strict=True)
            if sentence.who == "agent" and min(end_s, violation.end_s) - max(start_s, violation.start_s) > 0.05
        }
        right = {(sentence, id_) for sentence, id_ in within if id_ in sentence.violations}
        heard |= right
        wrong += not right
    wanted = sum(len(sentence.violations) for sentence in script.sentences)
    return Counter({"right": len(heard), "wrong": wrong, "missed": wanted - len(heard)})


@pytest.mark.parametrize(
    ("odd", "least"),
    [
        (True, {"steps": (0.95, 0.97), "violations": (0.9, 0.95)}),
        (False, {"steps": (0.94, 0.92), "violations": (0.78, 0.9)}),
    ],
)
def test_written_calls_are_judged_well(odd: bool, least: dict[str, tuple[float, float]]) -> None:  # which half
    half = [script for script in scripts_of("english") if int(script.id.removeprefix("en-")) % 2 == odd]
    assert len(half) == 20
    for name, counts in zip(("steps", "violations"), judged(half), strict=True):
        precision = counts["right"] / (counts["right"] + counts["wrong"])
        recall = counts["right"] / (counts["right"] + counts["missed"])
        assert (precision, recall) >= least[name], (name, precision, recall)
        assert recall >= least[name][1], (name, recall)
