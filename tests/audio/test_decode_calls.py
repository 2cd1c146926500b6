"""The labelled calls and recordings of people come through as their labels say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audio.channels import same_sound
from audio.decode import decode

CALLS = Path(__file__).parents[3] / "shared" / "calls" / "dev"


@pytest.fixture(params=[f"dev-{number:02}" for number in range(1, 17)])
def truth(request: pytest.FixtureRequest) -> dict[str, object]:
    path = CALLS / f"{request.param}.truth.json"
    if not path.exists():
        pytest.skip(f"../shared is not here: {path.name}")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_rate_channels_and_length_are_the_labelled_ones(truth: dict[str, object], tmp_path: Path) -> None:
    found = decode(CALLS / str(truth["file"]), tmp_path)
    assert found.clip.sample_rate_hz == truth["sample_rate_hz"]
    assert found.clip.channels == len(truth["channels"])
    assert found.clip.duration_s == pytest.approx(truth["duration_s"], abs=0.02)
    assert found.notes == ()
    assert not same_sound(found.clip)
