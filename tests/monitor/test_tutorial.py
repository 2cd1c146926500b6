"""The tutorial of docs/protocol.md, as it is written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.monitor.conftest import Timbre
from tests.monitor.stored_calls import fill

TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("## Your own protocol")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)


def test_the_tutorial_runs_as_it_is_written(timbre: Timbre, tmp_path: Path) -> None:
    fill(f"sqlite:///{tmp_path / 'timbre.db'}")
    ran = []
    for language, file, body in BLOCKS:
        if language != "sh":
            with (tmp_path / file).open("a", encoding="utf-8") as written:
                written.write("\n" + body)
            continue
        for line in body.splitlines():
            command, _, remark = line.partition("#")
            done = timbre(*shlex.split(command)[1:])
            assert done.status == int("ends with 1" in remark), (line, done)
            ran.append((command.split()[1:3], done))
    verbs = {verb for (_, verb), _ in (one for one in ran if one[0][0] == "protocol")}
    assert verbs == {"new", "check", "diff", "show", "test", "explain"}
    assert "4 llamadas valoradas, 4 cambian." in ran[-1][1].out


def test_the_tutorial_judges_its_own_sentences_right(timbre: Timbre, tmp_path: Path) -> None:
    timbre("protocol", "new", "my-centre", "--language", "en")
    for _, file, body in BLOCKS:
        if file:
            with (tmp_path / file).open("a", encoding="utf-8") as written:
                written.write("\n" + body)
    counts = timbre("protocol", "test", "my-centre.toml", "--sentences", "sentences.jsonl", "--json").json["after"]
    assert (counts["total"]["wrong"], counts["total"]["missed"]) == (0, 0)
    assert counts["total"]["right"] == pytest.approx(3)
