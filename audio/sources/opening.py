"""A found recording as sound on disk, with what is now known of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audio.channels import mono, one_time_line, same_sound
from audio.clip import Clip
from audio.decode import RAW_FORMATS, Decoded, DecodeLimits, RawFormat, decode, opened
from audio.sources.folder import FoundRecording
from models.errors import RecordingError
from models.recording import Party, Recording

_READ_BYTES = 1 << 20
_ID_DIGITS = 16
_TWO = (Party.AGENT, Party.CUSTOMER)


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A recording and its sound: `clip` has one channel for each of `recording.channels`."""

    recording: Recording
    clip: Clip


@dataclass(frozen=True, slots=True)
class _Sound:
    clip: Clip
    channels: tuple[Party, ...]
    notes: tuple[str, ...]


def content_sha256(files: Sequence[Path]) -> str:
    """The hash of the files' bytes, one after the other in the order given.

    Raises:
        RecordingError: `vanished`, `no_permission`, `not_audio` (no regular file), `unreadable`.
    """
    digest = hashlib.sha256()
    for path in files:
        with opened(path) as file:
            while block := file.read(_READ_BYTES):
                digest.update(block)
    return digest.hexdigest()


def open_recording(
    found: FoundRecording,
    spool_dir: Path,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008 # a frozen value
    raw_formats: tuple[RawFormat, ...] = RAW_FORMATS,
) -> OpenedRecording:
    """Decode a recording's files into `spool_dir`, which is the caller's to remove.

    Legs become two channels on one time line; a leg that cannot be read leaves the other with the notes
    `leg_missing` and `leg_<code>`. Two channels with the same sound become one, `Party.BOTH`, with the note
    `channels_identical`. Notes are those of the finding, of `decode`, and these.

    Raises:
        RecordingError: as `decode`; of the agent's leg where both legs fail.
    """
    sha256 = content_sha256(found.files)
    opening = _Opening(spool_dir, limits, raw_formats)
    made = opening.two_legs(found) if len(found.files) > 1 else opening.whole(found)
    known = [note for note in found.notes if note != "leg_missing" or len(made.channels) == 1]
    recording = Recording(
        id=sha256[:_ID_DIGITS],
        file=found.name,
        sha256=sha256,
        duration_s=made.clip.duration_s,
        sample_rate_hz=made.clip.sample_rate_hz,
        channels=made.channels,
        source=found.source,
        facts=found.facts,
        notes=tuple(dict.fromkeys((*known, *made.notes))),
        call=found.call,
    )
    return OpenedRecording(recording, made.clip)


@dataclass(frozen=True, slots=True)
class _Opening:
    spool_dir: Path
    limits: DecodeLimits
    raw_formats: tuple[RawFormat, ...]

    def whole(self, found: FoundRecording) -> _Sound:
        decoded = decode(found.files[0], self.spool_dir, self.limits, self.raw_formats)
        if found.call is not None and found.call.channels == (Party.BOTH,) and decoded.clip.channels == 2:
            decoded = self._first_channel(decoded)  # the recorder writes two always, and the second is empty
        if decoded.clip.channels == 1:
            return _Sound(decoded.clip, found.parties, decoded.notes)
        order = _TWO if found.agent_channel == 0 else _TWO[::-1]
        return self._two_or_one(decoded, order, found.parties[0])

    def _first_channel(self, decoded: Decoded) -> Decoded:
        one = mono(decoded.clip, 0, self.spool_dir, self.limits)
        _remove(decoded.clip)
        return replace(one, notes=(*decoded.notes, *one.notes))

    def two_legs(self, found: FoundRecording) -> _Sound:
        legs = [self._leg(path) for path in found.files]
        heard = [leg for leg in legs if isinstance(leg, Decoded)]
        failed = [leg for leg in legs if isinstance(leg, RecordingError)]
        if not heard:
            raise failed[0]
        if failed:
            return self._lone(heard[0], found.parties[legs.index(heard[0])], failed[0].code)
        both = one_time_line(heard[0].clip, heard[1].clip, self.spool_dir, self.limits)
        for leg in heard:
            _remove(leg.clip)
        notes = [note for leg in heard for note in leg.notes if note != "all_silent"]  # of one leg alone
        return self._two_or_one(replace(both, notes=(*notes, *both.notes)), _TWO, Party.BOTH)

    def _leg(self, path: Path) -> Decoded | RecordingError:
        try:
            return decode(path, self.spool_dir, self.limits, self.raw_formats)
        except RecordingError as error:
            return error

    def _lone(self, leg: Decoded, party: Party, code: str) -> _Sound:
        notes = (*leg.notes, "leg_missing", f"leg_{code}")
        if leg.clip.channels == 1:
            return _Sound(leg.clip, (party,), notes)
        averaged = mono(leg.clip, None, self.spool_dir, self.limits)
        _remove(leg.clip)
        return _Sound(averaged.clip, (party,), notes)

    def _two_or_one(self, decoded: Decoded, channels: tuple[Party, ...], mixed: Party) -> _Sound:
        if not same_sound(decoded.clip):
            return _Sound(decoded.clip, channels, decoded.notes)
        one = mono(decoded.clip, 0, self.spool_dir, self.limits)
        _remove(decoded.clip)
        return _Sound(one.clip, (mixed,), (*decoded.notes, "channels_identical"))


def _remove(clip: Clip) -> None:
    if isinstance(clip.pcm, Path):
        clip.pcm.unlink(missing_ok=True)
