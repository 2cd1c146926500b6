from hypothesis import given
from hypothesis import strategies as st

from models.analysis import Silence
from models.recording import Party
from models.transcript import Turn
from monitor.protocol.sentences.splitting import WORDS_MAX, floors_of
from tests.builders import make_turn, make_words
from tests.monitor.protocol.spoken import AGENT, CUSTOMER, turns_of

HOLD_S = 5.0


def texts(turns: tuple[Turn, ...], silences: tuple[Silence, ...] = ()) -> list[tuple[Party, list[str]]]:
    return [
        (floor.party, [" ".join(said.word.text for said in sentence) for sentence in floor.sentences])
        for floor in floors_of(turns, silences, HOLD_S)
    ]


def test_a_floor_is_parted_at_the_ends_of_sentences() -> None:
    turns = turns_of([(AGENT, "Buenos días. ¿En qué le ayudo? Dígame…"), (CUSTOMER, "Hola, una consulta.")])
    assert texts(turns) == [
        (AGENT, ["Buenos días.", "¿En qué le ayudo?", "Dígame…"]),
        (CUSTOMER, ["Hola, una consulta."]),
    ]


def test_words_without_punctuation_are_parted_by_a_long_pause() -> None:
    words = (*make_words("le paso", 1.0, 2.0), *make_words("hasta luego", 4.0, 5.0))
    assert texts((Turn(AGENT, 1.0, 5.0, words),)) == [(AGENT, ["le paso", "hasta luego"])]


def test_a_listening_word_of_the_other_parts_no_floor() -> None:
    turns = (
        make_turn(AGENT, 1.0, "Le explico lo que pasó con el recibo,", end_s=5.0),
        make_turn(CUSTOMER, 4.5, "ajá", end_s=4.9),
        make_turn(AGENT, 5.3, "que se cobró dos veces.", end_s=7.0),
    )
    assert [floor[0] for floor in texts(turns)] == [AGENT]


def test_a_short_answer_in_its_own_time_parts_the_floor() -> None:
    turns = turns_of([(AGENT, "¿Es usted el titular?"), (CUSTOMER, "Sí."), (AGENT, "Gracias.")])
    assert [floor[0] for floor in texts(turns)] == [AGENT, CUSTOMER, AGENT]


def test_a_hold_parts_a_floor_and_is_told_on_both_sides() -> None:
    turns = (
        make_turn(AGENT, 1.0, "Un momento, por favor.", end_s=3.0),
        make_turn(AGENT, 20.0, "Gracias por esperar.", end_s=22.0),
    )
    before, after = floors_of(turns, (Silence(3.2, 19.8, "music"),), HOLD_S)
    assert (before.before_hold, before.after_hold) == (True, False)
    assert (after.before_hold, after.after_hold) == (False, True)


def test_a_short_silence_is_no_hold() -> None:
    turns = (make_turn(AGENT, 1.0, "Veamos.", end_s=2.0), make_turn(AGENT, 6.0, "Aquí está.", end_s=7.0))
    assert len(floors_of(turns, (Silence(2.0, 6.0, "silence"),), HOLD_S)) == 1


@given(st.lists(st.integers(1, 120), min_size=1, max_size=4))
def test_no_sentence_is_longer_than_the_longest_and_no_word_is_lost(sizes: list[int]) -> None:
    lines = [(AGENT, " ".join(["palabra"] * size)) for size in sizes]
    sentences = [sentence for floor in floors_of(turns_of(lines), (), HOLD_S) for sentence in floor.sentences]
    assert max(len(sentence) for sentence in sentences) <= WORDS_MAX
    assert [said.place for sentence in sentences for said in sentence] == [n for size in sizes for n in range(size)]


def test_a_long_sentence_without_pauses_is_cut_in_the_middle() -> None:
    floors = floors_of(turns_of([(AGENT, " ".join(["palabra"] * 12_000))]), (), HOLD_S)
    sizes = [len(sentence) for sentence in floors[0].sentences]
    assert min(sizes) >= WORDS_MAX // 4
    assert sum(sizes) == 12_000
