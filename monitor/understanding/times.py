"""When something is due: times as people say them, and the day and hour that they mean.

What is found is the protocol's `[[times]]`; what the words mean is read from its lists (`weekday`, `month`,
`hour_word`, `today`, …) and from the numerals of its language. What names no single day stays words.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from models.protocol import Protocol, TimeForm
from models.recording import Party
from monitor.measures.numerals import number_words
from monitor.protocol.call import Call
from monitor.protocol.evidence import heard_in
from monitor.protocol.match import Match
from monitor.protocol.text import Token, plain, quote
from monitor.understanding.sentences import Sentence

NUMBERS_MAX = 99
_UNITS = {"minute_word": 1 / 1440, "hour_word": 1 / 24, "day_word": 1.0, "week_word": 7.0, "month_word": 30.0}
"""List of the protocol to days in one of it."""


@dataclass(frozen=True, slots=True)
class Time:
    """One time as it was said, and what it means where that is one day or one hour."""

    text: str
    date: date | None = None
    clock: str | None = None
    """`HH:MM`; `None` where no hour was said, or not which half of the day."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What words of a language mean, by their plain spelling."""

    numbers: dict[str, int]
    lists: dict[str, tuple[str, ...]]

    def place(self, name: str, words: Sequence[str]) -> int | None:
        """Place in an ordered list (`weekday`, `month`) of the first word that is in it."""
        known = self.lists.get(name, ())
        return next((known.index(word) for word in words if word in known), None)

    def has(self, name: str, words: Sequence[str]) -> bool:
        return any(word in self.lists.get(name, ()) for word in words)

    def values(self, words: Sequence[str]) -> list[int]:
        """The numbers in some words: "treinta y dos" is one, "tres a cinco" are two."""
        found: list[int] = []
        joins = False
        for word in words:
            value = self.numbers.get(word)
            if value is not None and joins and found and found[-1] >= 30 and found[-1] % 10 == 0 and value < 10:
                found[-1] += value
            elif value is not None:
                found.append(value)
            joins = word in self.lists.get("joining", ())
        return found


@lru_cache(maxsize=8)
def calendar_of(protocol: Protocol) -> Calendar:
    """The calendar of a protocol's language; kept, as the protocol is."""
    names = ("weekday", "month", "today", "tomorrow", "day_after", "working", "morning", "evening", "half", "quarter")
    lists = {
        name: tuple(plain(word) for word in protocol.lists.get(name, ()))
        for name in (*names, "joining", "noon", *_UNITS)
    }
    numbers = {str(number): number for number in range(NUMBERS_MAX + 1)}
    for number in range(NUMBERS_MAX + 1):
        spoken = number_words(number, protocol.language)
        if len(spoken) == 1:
            numbers[plain(spoken[0])] = number
    ones = {plain(word): 1 for word in protocol.lists.get("one", ())}
    return Calendar(numbers | ones, lists)


def times_of(call: Call, party: Party) -> list[tuple[TimeForm, Match]]:
    """All times that a party says, the longest reading of the same words, in order."""
    within = call.heard(call.windows_of(party).everywhere)
    found = [
        (form, match)
        for form in call.compiled.protocol.times
        for match in heard_in(call, call.compiled.times[form.id].said, within)
    ]
    kept: list[tuple[TimeForm, Match]] = []
    for form, match in sorted(found, key=lambda item: (item[1].start - item[1].end, item[1].start)):
        if not any(match.overlaps(other) for _, other in kept):
            kept.append((form, match))
    return sorted(kept, key=lambda item: item[1].start)


def times_in(call: Call, sentence: Sentence, found: Sequence[tuple[TimeForm, Match]]) -> tuple[Time, ...]:
    """Those of a party's times that are in a sentence, with what they mean."""
    started_at = call.analysis.recording.facts.started_at
    known = calendar_of(call.compiled.protocol)
    return tuple(
        meaning(
            form.kind, sentence.tokens[match.start - sentence.start : match.end - sentence.start], known, started_at
        )
        for form, match in found
        if sentence.start <= match.start and match.end <= sentence.end
    )


def meaning(kind: str, tokens: Sequence[Token], known: Calendar, started_at: datetime | None) -> Time:
    """A time as said, with its day where the recording's start is known, and its hour."""
    words = [token.plain for token in tokens]
    text = quote(tokens)
    if kind == "clock":
        return Time(text, clock=_clock(words, known))
    if started_at is None or kind not in _DAYS:
        return Time(text)
    return Time(text, _DAYS[kind](words, known, started_at))


def _weekday(words: Sequence[str], known: Calendar, started_at: datetime) -> date | None:
    """The next such day behind the call's own."""
    weekday = known.place("weekday", words)
    if weekday is None:
        return None
    today = started_at.date()
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _day(words: Sequence[str], known: Calendar, started_at: datetime) -> date | None:
    ahead = 2 if known.has("day_after", words) else 1 if known.has("tomorrow", words) else 0
    return started_at.date() + timedelta(days=ahead)


def _within(words: Sequence[str], known: Calendar, started_at: datetime) -> date | None:
    """The last day of a term; of "tres a cinco días" the fifth."""
    unit = next((days for name, days in _UNITS.items() if known.has(name, words)), None)
    values = known.values(words)
    count = 0.5 if known.has("half", words) else max(values, default=None)
    if unit is None or count is None:
        return None
    if known.has("working", words):
        return _working_days(started_at.date(), round(count * unit))
    return (started_at + timedelta(days=count * unit)).date()


def _working_days(day: date, count: int) -> date:
    """So many days of Monday to Friday later; holidays are not known."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _date(words: Sequence[str], known: Calendar, started_at: datetime) -> date | None:
    """The next such date, the call's own day included."""
    number = next(iter(known.values(words)), None)
    month = known.place("month", words)
    if number is None or not 1 <= number <= 31:
        return None
    year, at = started_at.year, started_at.month if month is None else month + 1
    for _ in range(13):
        if number <= months.monthrange(year, at)[1] and date(year, at, number) >= started_at.date():
            return date(year, at, number)
        year, at = (year + 1, at) if month is not None else (year + at // 12, at % 12 + 1)
    return None


_DAYS: dict[str, Callable[[Sequence[str], Calendar, datetime], date | None]] = {
    "weekday": _weekday,
    "day": _day,
    "within": _within,
    "date": _date,
}


def _clock(words: Sequence[str], known: Calendar) -> str | None:
    """The latest hour said; `None` where it may be of the morning or of the afternoon."""
    if known.has("noon", words):
        return "12:00"
    values = known.values(words)
    if not values:
        return None
    minutes = 30 if known.has("half", words) else 15 if known.has("quarter", words) else 0
    hour = values[-1]
    if hour > 12 and len(values) > 1 and values[-2] <= 12:  # "las ocho y veinte"
        hour, minutes = values[-2], hour
    if known.has("evening", words) and hour < 12:
        hour += 12
    elif hour <= 12 and not known.has("morning", words):
        return None
    return f"{hour:02}:{minutes:02}" if hour < 24 and minutes < 60 else None
