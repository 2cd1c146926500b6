from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.document import document
from models.rules import Rules
from models.work import Stored
from monitor.protocol.pack import protocol_from
from monitor.trial import Change, Trial, Tried, bands, mean, median, tried
from tests.builders import make_analysis, make_facts, make_recording
from tests.monitor.protocol.spoken import SHIPPED

OWN = 'extends = "telephone-service-es"\nname = "x"\nversion = "1"\n'
BEFORE = Rules(SHIPPED)


def trial_of(body: str, most: int = 5) -> tuple[Trial, list[Tried]]:
    """The call of the builders tried with a protocol of one's own."""
    stored = Stored("id", 1, None, document(make_analysis(), None))
    calls = list(tried([stored], BEFORE, Rules(protocol_from(OWN + body, "own.toml"))))
    trial = Trial(most)
    for call in calls:
        trial.add(call)
    return trial, calls


def test_the_same_rules_change_nothing() -> None:
    trial, [call] = trial_of("")
    assert not call.changed
    assert (trial.scores.calls, trial.scores.changed, trial.calls) == (1, 0, [])


def test_another_weight_changes_the_score_and_no_step() -> None:
    _, [call] = trial_of('[[steps]]\nid = "greeting"\nweight = 50\n')
    assert call.changes == ()
    assert call.changed
    assert call.before != call.after


def test_a_step_that_is_no_longer_met_shows_the_words_that_counted() -> None:
    _, [call] = trial_of('[[steps]]\nid = "farewell"\nsaid = ["adios muy buenas"]\nsaid_last = []\n')
    [change] = [one for one in call.changes if one.id == "farewell"]
    assert (change.before, change.after) == ("met", "not_met")
    assert change.quote == "Que tenga un buen día"


def test_a_step_that_is_dropped_or_new_has_no_verdict_on_one_side() -> None:
    _, [call] = trial_of('without = ["farewell"]\n')
    assert [(one.before, one.after) for one in call.changes if one.id == "farewell"] == [("met", None)]


def test_a_violation_that_is_new_shows_where_it_was_heard() -> None:
    _, [call] = trial_of('[[violations]]\nid = "jargon"\nsaid_also = ["recibo|cinco"]\nexcused_by = []\n')
    [change] = [one for one in call.changes if one.id == "jargon"]
    assert (change.kind, change.before, change.after, change.quote) == ("violation", 0, 1, "cinco")


def test_agents_are_counted_apart_and_the_calls_that_change_most_come_first() -> None:
    changes = tuple(Change("step", name, "met", "not_met", None, None) for name in "abc")
    trial = Trial(most=2)
    trial.add(Tried("1", "one.wav", "104", 80.0, 80.0, ()))
    trial.add(Tried("2", "two.wav", "104", 80.0, 70.0, changes[:1]))
    trial.add(Tried("3", "three.wav", None, 80.0, 20.0, changes))
    trial.add(Tried("4", "four.wav", "207", 80.0, 60.0, changes[:1]))
    assert [call.file for call in trial.calls] == ["three.wav", "four.wav"]
    assert trial.changes["step", "a", "met", "not_met"] == 3
    assert (trial.agents["104"].calls, trial.agents["104"].changed, mean(trial.agents["104"].after)) == (2, 1, 75.0)
    assert (trial.agents[""].calls, median(trial.scores.after)) == (1, 65.0)


def test_a_call_that_cannot_be_scored_is_in_no_mean() -> None:
    recording = make_recording(facts=make_facts(agent_id=None))
    trial = Trial(1)
    trial.add(Tried(recording.id, recording.file, None, None, None, ()))
    assert (mean(trial.scores.before), median(trial.scores.after)) == (None, None)


@given(st.lists(st.floats(0, 100), max_size=50))
def test_every_score_is_in_one_band(scores: list[float]) -> None:
    assert sum(bands(scores)) == len(scores)
    assert len(bands(scores)) == 10
