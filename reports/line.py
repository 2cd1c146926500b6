"""The telephone line in figures: what each direction's packets did, and what the E-model had to be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_WIDEBAND_R = 129.0
_COUNTS = ("packets", "lost", "duplicated", "reordered")
_BUFFERS = ("fixed_60_ms", "fixed_200_ms", "adaptive")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a direction's table; `None` was not measurable."""

    name: str
    value: float | None
    unit: str | None = None
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Assumed:
    """One sentence of what a figure rests on: a message and its arguments, numbers with their decimals."""

    message: str
    numbers: tuple[tuple[str, float, int], ...] = ()
    names: tuple[tuple[str, str, str], ...] = ()
    """Argument, kind of name in the catalogue, identifier."""


@dataclass(frozen=True, slots=True)
class Direction:
    """How one party's voice travelled."""

    party: str
    codec: str | None
    wideband: bool
    figures: tuple[Figure, ...]
    assumed: tuple[Assumed, ...]


def directions_of(document: dict[str, Any]) -> tuple[Direction, ...]:
    """Each direction of the line; empty for a call whose packets were not seen."""
    transport = document.get("transport") or {}
    return tuple(
        Direction(
            item["party"],
            item.get("codec"),
            bool(item.get("wideband")),
            tuple(_figures(item)),
            tuple(assumed_of(item.get("assumptions") or {})),
        )
        for item in transport.get("directions", ())
    )


def scale_of(direction: dict[str, Any]) -> tuple[float, float]:
    """The ends of the scale that a direction's R factor is on (G.107, or G.107.1 for wideband)."""
    return (0.0, _WIDEBAND_R) if direction.get("wideband") else (0.0, 100.0)


def assumed_of(told: dict[str, Any]) -> Iterator[Assumed]:
    """What the E-model was told, in sentences; only what stands in the document."""
    if "model" in told:
        yield Assumed("assumed-model-wideband" if told["model"] == "G.107.1" else "assumed-model")
    yield from _delay(told)
    if "buffer" in told:
        yield Assumed("assumed-buffer", names=(("buffer", "buffer", str(told["buffer"])),))
    if "loss_percent" in told:
        yield Assumed("assumed-loss", (("loss", told["loss_percent"], 2), ("bursts", told.get("burst_ratio", 1.0), 2)))
    yield from _codec(told)
    for key in ("provisional", "beyond_validity"):
        if told.get(key):
            yield Assumed(f"assumed-{key}")
    if told.get("streams", 1) > 1:
        yield Assumed("assumed-streams", (("streams", told["streams"], 0),))


def _delay(told: dict[str, Any]) -> Iterator[Assumed]:
    source = told.get("network_delay_from")
    if source == "not_known":
        yield Assumed("assumed-delay-not_known")
    elif source is not None:
        parts = ("delay_ms", "network_delay_ms", "buffer_delay_ms", "packet_and_lookahead_ms")
        numbers = tuple((name.removesuffix("_ms"), float(told.get(name, 0.0)), 0) for name in parts)
        yield Assumed(f"assumed-delay-{source}", numbers)


def _codec(told: dict[str, Any]) -> Iterator[Assumed]:
    if "impairment" in told:
        row = (("row", "impairment", _slug(str(told["impairment"]))),)
        numbers = (("ie", float(told["ie"]), 0), ("bpl", float(told.get("bpl", 0.0)), 1))
        yield Assumed("assumed-row" if "bpl" in told else "assumed-row-no_bpl", numbers, row)
    if "concealment" in told:
        yield Assumed("assumed-concealment" if told["concealment"] else "assumed-no_concealment")


def _slug(row: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in row.lower())


def _figures(item: dict[str, Any]) -> Iterator[Figure]:
    for name in _COUNTS:
        yield Figure(name, item.get(name))
    for buffer in _BUFFERS:
        if buffer in item.get("discarded", {}):
            yield Figure(f"discarded-{buffer}", item["discarded"][buffer])
    yield Figure("jitter_max_ms", item.get("jitter_max_ms"), "ms", 1)
    yield Figure("burst_ratio", item.get("burst_ratio"), None, 2)
    for name in ("burst_density", "gap_density"):
        density = item.get(name)
        yield Figure(name, None if density is None else 100.0 * density, "%", 2)
    yield Figure("clock_drift_ppm", item.get("clock_drift_ppm"), "ppm", 1)
