"""Open calls by the telephone numbers in them, so that a flood of calls is not compared with each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from monitor.calls.numbers import common_digits
from monitor.calls.state import CallState, LegState

_TOO_COMMON = 20
"""A number in more calls than this is a trunk's or a flood's, and tells nothing."""


@dataclass(slots=True)
class NumberIndex:
    """Call ids by the last digits of their numbers; what is too short to tell is not kept."""

    _calls: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, call: CallState) -> None:
        for digits in {digits for leg in call.legs for digits in _digits(leg)}:
            self._calls[digits][call.id] = None

    def remove(self, call: CallState) -> None:
        for digits in {digits for leg in call.legs for digits in _digits(leg)}:
            self._calls[digits].pop(call.id, None)
            if not self._calls[digits]:
                del self._calls[digits]

    def sharing(self, leg: LegState) -> tuple[str, ...]:
        """Calls with one of the leg's numbers, the oldest first."""
        found = (self._calls.get(digits, {}) for digits in _digits(leg))
        return tuple(dict.fromkeys(call for calls in found if len(calls) <= _TOO_COMMON for call in calls))


def _digits(leg: LegState) -> list[str]:
    return [digits for digits in (common_digits(leg.caller), common_digits(leg.callee)) if digits]
