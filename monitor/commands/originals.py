"""`timbre originals CALL`: the words of one stored call as they were heard, for those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting

if TYPE_CHECKING:
    from models.work import Stored
    from monitor.terminal import Terminal

CallArgument = Annotated[str, typer.Argument(metavar="CALL")]
_LONGEST_ID = 64


def originals(
    call: CallArgument, config: ConfigOption = None, language: LanguageOption = None, *, as_json: JsonOption = False
) -> None:
    """Show a stored call without masks and record the look; CALL is the recording's id."""
    from monitor.config import looks_file
    from monitor.personal_data.originals import OriginalsError, may_see, record, this_reader
    from monitor.presence import now

    found = setting(config, language)
    section, reader, file = found.settings.personal_data, this_reader(), looks_file(found.settings)
    wanted = call[:_LONGEST_ID]
    if not may_see(reader, section.originals_users, section.originals_groups):
        record(file, reader, wanted, now(), shown=False)
        raise OriginalsError(found.terminal.text("originals-who", user=reader.user))
    stored = _stored(found.settings, wanted)
    record(file, reader, stored.recording_id, now(), shown=True)
    if as_json:
        found.terminal.json(stored.document)
    else:
        _show(stored.document, found.terminal)
    found.terminal.note("originals-recorded", file=str(file))


def _stored(settings: Any, recording_id: str) -> Stored:
    from models.archive import Archive
    from models.work import Selection
    from monitor.config import database_url
    from monitor.personal_data.originals import OriginalsError

    archive = Archive(database_url(settings))
    try:
        archive.check()
        stored = next(archive.documents(Selection(recording_id=recording_id)), None)
    finally:
        archive.close()
    if stored is None:
        raise OriginalsError(f"recording_id {recording_id}", "originals_unknown")
    return stored


def _show(document: dict[str, Any], terminal: Terminal) -> None:
    from reports.catalogue import clock
    from reports.wording import Wording

    recording, wording = document["recording"], Wording(terminal.catalogue)
    terminal.out.print(f"{recording['file']}  ({recording['id']})", markup=False, highlight=False)
    for turn in document["turns"]:
        line = f"{clock(turn['start_s']):>8}  {wording.party(turn['party'])}: {turn['text']}"
        terminal.out.print(line, markup=False, highlight=False, soft_wrap=True)
