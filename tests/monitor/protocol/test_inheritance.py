from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ProtocolError
from models.protocol import Protocol
from models.rules import digest_of
from models.verdict import Edition
from monitor.judge import judge
from monitor.protocol.inheritance import KINDS, list_keys, overlaid
from monitor.protocol.pack import BASES_MAX, protocol_from, read_protocol, shipped_names
from tests.builders import make_analysis
from tests.monitor.protocol.spoken import SHIPPED, rules_with

OWN = 'extends = "telephone-service-es"\nname = "centro"\nversion = "3"\n'
NOTICE = (
    '[[steps]]\nid = "legal_notice"\nphase = "opening"\nweight = 4\nerror_class = "compliance_critical"\n'
    'severity = "critical"\nsaid = ["esta llamada ..2 grabada"]\n'
)


def extended(body: str) -> Protocol:
    return protocol_from(OWN + body, "centro.toml")


def mistakes(body: str) -> list[str]:
    with pytest.raises(ProtocolError) as error:
        extended(body)
    return str(error.value).splitlines()


def step(protocol: Protocol, step_id: str) -> object:
    return next(one for one in protocol.steps if one.id == step_id)


def test_a_file_that_only_extends_says_what_its_base_says() -> None:
    own = extended("")
    assert (own.name, own.version, own.language) == ("centro", "3", "es")
    assert own.extends == (Edition("telephone-service-es", SHIPPED.version),)
    assert (own.steps, own.violations, own.conditions) == (SHIPPED.steps, SHIPPED.violations, SHIPPED.conditions)
    assert (own.measures, own.speakers, own.words) == (SHIPPED.measures, SHIPPED.speakers, SHIPPED.words)


def test_all_that_stands_at_the_top_is_inherited_but_name_and_version() -> None:
    base = {"name": "a", "version": "1", "language": "es", "classifier": "model", "steps": []}
    assert overlaid(base, {"name": "b"}).data == {"language": "es", "classifier": "model", "name": "b"} | {
        "speakers": {},
        "words": {},
    }


def test_an_entry_with_a_known_id_changes_only_the_keys_given() -> None:
    own = extended('[[steps]]\nid = "greeting"\nweight = 9\n')
    before, after = step(SHIPPED, "greeting"), step(own, "greeting")
    assert (after.weight, after.said, after.phase) == (9.0, before.said, before.phase)
    assert [one.id for one in own.steps] == [one.id for one in SHIPPED.steps]


def test_also_adds_to_what_is_inherited_and_a_bare_key_replaces_it() -> None:
    own = extended(
        '[[steps]]\nid = "greeting"\nsaid = ["aupa"]\nsaid_also = ["epa"]\nnear_misses_also = ["aupa ahi"]\n'
    )
    before, after = step(SHIPPED, "greeting"), step(own, "greeting")
    assert after.said == ("aupa", "epa")
    assert after.near_misses == (*before.near_misses, "aupa ahi")


def test_lists_of_words_and_phrases_of_speakers_are_extended_likewise() -> None:
    own = extended(
        '[words]\nmoment_also = "ratico momentazo"\nday_part = ["alba"]\n[speakers]\nagent_also = ["le canto"]\n'
    )
    assert own.lists["moment"] == (*SHIPPED.lists["moment"], "ratico", "momentazo")
    assert own.lists["day_part"] == ("alba",)
    assert own.speakers.agent == (*SHIPPED.speakers.agent, "le canto")


def test_without_drops_entries_of_every_kind() -> None:
    own = extended('without = ["jargon", "steps.greeting", "dead_air"]\n')
    assert {"jargon", "greeting", "dead_air"}.isdisjoint(one.id for one in (*own.violations, *own.steps, *own.measures))
    assert len(own.steps) == len(SHIPPED.steps) - 1


def test_an_entry_that_is_dropped_can_be_written_anew() -> None:
    own = extended('without = ["greeting"]\n' + NOTICE.replace("legal_notice", "greeting"))
    assert step(own, "greeting").said == ("esta llamada ..2 grabada",)
    assert step(own, "greeting").near_misses == ()


def test_new_ids_are_new_entries() -> None:
    own = extended(NOTICE)
    assert own.steps[-1].id == "legal_notice"
    assert own.steps[:-1] == SHIPPED.steps


