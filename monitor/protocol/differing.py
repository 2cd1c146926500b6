"""What two protocols say differently, by meaning: order, accents and spaces do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.protocol import Protocol
from monitor.protocol.text import plain


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is said differently."""

    kind: str
    """`step`, `violation`, `condition`, `measure`, `speakers`, `words` or `protocol`."""
    id: str
    key: str | None = None
    """`None` where the whole entry is new or gone."""
    before: Any = None
    after: Any = None
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def changes(before: Protocol, after: Protocol) -> tuple[Change, ...]:
    """What `after` says differently; nothing where both judge alike, whatever their names and versions."""
    kinds = (
        ("step", before.steps, after.steps),
        ("violation", before.violations, after.violations),
        ("condition", before.conditions, after.conditions),
        ("measure", before.measures, after.measures),
    )
    found = [change for kind, old, new in kinds for change in _entries(kind, _by_id(old), _by_id(new))]
    found += _keys("speakers", "", asdict(before.speakers), asdict(after.speakers))
    found += _lists(before.lists, after.lists)
    heads = [{key: getattr(protocol, key) for key in ("language", "classifier")} for protocol in (before, after)]
    return (*_keys("protocol", "", *heads), *found)


def _by_id(entries: Sequence[Any]) -> dict[str, dict[str, Any]]:
    return {entry.id: asdict(entry) for entry in entries}


def _entries(kind: str, before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]) -> Iterator[Change]:
    for entry_id in dict.fromkeys([*before, *after]):
        old, new = before.get(entry_id), after.get(entry_id)
        if old is None or new is None:
            yield Change(kind, entry_id, None, before=old and entry_id, after=new and entry_id)
        else:
            yield from _keys(kind, entry_id, old, new)


_BY_ANOTHER_KEY = ("never_overruled",)
"""What changes only together with another key, and is told by that."""


def _keys(kind: str, entry_id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key, old in before.items():
        new = old if key in _BY_ANOTHER_KEY else after[key]
        if isinstance(old, tuple):
            added, gone = _beyond(new, old), _beyond(old, new)
            if added or gone:
                yield Change(kind, entry_id, key, added=added, gone=gone)
        elif old != new:
            yield Change(kind, entry_id, key, old, new)


def _lists(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        old, new = tuple(before.get(name, ())), tuple(after.get(name, ()))
        added, gone = _beyond(new, old), _beyond(old, new)
        if name not in before or name not in after:
            there = (name if name in before else None, name if name in after else None)
            yield Change("words", name, None, *there, added=added, gone=gone)
        elif added or gone:
            yield Change("words", name, "words", added=added, gone=gone)


def _beyond(texts: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """What `texts` say and `others` do not."""
    known = {_meaning(text) for text in others}
    return tuple({_meaning(text): text for text in texts if _meaning(text) not in known}.values())


def _meaning(text: str) -> str:
    return " ".join(plain(text).split())
