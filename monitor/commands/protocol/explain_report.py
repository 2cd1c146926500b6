"""An explanation in plain words, and as values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from models.plain import plain
from models.rules import Limits, Rules, digest_of
from models.span import Span
from models.verdict import Verdict
from monitor.commands.protocol.tables import edition_of
from monitor.protocol.candidates import Candidate, Shortfall, WordHeard
from monitor.protocol.explaining import ConditionFound, Explanation
from monitor.terminal import Terminal
from reports.catalogue import clock
from reports.wording import Wording

_LIMITS = ("match_min", "word_probability_min", "confidence_min")


def plain_explained(
    file: str, explained: Sequence[Explanation], rules: Rules, stored: Verdict | None
) -> dict[str, Any]:
    """The explanations, JSON-ready, with what they were judged by."""
    protocol = rules.protocol
    head = {
        "name": protocol.name,
        "version": protocol.version,
        "extends": [asdict(edition) for edition in protocol.extends],
        "sha256": digest_of(protocol),
    }
    kept = stored and {
        "name": stored.protocol_name,
        "version": stored.protocol_version,
        "sha256": stored.protocol_sha256,
    }
    limits = {name: getattr(rules.limits, name) for name in _LIMITS}
    entries = [plain(one) | {"stored_verdict": _verdict_in(stored, one)} for one in explained]
    return {"file": file, "protocol": head, "stored_protocol": kept, "limits": limits, "explained": entries}


def print_explained(
    file: str,
    explained: Sequence[Explanation],
    rules: Rules,
    stored: Verdict | None,
    terminal: Terminal,
    *,
    whole: bool,
) -> None:
    """One explanation in full, or a line each of many."""
    _line(terminal, file)
    _line(terminal, edition_of(rules.protocol, terminal))
    if stored is not None and stored.rules_sha256 != rules.sha256:
        name = f"{stored.protocol_name} {stored.protocol_version} ({stored.protocol_sha256[:8]})"
        terminal.say("explain-judged_otherwise", name=name)
    if not whole:
        quiet = [one for one in explained if one.verdict == "not_found" and not one.candidates]
        terminal.out.print(_short([one for one in explained if one not in quiet], terminal))
        if quiet:
            terminal.say("explain-others", count=len(quiet))
        return
    for one in explained:
        for line in _head(one, stored, terminal):
            _line(terminal, line)
        _print_words(one, rules.limits, terminal)


def _line(terminal: Terminal, text: str) -> None:
    terminal.out.print(text, markup=False, highlight=False, soft_wrap=True)


def _verdict_in(stored: Verdict | None, one: Explanation) -> str | None:
    """What the stored verdict says of the same step or violation."""
    if stored is None:
        return None
    if one.kind == "violation":
        return "found" if any(violation.id == one.id for violation in stored.violations) else "not_found"
    return next((step.verdict.value for step in stored.steps if step.id == one.id), None)


def _short(explained: Sequence[Explanation], terminal: Terminal) -> Table:
    columns = ("step", "verdict", "place", "words", "why")
    table = Table(*(terminal.text(f"explain-{column}") for column in columns), box=None, pad_edge=False)
    for one in explained:
        name = terminal.catalogue.named(one.kind, one.id)
        words, at_s = _telling(one)
        place = "" if at_s is None else clock(at_s)
        quoted = f"«{words}»" if words else ""
        table.add_row(*map(Text, (name, _verdict(one.verdict, terminal), place, quoted, _short_why(one, terminal))))
    return table


def _telling(one: Explanation) -> tuple[str | None, float | None]:
    """The words that show most, and when: the evidence; of what is missing, the nearest."""
    if one.verdict in ("not_applicable", "not_evaluable"):
        return None, None
    best = next(iter(one.evidence or one.candidates), None)
    if best is not None:
        return best.quote, best.start_s
    return (one.searched.nearest, one.searched.nearest_start_s) if one.searched else (None, None)


def _short_why(one: Explanation, terminal: Terminal) -> str:
    if one.evidence:
        confidence = one.evidence[0].confidence
        return terminal.text("explain-confidence_short", confidence=_share(confidence, terminal))
    if one.reason == "condition_absent" and one.condition:
        return terminal.text("explain-condition_short", id=one.condition.id)
    if one.reason not in (None, "not_found"):
        return terminal.catalogue.named("reason", one.reason or "")
    if one.candidates:
        return "; ".join(_lacks(why, terminal) for why in one.candidates[0].why)
    return terminal.text("explain-nearest_short") if one.searched and one.searched.nearest else ""


def _verdict(verdict: str | None, terminal: Terminal) -> str:
    if verdict in ("found", "not_found"):
        return terminal.text(f"explain-{verdict}")
    return terminal.catalogue.named("verdict", verdict) if verdict else "–"


def _head(one: Explanation, stored: Verdict | None, terminal: Terminal) -> Iterator[str]:
    """What was judged and where, before the words."""
    text, catalogue = terminal.text, terminal.catalogue
    yield ""
    yield f"{catalogue.named(one.kind, one.id)} ({one.id}): {_verdict(one.verdict, terminal)}"
    if one.reason:
        yield f"  {catalogue.named('reason', one.reason)}"
    was = _verdict_in(stored, one)
    if was not in (None, one.verdict):
        yield "  " + text("explain-stored_verdict", verdict=_verdict(was, terminal))
    if one.window:
        phase = catalogue.named("phase", one.phase or "any")
        yield "  " + text("explain-searched", phase=phase, span=_span(one.window))
    elif one.fact is None:
        yield "  " + text("explain-no_window")
    for name, value, limit in one.measured:
        shown = tuple("–" if figure is None else catalogue.number(figure, _places(figure)) for figure in (value, limit))
        yield "  " + text("explain-measured", name=catalogue.named("measure", name), value=shown[0], limit=shown[1])
    for span in one.spans:
        yield "  " + text("explain-measured_at", span=_span(span))
    if one.condition:
        yield from (f"  {line}" for line in _condition(one.condition, terminal))


def _places(figure: float) -> int:
    return 0 if figure.is_integer() else 1


def _span(span: Span) -> str:
    return f"{clock(span.start_s)} – {clock(span.end_s)}"


def _condition(found: ConditionFound, terminal: Terminal) -> Iterator[str]:
    yield terminal.text(f"explain-condition_{'holds' if found.holds else 'fails'}", id=found.id)
    for one in found.heard:
        yield f"  «{one.quote}» ({_party(one, terminal)}, {clock(one.start_s)})  {one.pattern}"
    for span in found.spans:
        yield f"  {_span(span)}"


def _party(one: Candidate, terminal: Terminal) -> str:
    return Wording(terminal.catalogue).party(one.party.value)


def _print_words(one: Explanation, limits: Limits, terminal: Terminal) -> None:
    for found in one.evidence:
        terminal.say("explain-heard", quote=found.quote, party=_party(found, terminal), place=clock(found.start_s))
        _print_candidate(found, limits, terminal)
    if one.candidates:
        terminal.say("explain-nearest" if not one.evidence else "explain-did_not_count")
    for found in one.candidates:
        _line(terminal, f"«{found.quote}» ({_party(found, terminal)}, {clock(found.start_s)})")
        for why in found.why:
            _line(terminal, f"    ✗ {_lacks(why, terminal)}")
        _print_candidate(found, limits, terminal)
    if not one.candidates and not one.evidence and one.searched and one.searched.nearest:
        place = clock(one.searched.nearest_start_s or one.searched.start_s)
        terminal.say("explain-nearest_clause", quote=one.searched.nearest, place=place)


def _print_candidate(found: Candidate, limits: Limits, terminal: Terminal) -> None:
    """The pattern, word by word, and what the confidence is made of."""
    if found.pattern:
        _line(terminal, "    " + terminal.text("explain-pattern", pattern=found.pattern))
    if found.words:
        terminal.out.print(_words_table(found.words, terminal))
    if found.confidence is not None and not any(why.kind == "missing" for why in found.why):
        figures = {
            "confidence": _share(found.confidence, terminal),
            "limit": _share(limits.confidence_min, terminal),
            "score": _share(found.score, terminal),
            "probability": _share(found.probability, terminal),
        }
        _line(terminal, "    " + terminal.text(f"explain-confidence_{found.how}", **figures))


def _words_table(words: Sequence[WordHeard], terminal: Terminal) -> Table:
    columns = ("expected", "heard_word", "place", "likeness", "probability")
    table = Table(*(terminal.text(f"explain-{column}") for column in columns), box=None, padding=(0, 2, 0, 4))
    for column in table.columns[2:]:
        column.justify = "right"
    for word in words:
        expected = f"<{word.expected}>" if word.kind == "slot" else word.expected
        place = "" if word.start_s is None else clock(word.start_s)
        heard = word.heard or terminal.text("explain-missing_word")
        likeness = _share(word.likeness, terminal) if word.heard else "–"
        table.add_row(*map(Text, (expected, heard, place, likeness, _share(word.probability, terminal))))
    return table


def _share(value: float | None, terminal: Terminal) -> str:
    return "–" if value is None else terminal.catalogue.number(value, 2)


def _lacks(why: Shortfall, terminal: Terminal) -> str:
    value, limit = _share(why.value, terminal), _share(why.limit, terminal)
    return terminal.text(f"explain-lacks_{why.kind}", value=value, limit=limit, text=why.text, pattern=why.pattern)
