"""What a recording client says of the call that it sends: RFC 7865, and the drafts before it that are still sent.

Both dialects are read by the elements' local names. The RFC ties participants to streams with
`<participantstreamassoc>`, the drafts with `<send>` inside `<participant>`; identifiers are `participant_id`,
`stream_id`, `session_id`, `group_id` in the RFC and `id` in the drafts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from audio.sip.headers import user_of


@dataclass(frozen=True, slots=True)
class Participant:
    """One who speaks in the recorded call."""

    id: str
    aor: str | None = None
    """Address of record, e.g. `sip:agent12@pbx.example`."""
    name: str | None = None
    called: bool | None = None
    """Whether this one placed the call. RFC 7865 does not tell: only some clients' extension data do."""

    @property
    def number(self) -> str | None:
        """The user part of the address, or the whole address where it has none."""
        return user_of(self.aor) or self.aor if self.aor is not None else None

    @property
    def domain(self) -> str | None:
        """The host of the address, in lower case and without port and parameters."""
        if self.aor is None or "@" not in self.aor:
            return None
        host = self.aor.rsplit("@", 1)[1].split(";", 1)[0].lower()
        return host.split("]", 1)[0] + "]" if host.startswith("[") else host.split(":", 1)[0]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The state of a recording session's metadata: what the updates received so far add up to."""

    partial: bool = False
    """Whether this is an update of only what changed (`datamode` partial)."""
    group_ids: tuple[str, ...] = ()
    session_ids: tuple[str, ...] = ()
    sip_session_ids: tuple[str, ...] = ()
    """RFC 7989 Session-IDs of the recorded call's dialogs, each half on its own."""
    started_s: float | None = None
    """When the recorded call began, since 1970, where told."""
    participants: Mapping[str, Participant] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """Stream id to `a=label`."""
    sends: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Participant id to the ids of the streams that carry this one's voice."""
    call_ids: tuple[str, ...] = ()
    """What the client's extension data call the call (UCID, GUID, Call-ID, …)."""

    def speakers(self, label: str) -> tuple[Participant, ...]:
        """Whose voice the line of this label carries, never by its place; empty where that is not told."""
        streams = {stream for stream, its_label in self.labels.items() if its_label == label}
        return tuple(one for one in self.participants.values() if streams & self.sends.get(one.id, frozenset()))


def merged(known: Metadata, update: Metadata) -> Metadata:
    """The state after an update: a complete one replaces all, a partial one only the objects that it names.

    RFC 7865, 6.1: in a partial update what is not mentioned stays as it was.
    """
    if not update.partial:
        return update
    return replace(
        known,
        partial=False,
        group_ids=_union(known.group_ids, update.group_ids),
        session_ids=_union(known.session_ids, update.session_ids),
        sip_session_ids=_union(known.sip_session_ids, update.sip_session_ids),
        started_s=update.started_s if update.started_s is not None else known.started_s,
        participants=_participants(known.participants, update.participants),
        labels={**known.labels, **update.labels},
        sends={**known.sends, **update.sends},
        call_ids=_union(known.call_ids, update.call_ids),
    )


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _participants(known: Mapping[str, Participant], update: Mapping[str, Participant]) -> dict[str, Participant]:
    return {**known, **{key: _learned(known.get(key), one) for key, one in update.items()}}


def _learned(old: Participant | None, new: Participant) -> Participant:
    """The newer word where there is one: a partial update may name a participant without repeating the address."""
    if old is None:
        return new
    return Participant(
        new.id,
        aor=new.aor if new.aor is not None else old.aor,
        name=new.name if new.name is not None else old.name,
        called=new.called if new.called is not None else old.called,
    )
