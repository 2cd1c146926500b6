import numpy as np
import pytest

from models.errors import ProtocolError
from monitor.protocol.sentences.weights import shipped_weights, weights_from
from tests.monitor.protocol.sentences.small_model import LABELS, LAYERS, arrays, content


def test_a_matrix_is_its_bytes_times_the_scale_of_each_row() -> None:
    scale = np.array([0.5, 1.0, 2.0], np.float16)
    weights = weights_from(content(tok__w=np.full((3, 16), 3, np.int8), tok__w__scale=scale))
    assert weights.arrays["tok.w"][:, 0].tolist() == [1.5, 3.0, 6.0]


def test_a_model_tells_its_labels_layers_and_the_digest_of_its_file() -> None:
    first, second = weights_from(content()), weights_from(content(fit__bias=np.ones(3, np.float32)))
    assert first.labels == LABELS
    assert first.layers == LAYERS
    assert len(first.sha256) == 64
    assert first.sha256 != second.sha256


@pytest.mark.parametrize(
    "missing", [name for name in arrays() if name in ("facts", "pieces", "tokeniser", "fit.slope")]
)
def test_a_file_without_one_of_its_parts_is_refused(missing: str) -> None:
    with pytest.raises(ProtocolError, match="cannot be read"):
        weights_from(content(**{missing.replace(".", "__"): None}))


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04", b"\x93NUMPY", b"not a model at all" * 10])
def test_what_is_no_model_is_refused_and_never_unpickled(rubbish: bytes) -> None:
    with pytest.raises(ProtocolError, match="cannot be read"):
        weights_from(rubbish)


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(ProtocolError, match="no sentence model 'nobody'"):
        shipped_weights("nobody")
