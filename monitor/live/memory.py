"""What was found in a live call, kept beside the recordings so that neither a crash nor another worker loses it.

A file a call, below `heard/` of the recorder's folder, a JSON line for each thing found. It is a cache: every entry
says which sound it is about, the first line by which settings it was made, and what cannot be read is not there.
It holds words, so only its owner may read it, and it is removed once the call is analysed.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from audio.activity import Track
from audio.ahead import with_heard
from audio.heard import Heard, Reading
from audio.packing import Piece, Window
from models.span import Span
from models.transcript import Word

HEARD = "heard"
_SUFFIX = ".jsonl"
_MOST_BYTES = 256 << 20
"""Of a file: a day of speech is a tenth of it."""
_UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError)


@dataclass(slots=True)
class Memory:
    """What is known of one call. Who writes it is the one worker that hears the call."""

    path: Path
    key: str
    """Hash of all that an analysis is made by: what was found under another is not used."""
    probabilities: dict[str, Track] = field(default_factory=dict)
    """Of speech, by the digest of the sound."""
    heard: tuple[Heard, ...] = ()
    _stored: set[str] = field(default_factory=set)

    def keep(self, new: Heard) -> None:
        """Add a window's words.

        Raises:
            OSError: where the disk does not take it; it is remembered all the same.
        """
        self.heard = with_heard(self.heard, new)
        self._append([{"heard": _plain(new)}])

    def keep_probabilities(self) -> None:
        """Bring what `probabilities` got since the last time to the disk.

        Raises:
            OSError: where the disk does not take it.
        """
        new = {digest: track for digest, track in self.probabilities.items() if digest not in self._stored}
        self._stored |= new.keys()
        if new:
            self._append([{"speech": [digest, _text(track)]} for digest, track in new.items()])

    def forget_words(self) -> None:
        """The time line moved: where words were is not where they are."""
        self.heard = ()

    def _append(self, entries: list[Mapping[str, Any]]) -> None:
        lines = b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if not os.fstat(descriptor).st_size:
                lines = json.dumps({"key": self.key}).encode() + b"\n" + lines
            os.write(descriptor, b"\n" + lines)  # after a torn line, a new one
        finally:
            os.close(descriptor)


def memory_path(root: Path, name: str) -> Path:
    """Where what is heard of a call is kept; `name` is that of its files (`monitor.recorder.names.file_name`)."""
    return root / HEARD / f"{name}{_SUFFIX}"


def remembered(path: Path, key: str) -> Memory:
    """What a file has, if it was made under `key`; else, and where there is none, nothing."""
    memory = Memory(path, key)
    try:
        with path.open("rb") as file:
            lines = [line for line in file.read(_MOST_BYTES).splitlines() if line]
    except OSError:
        return memory
    if not lines or _entry(lines[0]).get("key") != key:
        path.unlink(missing_ok=True)
        return memory
    for line in lines[1:]:
        try:
            _take(memory, _entry(line))
        except _UNREADABLE:  # torn by a crash: that it was heard is not known, so it is heard again
            continue
    memory._stored |= memory.probabilities.keys()  # noqa: SLF001 # its own kind
    return memory


def forget_old(root: Path, live: set[str], keep_s: float) -> None:
    """Remove what is kept of calls that went on under no `live` name for `keep_s`: nobody will ask for it."""
    limit_s = time.time() - keep_s
    for path in (root / HEARD).glob(f"*{_SUFFIX}"):
        if path.name.removesuffix(_SUFFIX) not in live and path.stat().st_mtime < limit_s:
            path.unlink(missing_ok=True)


def _entry(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _take(memory: Memory, entry: Mapping[str, Any]) -> None:
    if "heard" in entry:
        memory.heard = with_heard(memory.heard, _made(entry["heard"]))
    elif "speech" in entry:
        digest, text = entry["speech"]
        memory.probabilities[str(digest)] = _track(text)


def _plain(one: Heard) -> dict[str, Any]:
    return {
        "reading": one.reading.value,
        "channel": one.window.channel,
        "pieces": [[piece.at_s, piece.span.start_s, piece.span.end_s] for piece in one.window.pieces],
        "words": [[word.text, word.start_s, word.end_s, word.probability] for word in one.words],
        "language": one.language,
        "sound": one.sound,
    }


def _made(values: Mapping[str, Any]) -> Heard:
    pieces = tuple(Piece(float(at_s), Span(float(start_s), float(end_s))) for at_s, start_s, end_s in values["pieces"])
    words = tuple(Word(str(text), float(a_s), float(b_s), float(p)) for text, a_s, b_s, p in values["words"])
    if not pieces:
        raise ValueError("a window has no pieces")
    window = Window(int(values["channel"]), pieces)
    return Heard(Reading(values["reading"]), window, words, str(values["language"]), str(values["sound"]))


def _text(track: Track) -> str:
    return base64.b64encode(track.astype("<f4").tobytes()).decode()


def _track(text: str) -> Track:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
