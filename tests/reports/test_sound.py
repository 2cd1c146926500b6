from __future__ import annotations

import base64
from pathlib import Path

import pytest

from reports.sound import EmbeddedAudio, LinkedAudio, SoundError, place_sound


def test_embedded_audio_is_an_address_that_holds_the_bytes() -> None:
    head, _, data = EmbeddedAudio(b"\x00OggS", "audio/ogg").url.partition(",")
    assert head == "data:audio/ogg;base64"
    assert base64.b64decode(data) == b"\x00OggS"


@pytest.mark.parametrize("mime_type", ["audio/ogg", "audio/mpeg", "audio/ogg; codecs=opus", "audio/x-wav"])
def test_types_of_audio_are_taken(mime_type: str) -> None:
    assert EmbeddedAudio(b"", mime_type).mime_type == mime_type


@pytest.mark.parametrize("mime_type", ["text/html", "audio/ogg,<script>", "", "audio/ogg;base64"])
def test_what_is_no_type_of_audio_is_refused(mime_type: str) -> None:
    with pytest.raises(SoundError, match="audio/ogg"):
        EmbeddedAudio(b"", mime_type)


def test_a_linked_file_cannot_leave_for_another_scheme() -> None:
    assert LinkedAudio("javascript:alert(1).ogg").url == "javascript%3Aalert%281%29.ogg"
    assert LinkedAudio('a" b#c?.ogg').url == "a%22%20b%23c%3F.ogg"


def test_short_audio_is_embedded(tmp_path: Path) -> None:
    assert place_sound(b"1234", "audio/ogg", tmp_path / "call.html", 4) == EmbeddedAudio(b"1234", "audio/ogg")
    assert list(tmp_path.iterdir()) == []


def test_audio_over_the_limit_is_written_beside_the_page(tmp_path: Path) -> None:
    sound = place_sound(b"12345", "audio/ogg; codecs=opus", tmp_path / "call.html", 4)
    assert sound == LinkedAudio("call.ogg")
    assert (tmp_path / "call.ogg").read_bytes() == b"12345"


def test_audio_over_the_limit_of_no_known_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundError):
        place_sound(b"12345", "image/png", tmp_path / "call.html", 4)
