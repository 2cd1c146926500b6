"""A protocol that extends another: what its file says, laid over what it inherits.

An entry with a known id changes only the keys that it gives; `<key>_also` adds to an inherited list;
`without` drops entries; new ids are new entries. Everything here works on TOML as it was read, before it
is checked, so that the whole is checked as one and every mistake is told with its place in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.protocol.lines import Path
from monitor.protocol.problems import Problem, problem
from monitor.protocol.schema import ENTRIES

ALSO = "_also"
KINDS = tuple(kind for kind in ENTRIES if kind != "speakers")
"""The arrays of entries with ids."""
_OWN = ("name", "version")
"""What nobody inherits."""
_NAMING = ("found", "excluded")
"""Keys of a promise that name steps and violations."""
_JUDGED, _SPOKEN = ("steps", "violations"), ("said", "said_last")
"""What is added to these is a centre's own wording: the sentence model, which does not know it, never overrules it."""
_HANDLED = {*KINDS, "speakers", "words", "extends", "without"}


@dataclass(slots=True)
class Overlaid:
    """The whole protocol that a file makes of what it inherits."""

    data: dict[str, Any]
    origin: dict[Path, Path] = field(default_factory=dict)
    """Place in `data` to the place in the file, of all that the file says itself."""
    mistakes: list[tuple[Path, Problem]] = field(default_factory=list)
    """Places in the file."""

    def place(self, path: Path) -> Path | None:
        """Where the file says what stands at `path` of the whole; `None` where it is inherited."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.origin:
                return self.origin[path[:size]] + path[size:]
        return path if len(path) <= 1 else None


def overlaid(base: Mapping[str, Any], own: Mapping[str, Any]) -> Overlaid:
    """`own` laid over `base`, which is whole and right; neither is changed."""
    said = {key: value for key, value in own.items() if key not in _HANDLED}
    inherited = {key: value for key, value in base.items() if key not in _HANDLED and key not in _OWN}
    whole = Overlaid({**inherited, **said}, {(key,): (key,) for key in said})
    dropped = _dropped(base, own, whole)
    base = _released(base, {name for _, name in dropped})
    for kind in KINDS:
        _lay_entries(kind, [entry for entry in base.get(kind, ()) if (kind, entry["id"]) not in dropped], own, whole)
    _lay_table("speakers", base, own, whole, list_keys("speakers"))
    _lay_table("words", base, own, whole, {*base.get("words", {}), *_table(own.get("words"))})
    return whole


def list_keys(kind: str) -> set[str]:
    """The keys of an entry that hold lists, which `<key>_also` adds to."""
    return {name for name, info in ENTRIES[kind].model_fields.items() if info.default == ()}


def items_of(value: Any) -> list[Any]:
    """The items of a list as TOML has it: an array, or words in one text."""
    if isinstance(value, str):
        return value.split()
    return list(value) if isinstance(value, list | tuple) else []


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dropped(base: Mapping[str, Any], own: Mapping[str, Any], whole: Overlaid) -> set[tuple[str, str]]:
    """Kind and id of the inherited entries that `without` names, as `id` or `kind.id`."""
    names = own.get("without", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        whole.mistakes.append((("without",), problem("list_of_ids")))
        return set()
    known = [(kind, entry["id"]) for kind in KINDS for entry in base.get(kind, ())]
    dropped: set[tuple[str, str]] = set()
    for number, name in enumerate(names):
        meant = [one for one in known if name in (one[1], ".".join(one))]
        if len(meant) > 1:
            ways = ", ".join(".".join(one) for one in meant)
            whole.mistakes.append((("without", number), problem("ambiguous", id=name, ways=ways)))
        elif not meant:
            unknown = problem("not_inherited", id=name).near(name, [one[1] for one in known])
            whole.mistakes.append((("without", number), unknown))
        dropped.update(meant)
    return dropped


def _released(base: Mapping[str, Any], dropped: Collection[str]) -> dict[str, Any]:
    """`base` without what refers to entries that are dropped: their cues, and their names in promises."""
    cues = [cue for cue in base.get("cues", ()) if cue.get("found") not in dropped]
    promises = [
        {
            key: [name for name in value if name not in dropped] if key in _NAMING else value
            for key, value in one.items()
        }
        for one in base.get("promises", ())
    ]
    return {**base, **({"cues": cues} if cues else {}), **({"promises": promises} if promises else {})}


def _lay_entries(kind: str, kept: list[dict[str, Any]], own: Mapping[str, Any], whole: Overlaid) -> None:
    entries: list[Any] = list(kept)
    places = {entry["id"]: place for place, entry in enumerate(kept)}
    given = own.get(kind, [])
    if not isinstance(given, list):
        whole.data[kind], whole.origin[kind,] = given, (kind,)
        return
    for number, entry in enumerate(given):
        place = places.get(entry.get("id")) if isinstance(entry, dict) and isinstance(entry.get("id"), str) else None
        at = len(entries) if place is None else place
        whole.origin[kind, at] = (kind, number)
        laid = _laid(kind, number, at, entry, inherited=None if place is None else entries[at], whole=whole)
        entries[at : at + 1] = [laid]
    if entries or kind in own:
        whole.data[kind] = entries


def _laid(kind: str, number: int, at: int, entry: Any, *, inherited: dict[str, Any] | None, whole: Overlaid) -> Any:
    """One entry of the file laid over the inherited one of its id."""
    if not isinstance(entry, dict):
        return entry
    lists = list_keys(kind)
    if inherited is None:
        for key in [key for key in entry if key.removesuffix(ALSO) in lists and key.endswith(ALSO)]:
            new = problem("new_entry", id=entry.get("id"), key=key.removesuffix(ALSO))
            whole.mistakes.append(((kind, number, key), new))
    laid = _extended(dict(inherited or {}), entry, (kind, at), (kind, number), whole=whole, is_list=lists.__contains__)
    return laid | _said_anew(entry) if inherited and kind in _JUDGED else laid


def _said_anew(entry: dict[str, Any]) -> dict[str, Any]:
    """Who writes `said` anew says what the entry is: the sentence model, taught on what it was, stands back."""
    if "said" not in entry:
        return {}
    return {key: value for key, value in {"learned_from": 2.0, "overruled_under": 0.0}.items() if key not in entry}


def _lay_table(
    name: str, base: Mapping[str, Any], own: Mapping[str, Any], whole: Overlaid, lists: Collection[str]
) -> None:
    given, inherited = own.get(name, {}), dict(base.get(name, {}))
    if not isinstance(given, dict):
        whole.data[name], whole.origin[name,] = given, (name,)
        return
    if name == "words":
        whole.mistakes += _lost(given, inherited, lists)
    addable = {root for root in lists if root + ALSO not in inherited}  # a list may itself be called so
    whole.data[name] = _extended(inherited, given, (name,), (name,), whole=whole, is_list=addable.__contains__)


def _lost(given: Mapping[str, Any], inherited: Mapping[str, Any], lists: Collection[str]) -> list[tuple[Path, Problem]]:
    """Mistakes of words that are added to no list."""
    roots = {key: key.removesuffix(ALSO) for key in given if key.endswith(ALSO) and key not in inherited}
    return [
        (("words", key), problem("no_list_to_add", name=root).near(root, inherited))
        for key, root in roots.items()
        if root not in lists
    ]


def _extended(
    values: dict[str, Any],
    own: Mapping[str, Any],
    at: Path,
    in_file: Path,
    *,
    whole: Overlaid,
    is_list: Callable[[str], bool],
) -> dict[str, Any]:
    """`values` with the keys of `own` in place of theirs, and its `_also` keys behind them."""
    adding = {key: key[: -len(ALSO)] for key in own if key.endswith(ALSO) and is_list(key[: -len(ALSO)])}
    for key, value in own.items():
        if key not in adding:
            values[key] = value
            whole.origin[(*at, key)] = (*in_file, key)
    for key, root in adding.items():
        if not isinstance(own[key], list) and not (isinstance(own[key], str) and at == ("words",)):
            whole.mistakes.append(((*in_file, key), problem("write_list")))
            continue
        inherited = items_of(values.get(root))
        values[root] = [*inherited, *items_of(own[key])]
        if at[0] in _JUDGED and root in _SPOKEN and "never_overruled" not in own:
            values["never_overruled"] = [*values.get("never_overruled", ()), *items_of(own[key])]
        for number in range(len(values[root]) - len(inherited)):
            whole.origin[(*at, root, len(inherited) + number)] = (*in_file, key, number)
    return values