def test_every_mistake_is_told_with_its_line_in_the_own_file() -> None:
    told = mistakes(
        'without = ["jargn"]\n'  # 4
        '[[steps]]\nid = "greeting"\nsaid_also = ["(", "hola {momnt}"]\nweigth = 2\n'  # 5 to 8
        '[[steps]]\nid = "notice"\nsaid_also = ["aviso"]\n'  # 9 to 11
        '[[violations]]\nid = "jargon"\nsaid_also = "siniestro"\n'  # 12 to 14
        '[words]\nmomnt_also = "x"\ngreeting_also = ["hola )"]\n'  # 15 to 17
    )
    expected = {
        "centro.toml:4": "did you mean 'jargon'?",
        "centro.toml:7": "there is no list 'momnt': did you mean 'moment'?",
        "centro.toml:8": "did you mean 'weight'?",
        "centro.toml:9": "this key is missing",
        "centro.toml:11": "'notice' is new",
        "centro.toml:14": "write a list",
        "centro.toml:16": "there is no list 'momnt' to add to: did you mean 'moment'?",
        "centro.toml:17": "closes nothing",
    }
    for place, what in expected.items():
        assert any(line.startswith(place + ":") and what in line for line in told), (place, told)
    assert not [line for line in told if "(inherited)" in line]


def test_what_a_change_breaks_in_the_inherited_is_told_too() -> None:
    [told] = mistakes('without = ["conditions.refusal"]\n[[steps]]\nid = "reasoned_refusal"\ncondition = "refusal"\n')[
        :1
    ]
    assert "there is no 'refusal'" in told
    assert any("(inherited)" in line for line in mistakes('without = ["conditions.hold"]\n'))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ('extends = "telephone-service"', "there are telephone-service-en, telephone-service-es"),
        ("extends = 3", 'write one name: extends = "telephone-service-es"'),
        ('extends = "../../etc/passwd.toml"', "a file in the same folder"),
        ('extends = "base.toml"', "a file in the same folder"),
    ],
)
def test_what_cannot_be_extended_is_refused_with_what_can(head: str, message: str) -> None:
    with pytest.raises(ProtocolError) as error:
        protocol_from('name = "x"\nversion = "1"\n' + head + "\n", "own.toml")
    assert message in str(error.value)
    assert str(error.value).startswith("own.toml:3: extends:")


def test_a_campaigns_protocol_extends_the_centres_which_extends_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "centro.toml").write_text(OWN + NOTICE, encoding="utf-8")
    campaign = 'extends = "centro.toml"\nname = "campaña"\nversion = "1"\nwithout = ["empathy"]\n'
    (tmp_path / "campaign.toml").write_text(campaign, encoding="utf-8")
    own = read_protocol(tmp_path / "campaign.toml")
    assert [str(one) for one in own.extends] == ["centro 3", f"telephone-service-es {SHIPPED.version}"]
    assert "legal_notice" in {one.id for one in own.steps}
    assert "empathy" not in {one.id for one in own.steps}


def test_files_that_extend_each_other_are_refused_and_not_followed_for_ever(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "a")):
        text = f'extends = "{base}.toml"\nname = "{name}"\nversion = "1"\n'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError, match="extends this one"):
        read_protocol(tmp_path / "a.toml")
    assert BASES_MAX < 10


def test_also_and_without_need_something_inherited() -> None:
    step = '[[steps]]\nid = "x"\nsaid_also = ["hola"]\n'
    with pytest.raises(ProtocolError) as error:
        protocol_from('name = "x"\nversion = "1"\nlanguage = "es"\nwithout = ["a"]\n' + step, "own.toml")
    assert str(error.value).count("needs something inherited") == 2


def test_the_verdict_names_what_its_protocol_extends() -> None:
    rules = rules_with(NOTICE)
    assert judge(make_analysis(), rules).protocol_extends == ()
    assert digest_of(extended("")) != digest_of(SHIPPED)
    assert digest_of(extended(NOTICE)) == digest_of(extended(NOTICE))


def test_all_shipped_protocols_are_right() -> None:
    assert "telephone-service-es" in shipped_names()


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3)
ENTRY = st.fixed_dictionaries({"id": st.sampled_from(["x", "y", "z"])}, optional={"said": WORDS, "said_also": WORDS})
UNIQUE = st.lists(ENTRY, max_size=3, unique_by=lambda entry: entry["id"])


@given(UNIQUE, UNIQUE)
def test_every_key_of_the_file_has_its_place_in_the_whole(base: list[dict], own: list[dict]) -> None:
    whole = overlaid({"language": "es", "steps": base}, {"steps": own})
    ids = [entry["id"] for entry in whole.data.get("steps", [])]
    assert [entry["id"] for entry in base] == ids[: len(base)]
    assert {entry["id"] for entry in own} <= set(ids)
    for path in whole.origin:
        at = whole.data
        for part in path:
            at = at[part]
        assert whole.place(path) is not None
    assert list_keys("steps") >= {"said", "said_last", "near_misses"}
    assert "steps" in KINDS
