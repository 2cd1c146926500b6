"""What will be done, by whom and when: sentences that promise, with their time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.protocol import PromiseForm
from models.span import Span
from models.understanding import Promise
from monitor.protocol.compiled import Phrases
from monitor.understanding.cues import Found
from monitor.understanding.listening import Hit, Listening
from monitor.understanding.times import Time, times_in

PROMISES_MAX = 20


def promises_of(listening: Listening, found: Found) -> tuple[Promise, ...]:
    """The promises of a call in order of time, a sentence once.

    `found` are the places of steps done and of violations, by id.
    """
    promises: dict[float, Promise] = {}
    for form in listening.call.compiled.protocol.promises:
        for promise in _of(listening, form, found):
            promises.setdefault(promise.start_s, promise)
    return tuple(promises[start_s] for start_s in sorted(promises))[:PROMISES_MAX]


def _of(listening: Listening, form: PromiseForm, found: Found) -> Iterator[Promise]:
    phrases = listening.call.compiled.promises[form.id]
    excused = {hit.sentence.start for hit in listening.hits(form.id, Phrases(phrases.excused_by), form.party)}
    said = listening.hits(form.id, phrases, form.party)
    hits = said + [
        hit
        for step in form.found
        for hit in listening.hits_at(step, [place.span for place in found.get(step, ())], form.party)
    ]
    excluded = [place.span for name in form.excluded for place in found.get(name, ())]
    for hit in hits:
        if hit.sentence.asks or hit.sentence.start in excused or _touches(hit, excluded):
            continue
        times = times_in(listening.call, hit.sentence, listening.times(form.party))
        if times or not form.timed:
            yield _promise(form, hit, times)


def _touches(hit: Hit, spans: Sequence[Span]) -> bool:
    sentence = Span(hit.sentence.start_s, hit.sentence.end_s)
    return any(sentence.overlap_s(span) > 0 for span in spans)


def _promise(form: PromiseForm, hit: Hit, times: Sequence[Time]) -> Promise:
    sentence = hit.sentence
    promise = Promise(form.owed_by, sentence.start_s, sentence.end_s, sentence.quote, hit.confidence, hit.rule)
    if not times:
        return promise
    return replace(
        promise,
        due_text=", ".join(dict.fromkeys(time.text for time in times)),
        due_date=next((time.date.isoformat() for time in times if time.date), None),
        due_time=next((time.clock for time in times if time.clock), None),
    )
