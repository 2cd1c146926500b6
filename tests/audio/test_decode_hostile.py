"""Whatever the bytes are, decoding ends with a clip or with a reason."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.decode import DecodeLimits, decode
from models.errors import RecordingError
from tests.audio.recordings import FORMATS, encoded, tone

REASONS = {
    *("empty", "unreadable", "encrypted", "not_audio", "too_long", "too_short", "too_many_channels", "sample_rate"),
}
LIMITS = DecodeLimits(max_duration_s=60.0)


@cache
def healthy(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"call{FORMATS[name].suffix}"
        return encoded(name, tone(700, 0.4, FORMATS[name].rate_hz), path).read_bytes()


def outcome(content: bytes, suffix: str, folder: Path) -> str:
    path = folder / f"call{suffix}"
    path.write_bytes(content)
    try:
        found = decode(path, folder, LIMITS)
    except RecordingError as error:
        return error.code
    assert found.clip.frames == found.clip.pcm.stat().st_size // (2 * found.clip.channels)
    assert 0.2 <= found.clip.duration_s <= 60.0
    found.clip.pcm.unlink()
    return "decoded"


def mutated(content: bytes, changes: list[tuple[int, int]], keep: float) -> bytes:
    """Some bytes changed, most of them in the header, and the end cut off."""
    damaged = bytearray(content)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    return bytes(damaged[: max(1, round(keep * len(damaged)))])


POSITIONS = st.one_of(st.integers(0, 64), st.integers(0, 400), st.integers(0, 1 << 20))
CHANGES = st.lists(st.tuples(POSITIONS, st.integers(0, 255)), min_size=1, max_size=12)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES, keep=st.one_of(st.just(1.0), st.floats(0.0, 1.0)))
def test_a_damaged_recording_ends_with_a_clip_or_a_reason(
    name: str, changes: list[tuple[int, int]], keep: float, tmp_path: Path
) -> None:
    content = mutated(healthy(name), changes, keep)
    assert outcome(content, FORMATS[name].suffix, tmp_path) in REASONS | {"decoded"}
    assert [path.suffix for path in tmp_path.iterdir()] == [FORMATS[name].suffix]  # no spool left behind


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=400), suffix=st.sampled_from([".wav", ".mp3", ".ul", ".g722", ".gsm", ""]))
def test_any_bytes_end_with_a_clip_or_a_reason(content: bytes, suffix: str, tmp_path: Path) -> None:
    assert outcome(content, suffix, tmp_path) in REASONS | {"decoded"}
