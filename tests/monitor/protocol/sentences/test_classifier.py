import numpy as np

from monitor.protocol.sentences.classifier import Classifier, ReadSentence, telling_words
from monitor.protocol.sentences.inputs import CONTEXT_PIECES, PIECES_MAX, parts_of
from monitor.protocol.sentences.pieces import WORD_MAX, Pieces
from monitor.protocol.sentences.splitting import Said, floors_of
from monitor.protocol.sentences.weights import weights_from
from tests.builders import make_words
from tests.monitor.protocol.sentences.small_model import LABELS, content, tokeniser
from tests.monitor.protocol.spoken import AGENT, CUSTOMER, turns_of

PIECES = Pieces(tokeniser())
TURNS = turns_of(
    [
        (AGENT, "Abad bah. Faja deja."),
        (CUSTOMER, "Cada bache hace cabeza " * 20),
        (AGENT, " ".join(["ebcdic fea. "] * 40)),
    ]
)


def test_only_the_agent_is_read_and_every_sentence_of_theirs_once() -> None:
    read = Classifier(weights_from(content()), PIECES).read(TURNS, (), 5.0)
    assert len(read) == 2 + 40
    assert {said.turn for sentence in read for said in sentence.said} == {0, 2}
    assert all(sentence.logits.shape == (len(LABELS),) for sentence in read)


def test_the_same_call_is_read_the_same_twice() -> None:
    classifier = Classifier(weights_from(content()), PIECES)
    first, second = (classifier.read(TURNS, (), 5.0) for _ in range(2))
    assert all(np.array_equal(one.logits, other.logits) for one, other in zip(first, second, strict=True))


def test_a_row_is_bounded_and_begins_with_the_last_words_of_the_customer() -> None:
    parts = list(parts_of(floors_of(TURNS, (), 5.0), PIECES))
    assert len(parts) > 2
    assert all(len(part.row.pieces) <= PIECES_MAX + 1 for part in parts)
    assert [part.row.kinds.count(0) for part in parts] == [2] + [CONTEXT_PIECES + 2] * (len(parts) - 1)


def test_the_place_tells_the_first_and_the_last_floor() -> None:
    first, *_, last = parts_of(floors_of(TURNS, (), 5.0), PIECES)
    assert first.place.tolist()[:4] == [1, 0, 0, 1]
    assert last.place.tolist()[:4] == [0, 1, 1, 0]


def test_a_call_without_the_agent_gives_nothing() -> None:
    silent = turns_of([(CUSTOMER, "¿Hola? ¿Hay alguien?")])
    assert Classifier(weights_from(content()), PIECES).read(silent, (), 5.0) == ()


def test_an_endless_word_is_cut() -> None:
    assert PIECES.of("a" * 10_000) == PIECES.of("a" * WORD_MAX)
    assert PIECES.of("  ") == ()


def test_half_of_a_surrogate_pair_in_a_word_is_read_as_an_unknown_sign() -> None:
    assert PIECES.of("a\ud800") == PIECES.of("a?")


def test_what_is_quoted_are_the_clauses_of_the_words_that_tell() -> None:
    words = make_words("pues mire, le agradezco mucho, su llamada, señora", 0.0, 7.0)
    logits = np.array([[-9.0], [-9.0], [0.0], [5.0], [-3.0], [-9.0], [4.0], [-9.0]], np.float32)
    said = tuple(Said(0, place, word) for place, word in enumerate(words))
    assert telling_words(ReadSentence(said, np.zeros(1, np.float32), np.zeros(1, np.float32), logits), 0) == (2, 7)
