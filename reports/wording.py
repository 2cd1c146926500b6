"""Findings and figures as sentences in the catalogue's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.captured import CallMoment
from reports.catalogue import Catalogue, clock
from reports.findings import Finding
from reports.gauges import Gauge
from reports.line import Assumed, Figure
from reports.transcript import Entry

_KINDS_OF_FLAG = ("flag", "step", "violation", "measure")
_KINDS_OF_ITEM = ("step", "measure", "violation", "flag")


class Wording:
    """Says in words what reports show."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def title(self, finding: Finding) -> str:
        """What it is about, in a few words."""
        if finding.kind == "flag":
            return self.flag(finding.id)
        name = self._catalogue.named(finding.kind, finding.id)
        missing = finding.kind == "step" and finding.state in {"not_met", "critical", "warning", "info"}
        return self._catalogue.text("flag-step_missing", name=name) if missing else name

    def item(self, identifier: str) -> str:
        """The name of what a score item is about."""
        return self._first(_KINDS_OF_ITEM, identifier)

    def flag(self, flag_id: str) -> str:
        """The name of a flag; of one that a missing step raises, that it is missing."""
        name = self._first(_KINDS_OF_FLAG, flag_id)
        missing = self._catalogue.has(f"step-{flag_id}") and not self._catalogue.has(f"flag-{flag_id}")
        return self._catalogue.text("flag-step_missing", name=name) if missing else name

    def batch_state(self, state: str) -> str:
        return self._catalogue.named("state", state)

    def state(self, finding: Finding) -> str:
        """How grave a flag is, or what was decided of a step."""
        if finding.state == "violation":
            return self._catalogue.text("severity-warning")
        kind = "severity" if finding.state in {"critical", "warning", "info"} else "verdict"
        return self._catalogue.named(kind, finding.state)

    def reason(self, code: str | None) -> str:
        """The sentence of a reason code, `leg_<code>` included; empty for none."""
        if code and code.startswith("leg_") and not self._catalogue.has(f"reason-{code}"):
            return self._catalogue.text("reason-leg", why=self.reason(code.removeprefix("leg_")))
        return self._catalogue.named("reason", code) if code else ""

    def call_note(self, code: str) -> str:
        """The sentence of what is odd about a captured call, where it says more than the code of a file."""
        message_id = f"call-note-{code}"
        return self._catalogue.text(message_id) if self._catalogue.has(message_id) else self.reason(code)

    def moment(self, moment: CallMoment) -> str:
        """What happened, e.g. `Fin: cuelga el cliente`, `Teclas pulsadas: 16`."""
        by = self.party(moment.by).lower() if moment.by else ""
        message_id = f"moment-{moment.kind}"
        if by and self._catalogue.has(f"{message_id}-by"):
            said = self._catalogue.text(f"{message_id}-by", by=by, count=moment.count)
        elif self._catalogue.has(message_id):
            said = self._catalogue.text(message_id, count=moment.count)
        else:
            said = self._catalogue.named("moment", moment.kind)
        return f"{said} (SIP {moment.status})" if moment.status else said

    def key_moment(self, moment: dict[str, Any]) -> str:
        """A moment of truth and the words that make it, e.g. `Queja: «esto es una vergüenza»`."""
        name = self._catalogue.named("key-moment", moment["id"])
        return f"{name}: {moment['quote']}" if moment["quote"] else name

    def phase(self, phase_id: str) -> str:
        return self._catalogue.named("call-phase", phase_id)

    def answer(self, kind: str, decision: dict[str, Any]) -> str:
        """What was decided, or that it was not and what is likeliest."""
        if decision["id"]:
            return self._catalogue.named(f"understood-{kind}", decision["id"])
        if decision["runner_up"]:
            likeliest = self._catalogue.named(f"understood-{kind}", decision["runner_up"])
            return self._catalogue.text("understood-unsure", likeliest=likeliest)
        return self.reason(decision["reason"])

    def due(self, promise: dict[str, Any]) -> str:
        """When a promise is due, in the words that were said and as a date where they mean one."""
        said = self._catalogue.text("promise-due", due=promise["due_text"]) if promise["due_text"] else ""
        when = " ".join(part for part in (promise["due_date"], promise["due_time"]) if part)
        return f"{said} ({when})" if said and when else said

    def behaviour(self, item: dict[str, Any]) -> str:
        """What the customer did, counted, e.g. `Pidió con urgencia: 3 veces`."""
        measured = item["measured"]
        if item["unit"] == "times":
            figure = self._catalogue.text("behaviour-times", count=round(measured))
        else:
            figure = self._catalogue.quantity(measured, item["unit"], 0)
        return f"{self._catalogue.named('behaviour', item['id'])}: {figure}"

    def fact_figure(self, fact: dict[str, Any]) -> str | None:
        """The figure of a measured fact beside its limit."""
        measured = self._figure(fact["measured"], fact["unit"])
        limit = self._figure(fact["limit"], fact["unit"])
        return f"{measured} ({self._catalogue.text('limit-max', high=limit)})" if measured and limit else measured

    def moment_reason(self, moment: CallMoment) -> str:
        """Why it happened, where that is not the usual way."""
        return "" if moment.reason in {None, "bye"} else self.reason(moment.reason)

    def at(self, moment: CallMoment) -> str:
        """A place on the recording's time line, or how long before its first sound."""
        return clock(moment.at_s) if moment.at_s >= 0 else self._catalogue.quantity(moment.at_s, "s")

    def delay(self, seconds: float) -> str:
        """A signalled delay: captured to the microsecond, told to the hundredth of a second."""
        return self._catalogue.quantity(seconds, "s", 2)

    def figure(self, figure: Figure) -> str:
        if figure.value is None:
            return self._catalogue.text("measures-unmeasured")
        return self._catalogue.quantity(figure.value, figure.unit, figure.decimals)

    def assumed(self, assumed: Assumed) -> str:
        """One sentence of what the E-model was told."""
        numbers = {name: self._catalogue.number(value, decimals) for name, value, decimals in assumed.numbers}
        names = {name: self._catalogue.named(kind, identifier) for name, kind, identifier in assumed.names}
        return self._catalogue.text(assumed.message, **numbers, **names)

    def party(self, party: str) -> str:
        return self._catalogue.named("party", party)

    def measured(self, finding: Finding) -> str | None:
        return self._figure(finding.measured, finding.unit)

    def limit(self, finding: Finding) -> str | None:
        return self._figure(finding.limit, finding.unit)

    def advice(self, finding: Finding) -> str | None:
        """What to do next time, said to the agent; `None` where the catalogue has no advice."""
        message_id = f"advice-{finding.id}"
        return self._catalogue.text(message_id) if self._catalogue.has(message_id) else None

    def praise(self, finding: Finding) -> str:
        """What went well, said to the agent; at least the name of the step."""
        message_id = f"praise-{finding.id}"
        if self._catalogue.has(message_id):
            return self._catalogue.text(message_id, measured=self.measured(finding) or "")
        return self._catalogue.named(finding.kind, finding.id)

    def value(self, gauge: Gauge) -> str | None:
        return None if gauge.value is None else self._catalogue.quantity(gauge.value, gauge.unit, gauge.decimals)

    def other(self, gauge: Gauge) -> str | None:
        return None if gauge.other is None else self._catalogue.quantity(gauge.other, gauge.unit, gauge.decimals)

    def limits(self, gauge: Gauge) -> str | None:
        """`máx. 10,5 s`, `de 4,6 a 7,0 sílabas/s`; `None` where there is no limit."""
        if gauge.low is None and gauge.high is None:
            return None
        if gauge.low is None:
            return self._catalogue.text("limit-max", high=self._quantity(gauge, gauge.high))
        if gauge.high is None:
            return self._catalogue.text("limit-min", low=self._quantity(gauge, gauge.low))
        low = self._catalogue.number(gauge.low, gauge.decimals)
        return self._catalogue.text("limit-range", low=low, high=self._quantity(gauge, gauge.high))

    def event(self, entry: Entry) -> str:
        """What happened between the turns, e.g. `Silencio de 5,2 s`."""
        if entry.kind == "ring":
            return self._catalogue.text("transcript-ring", rings=entry.rings)
        message_id = f"transcript-{entry.kind}" + ("-yielded" if entry.kind == "interruption" and entry.yielded else "")
        seconds = self.seconds(entry.duration_s)
        return self._catalogue.text(message_id, seconds=seconds, by=self.party(entry.party or "both"))

    def plain(self, value: float) -> str:
        """A figure with no more decimals than it needs, at most two."""
        decimals = next(places for places in (0, 1, 2) if places == 2 or round(value, places) == round(value, 2))
        return self._catalogue.number(value, decimals)

    def percent(self, share: float) -> str:
        return self._catalogue.number(100 * share)

    def seconds(self, length_s: float) -> str:
        """A length: seconds with a decimal up to a minute, else as a clock."""
        return self._catalogue.quantity(length_s, "s") if length_s < 60 else clock(length_s)

    def _first(self, kinds: Iterable[str], identifier: str) -> str:
        known = (kind for kind in kinds if self._catalogue.has(f"{kind}-{identifier}"))
        return self._catalogue.named(next(known, "flag"), identifier)

    def _figure(self, value: float | None, unit: str | None) -> str | None:
        return None if value is None else self._catalogue.quantity(value, unit)

    def _quantity(self, gauge: Gauge, value: float | None) -> str:
        return self._catalogue.quantity(value or 0.0, gauge.unit, gauge.decimals)
