"""The one catalogue of what people read: Fluent messages in Spanish and English, and figures as each writes them."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from importlib import resources
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_date, fluent_number

from models.errors import TimbreError

LANGUAGES = ("es", "en")
NO_BREAK_SPACE = "\u00a0"
"""Between a figure and its unit (SI Brochure, 5.4.3), so that no line breaks there."""

_log = logging.getLogger(__name__)
_MINUS = "\u2212"


class CatalogueError(TimbreError):
    """A message is missing, or was not given what it needs."""

    code = "message_missing"


class Catalogue:
    """Messages and number formats of one language.

    `strict` raises `CatalogueError` for an unknown message, as the tests do; otherwise the id in
    brackets is shown in its place, so that a page with a gap is still a page and the gap is seen.
    Times of day are in `zone`.
    """

    def __init__(self, language: str, *, strict: bool = False, zone: tzinfo = UTC) -> None:
        if language not in LANGUAGES:
            raise CatalogueError(f"no messages in {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language
        self._strict = strict
        self._zone = zone

    @cached_property
    def _bundle(self) -> FluentBundle:
        bundle = FluentBundle([self.language], use_isolating=False)
        source = resources.files("reports").joinpath("locales", f"{self.language}.ftl").read_text(encoding="utf-8")
        bundle.add_resource(FluentResource(source))
        return bundle

    def has(self, message_id: str) -> bool:
        return bool(self._bundle.has_message(message_id))

    def text(self, message_id: str, **args: Any) -> str:
        """The message with its arguments; whole and decimal numbers as the language writes them.

        Raises:
            CatalogueError: where strict and the message, or an argument of it, is missing.
        """
        if not self.has(message_id):
            return self._gap(message_id, "there is no such message")
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            return self._gap(message_id, "it has no text")
        text, errors = self._bundle.format_pattern(pattern, args)
        if errors:
            return self._gap(message_id, "; ".join(map(str, errors)))
        return str(text)

    def named(self, kind: str, identifier: str) -> str:
        """The name of what data calls `identifier`, e.g. `named("step", "greeting")`.

        A centre's own protocol may bring ids that no catalogue knows: they are shown as words.
        """
        message_id = f"{kind}-{identifier}"
        if self.has(message_id):
            return self.text(message_id)
        words = re.sub(r"[_-]+", " ", identifier).strip()
        return words[:1].upper() + words[1:]

    def number(self, value: float, decimals: int = 0) -> str:
        """The figure with exactly `decimals` decimals and a true minus sign."""
        rounded = round(value, decimals) + 0.0  # no negative zero
        figure = fluent_number(rounded, minimumFractionDigits=decimals, maximumFractionDigits=decimals)
        return self.text("figure", value=figure).replace("-", _MINUS)

    def quantity(self, value: float, unit: str | None, decimals: int | None = None) -> str:
        """The figure with its unit; without `decimals`, those of its unit's kind."""
        places = decimals_of(value, unit) if decimals is None else decimals
        name = self.unit(unit)
        return self.number(value, places) + (NO_BREAK_SPACE + name if name else "")

    def unit(self, unit: str | None) -> str:
        """How the language writes a unit of the analysis document; an unknown one as it stands."""
        if not unit:
            return ""
        message_id = "unit-" + re.sub(r"\W+", "_", unit.replace("%", "percent")).strip("_").lower()
        return self.text(message_id) if self.has(message_id) else unit

    def moment(self, at: datetime, length: str = "long") -> str:
        """Date and time of day in the catalogue's zone, and the zone's name; `length` is `long` or `medium`."""
        local = at.astimezone(self._zone)
        return f"{self.text('figure', value=fluent_date(local, dateStyle=length, timeStyle='short'))} {local:%Z}"

    def _gap(self, message_id: str, why: str) -> str:
        if self._strict:
            raise CatalogueError(f"message {message_id!r} in {self.language!r}: {why}")
        _log.error("message %r in %r: %s", message_id, self.language, why)
        return f"[{message_id}]"


def decimals_of(value: float, unit: str | None) -> int:
    """Decimals to show of a figure in `unit`: none for counts, rates per minute and hertz, else one."""
    if unit in {"s", "sps", "syll/s", "db", "dB", "dbov", "dBov", "db_per_min", "dB/min", "st"}:
        return 1
    return 0 if float(value).is_integer() else 1


def clock(seconds: float) -> str:
    """A place in a recording: `0:07`, `12:30`, `1:02:03`; the second it falls in."""
    minutes, second = divmod(int(max(0.0, seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
