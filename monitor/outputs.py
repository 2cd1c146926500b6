"""What a batch leaves in its folder: documents, pages, the index and the tables."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from audio.covering import Cover
from audio.listening import MIME_TYPE, encoded
from audio.sources.folder import FoundRecording
from audio.sources.opening import open_recording
from audio.spool import DecodeLimits
from models.errors import RecordingError
from models.recording import Party
from models.rules import sha256_of
from models.work import BatchRow, State
from monitor.personal_data.masking import Masker
from monitor.personal_data.numbers_of_calls import Shown
from reports.agent_page import write_agent_page
from reports.call_page import write_call_page
from reports.catalogue import Catalogue
from reports.draft import replaced
from reports.index_page import IndexRow, write_index
from reports.sound import LinkedAudio, Sound, place_sound
from reports.summary import CallSummary, summary_of
from reports.tables import write_tables

_LONGEST_STEM = 180
"""Bytes; a file system takes 255, and pages add their endings."""
_STATE_FILE = ".timbre.json"

Documents = Callable[[BatchRow], dict[str, Any] | None]
"""The document of a row; `None` where it has none."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Where the results of a batch go and how they are made."""

    out: Path
    catalogue: Catalogue
    embed_audio_max_bytes: int
    limits: DecodeLimits
    made_by: str
    """Hash of the code that makes the pages: others make them anew."""
    masker: Masker
    """Hides personal data in all that is written."""
    tone: bool = False
    """Whether hidden sound is a tone and not silence."""


@dataclass(frozen=True, slots=True)
class Result:
    """One row of a batch as people see it."""

    row: BatchRow
    stem: str | None
    """Of its files; `None` where there are none."""
    renamed: bool
    summary: CallSummary | None


def publish(rows: Sequence[BatchRow], documents: Documents, publication: Publication) -> list[Result]:
    """Write all that the batch has; pages that are as they would be written are left alone.

    Raises:
        OSError: where the folder cannot be written.
    """
    out = publication.out
    documents = _masked(documents, publication.masker)
    rows = [_named(row, documents, publication.masker) for row in rows]
    for folder in (out, out / "calls", out / "feedback"):
        folder.mkdir(parents=True, exist_ok=True)
    stems = stems_of(rows)
    before = _digests(out)
    written: dict[str, str] = {}
    results = []
    for row, stem in zip(rows, stems, strict=True):
        document = documents(row) if stem else None
        if stem is None or document is None:
            results.append(Result(row, None, renamed=False, summary=None))
            continue
        written[stem] = _publish_call(row, document, stem, publication, before.get(stem))
        results.append(Result(row, stem, stem != Path(row.name).stem, summary_of(document)))
    _write_json(out / _STATE_FILE, written)
    done = [result.row for result in results if result.stem]
    write_tables((document for row in done if (document := documents(row))), out)
    index_rows = [_index_row(result) for result in results]
    found = (document for row in done if (document := documents(row)))
    write_index(index_rows, found, publication.catalogue, out / "index.html")
    return results


def _masked(documents: Documents, masker: Masker) -> Documents:
    def masked(row: BatchRow) -> dict[str, Any] | None:
        document = documents(row)
        return None if document is None else masker.document(document)

    return masked


def _named(row: BatchRow, documents: Documents, masker: Masker) -> BatchRow:
    """The row under the name that people may see."""
    if masker.settings.numbers_of_calls is Shown.WHOLE or (document := documents(row)) is None:
        return row
    return replace(row, name=document["recording"]["file"])


def stems_of(rows: Sequence[BatchRow]) -> list[str | None]:
    """The name of each row's files without their endings; the same for the same rows.

    Where rows would share a name, each gets the first digits of its recording's id, and the copies of one
    recording a number, so that none depends on the order of the others.
    """
    plain = [_stem(row) for row in rows]
    shared = Counter(stem.casefold() for stem in plain if stem)
    taken = {stem for stem, times in shared.items() if times == 1}
    stems: list[str | None] = []
    for row, stem in zip(rows, plain, strict=True):
        if stem is not None and shared[stem.casefold()] > 1:
            stem = _free(f"{stem}-{(row.recording_id or '')[:8]}", taken)  # noqa: PLW2901  # the name that it gets
            taken.add(stem.casefold())
        stems.append(stem)
    return stems


def _free(stem: str, taken: set[str]) -> str:
    """The name, with a number where it is taken; in small letters, for file systems that do not tell them apart."""
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(name for name in numbered if name.casefold() not in taken)


def _stem(row: BatchRow) -> str | None:
    if row.state is not State.DONE or row.analysis_id is None:
        return None
    stem = Path(row.name).stem
    raw = stem.encode(errors="surrogateescape")
    if len(raw) <= _LONGEST_STEM:
        return stem
    return raw[:_LONGEST_STEM].decode(errors="ignore") + "-" + hashlib.sha256(raw).hexdigest()[:8]


def _publish_call(
    row: BatchRow, document: dict[str, Any], stem: str, publication: Publication, before: str | None
) -> str:
    out, catalogue = publication.out, publication.catalogue
    cover = _cover(document, publication)
    hidden = [cover.tone, *((span.start_s, span.end_s) for span in cover.spans)]
    digest = sha256_of([document, catalogue.language, publication.embed_audio_max_bytes, publication.made_by, hidden])
    call, agent = out / "calls" / f"{stem}.html", out / "feedback" / f"{stem}.html"
    paths = (out / f"{stem}.json", call, agent)
    if digest == before and all(path.exists() for path in paths):
        return digest
    _write_json(paths[0], document)
    sound = _sound(row, call, publication, cover)
    call_href, agent_href = f"../calls/{stem}.html", f"../feedback/{stem}.html"
    write_call_page(document, sound, catalogue, call, index_href="../index.html", agent_href=agent_href)
    write_agent_page(document, _seen_from(sound), catalogue, agent, call_href=call_href)
    return digest


def _cover(document: dict[str, Any], publication: Publication) -> Cover:
    return Cover(publication.masker.hidden_sound(document), publication.tone)


def _sound(row: BatchRow, page: Path, publication: Publication, cover: Cover) -> Sound | None:
    """The recording as pages play it; `None` where it is no longer there."""
    parties = (Party.AGENT, Party.CUSTOMER) if len(row.paths) == 2 else (Party.BOTH,)
    found = FoundRecording(tuple(map(Path, row.paths)), parties)
    if not found.files:
        return None
    with tempfile.TemporaryDirectory(prefix="timbre-", ignore_cleanup_errors=True) as spool_dir:
        try:
            opened = open_recording(found, Path(spool_dir), publication.limits)
        except RecordingError:
            return None
        return place_sound(encoded(opened.clip, cover), MIME_TYPE, page, publication.embed_audio_max_bytes)


def _seen_from(sound: Sound | None) -> Sound | None:
    """The call page's sound, seen from the folder beside it."""
    return LinkedAudio(f"../calls/{sound.name}") if isinstance(sound, LinkedAudio) else sound


def _index_row(result: Result) -> IndexRow:
    row, stem = result.row, result.stem
    return IndexRow(
        file=row.name,
        state=row.state.value,
        reason=row.reason,
        recording_id=row.recording_id,
        call_page=f"calls/{stem}.html" if stem else None,
        agent_page=f"feedback/{stem}.html" if stem else None,
    )


def _digests(out: Path) -> dict[str, str]:
    """What the pages there were made of, as far as it can be read."""
    try:
        digests = json.loads((out / _STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return digests if isinstance(digests, dict) else {}


def _write_json(path: Path, content: Any) -> None:
    with replaced(path) as draft:
        draft.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
