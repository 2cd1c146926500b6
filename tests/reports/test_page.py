from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports import page
from reports.agent_page import write_agent_page
from reports.call_page import write_call_page
from reports.catalogue import LANGUAGES, Catalogue
from reports.index_page import IndexRow, write_index
from reports.page import write_page
from reports.sound import LinkedAudio, Sound
from tests.builders import make_analysis, make_document, make_mixed_analysis, make_recording
from tests.reports.pages import make_flagged_document, make_hostile_document, make_sound

DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "flagged": make_flagged_document,
    "not judged": lambda: make_document(verdict=None),
    "mixed": lambda: make_document(analysis=make_mixed_analysis()),
    "without a word": lambda: make_document(analysis=make_analysis(turns=(), silences=(), waveform={})),
    "hostile": make_hostile_document,
}


def write_all(folder: Path, document: dict[str, Any], catalogue: Catalogue, sound: Sound | None = None) -> list[Path]:
    paths = [folder / "call.html", folder / "agent.html", folder / "index.html"]
    write_call_page(document, sound, catalogue, paths[0], index_href="index.html", agent_href="agent.html")
    write_agent_page(document, sound, catalogue, paths[1], call_href="call.html")
    row = IndexRow(document["recording"]["file"], "done", None, document["recording"]["id"], "call.html", "agent.html")
    write_index([row, IndexRow("b.wav", "failed", "truncated")], [document], catalogue, paths[2])
    return paths


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_kind_of_call_has_its_pages_with_no_message_missing(
    tmp_path: Path, make: Callable[[], dict[str, Any]], language: str
) -> None:
    for path in write_all(tmp_path, make(), Catalogue(language, strict=True)):
        assert f'<html lang="{language}">' in path.read_text(encoding="utf-8")


def test_a_page_asks_the_network_for_nothing(tmp_path: Path) -> None:
    for path in write_all(tmp_path, make_flagged_document(), Catalogue("es"), make_sound(1.0)):
        text = re.sub(r"http://www\.w3\.org/2000/svg", "", path.read_text(encoding="utf-8"))
        assert "http" not in text.replace("http-equiv", "")
        assert not re.search(r"<(link|script|img|iframe)[^>]+(src|href)=(?!\"data:)", text)


def test_only_the_programs_own_bytes_may_run(tmp_path: Path) -> None:
    for path in write_all(tmp_path, make_flagged_document(), Catalogue("es"), make_sound(1.0)):
        text = path.read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
        assert policy
        for element, rule in (("script", "script-src"), ("style", "style-src")):
            inlined = re.search(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
            assert inlined
            digest = base64.b64encode(hashlib.sha256(inlined[1].encode()).digest()).decode()
            assert f"{rule} &#39;sha256-{digest}&#39;" in policy[1]
        assert "default-src &#39;none&#39;" in policy[1]
        assert "unsafe" not in policy[1]


@pytest.mark.parametrize(
    ("sound", "rule"),
    [
        (make_sound(0.1), "media-src data:"),
        (LinkedAudio("call.ogg"), "media-src &#39;self&#39; file:"),
        (None, "media-src &#39;none&#39;"),
    ],
)
def test_a_page_may_play_its_own_sound_alone(tmp_path: Path, sound: Sound | None, rule: str) -> None:
    write_call_page(make_document(), sound, Catalogue("es"), tmp_path / "call.html")
    assert rule in (tmp_path / "call.html").read_text(encoding="utf-8")


def test_a_file_name_that_is_no_utf_8_is_shown_as_far_as_it_can_be(tmp_path: Path) -> None:
    document = make_document(analysis=make_analysis(recording=make_recording(file="a\udce1b.wav")))
    for path in write_all(tmp_path, document, Catalogue("es")):
        assert "a?b.wav" in path.read_text(encoding="utf-8")


def test_links_between_pages_survive_what_is_special_in_addresses(tmp_path: Path) -> None:
    hrefs = {"index_href": "../50% #1?.html", "agent_href": "../feedback/a:b\udce1.html"}
    write_call_page(make_document(), None, Catalogue("es"), tmp_path / "call.html", **hrefs)
    text = (tmp_path / "call.html").read_text(encoding="utf-8")
    assert 'href="../50%25%20%231%3F.html"' in text
    assert 'href="../feedback/a%3Ab%E1.html"' in text


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_all(tmp_path / name, make_flagged_document(), Catalogue("es"))
    for name in ("call.html", "agent.html", "index.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_page_that_fails_leaves_the_old_one_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "call.html"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(page, "_policy", lambda *_: {}["no such key"])
    with pytest.raises(KeyError):
        write_call_page(make_document(), None, Catalogue("es"), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_template_that_fails_midway_leaves_the_old_page_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "agent.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(Exception, match="is undefined"):
        write_page(path, "agent.html.j2", Catalogue("es"), parts=("base.css",), document=make_document())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
