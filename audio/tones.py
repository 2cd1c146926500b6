"""Ring-back, busy and dial tones at the start of a recording."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from audio.clip import Clip, Samples
from audio.tone_bursts import LONGEST_PAUSE_S, Burst, bursts_in, doubles, series_of
from audio.tone_plans import TonePlan
from audio.tone_track import TONE_BAND_HZ, Track, blocks, empty_track, speech_begun, track_of, within
from models.span import Span

_TOLERANCE_HZ = 12.5
_UNSURE_TOLERANCE_HZ = 6.0
_SHORTEST_LONE_S = 0.25
_SURE_S = 0.8
_LONGEST_RING_S = 2.6
_BUSY_GAP_S = 1.2
_SECOND_LINE = 0.2
_FFT_SIZE = 1 << 17


@dataclass(frozen=True, slots=True)
class RingTone:
    """Ring-back heard on one channel."""

    bursts: tuple[Span, ...]
    """One span a ring, a double ring being one; the last may have been cut by the answer."""
    plan: TonePlan
    """The best fit; several countries may share its sound."""
    channel: int
    frequencies_hz: tuple[float, ...]
    level_dbov: float


@dataclass(frozen=True, slots=True)
class LineTones:
    """What a telephone line said of itself before people spoke."""

    ring: RingTone | None
    busy: tuple[Span, ...] = ()
    """From the first burst of a busy or congestion tone to its last."""
    dial: tuple[Span, ...] = ()


def ring_bursts(clip: Clip, plans: tuple[TonePlan, ...], until_s: float = 120.0) -> RingTone | None:
    """The ring-back with which a recording starts; `None` where it starts after the answer.

    Every channel is searched, until people have clearly begun to speak or `until_s`; see `line_tones`.
    """
    return line_tones(clip, plans, until_s).ring


def line_tones(clip: Clip, plans: tuple[TonePlan, ...], until_s: float = 120.0) -> LineTones:
    """Ring-back, busy and dial tones at the start of a recording, of the channel that carries most of them.

    Cadences need fit no plan exactly: rings of up to 2.6 s with pauses of 1.2 to 6.5 s, each tone within 12.5 Hz of
    a plan's (6 Hz for a lone burst under 0.8 s, which must also end in quiet). Bursts with shorter pauses are a
    busy tone, unless they come in pairs; a longer burst is a dial tone.
    """
    heard = [_bursts_heard(clip, channel, until_s) for channel in range(clip.channels)]
    channel = max(range(clip.channels), key=lambda index: _weight(heard[index]))
    series = series_of([burst for burst in heard[channel] if burst.span.duration_s <= _LONGEST_RING_S])
    rings = [ring for run in series if (ring := _ring_tone(clip, channel, rings_of(run), plans))]
    busy = [Span(run[0].span.start_s, run[-1].span.end_s) for run in series if is_busy(run)]
    dial = [burst.span for burst in heard[channel] if burst.span.duration_s > _LONGEST_RING_S]
    return LineTones(rings[0] if rings else None, tuple(busy), tuple(dial))


def _weight(bursts: tuple[Burst, ...]) -> tuple[int, float]:
    return len(bursts), max((burst.level_dbov for burst in bursts), default=-np.inf)


def _bursts_heard(clip: Clip, channel: int, until_s: float) -> tuple[Burst, ...]:
    track = empty_track()
    for samples in blocks(clip, channel, until_s):
        track = track.joined(track_of(samples))
        if _ringing_over(track):
            break
    return bursts_in(track)


def _ringing_over(track: Track) -> bool:
    """Whether no further ring is to be expected: the last is too long ago, or people speak."""
    short = [burst for burst in bursts_in(track) if burst.span.duration_s <= _LONGEST_RING_S]
    if short:
        return track.duration_s - short[-1].span.end_s > LONGEST_PAUSE_S
    return speech_begun(track)


def is_busy(run: list[Burst]) -> bool:
    """Whether a series is a busy or congestion tone: its pauses are short, and its bursts come not in pairs."""
    groups = doubles(run)
    pauses_s = [after[0].span.start_s - before[-1].span.end_s for before, after in pairwise(groups)]
    return max(map(len, groups)) > 2 or min(pauses_s, default=_BUSY_GAP_S) < _BUSY_GAP_S


def rings_of(run: list[Burst]) -> list[Burst]:
    """The rings of a series, double bursts as one; none where the series is no ring-back."""
    if is_busy(run) or run[0].span.duration_s < _SHORTEST_LONE_S:
        return []
    if len(run) == 1 and run[0].span.duration_s < _SURE_S and not run[0].into_quiet:
        return []
    return [
        replace(group[0], span=Span(group[0].span.start_s, group[-1].span.end_s), into_quiet=group[-1].into_quiet)
        for group in doubles(run)
    ]


def _ring_tone(clip: Clip, channel: int, rings: list[Burst], plans: tuple[TonePlan, ...]) -> RingTone | None:
    """The rings with the plan that fits them best; `None` where their tones are no plan's."""
    if not rings:
        return None
    longest = max(rings, key=lambda ring: ring.span.duration_s).span
    lines_hz = _lines_hz(clip.read(channel, longest), clip.sample_rate_hz)
    spans = tuple(ring.span for ring in rings)
    unsure = len(spans) == 1 and longest.duration_s < _SURE_S
    within_hz = _UNSURE_TOLERANCE_HZ if unsure else _TOLERANCE_HZ
    possible = [plan for plan in plans if _detune_hz(plan, lines_hz) <= within_hz]
    if not possible:
        return None
    plan = min(possible, key=lambda candidate: _misfit(candidate, spans, lines_hz))
    return RingTone(spans, plan, channel, lines_hz, float(np.median([ring.level_dbov for ring in rings])))


def _lines_hz(samples: Samples, sample_rate_hz: int) -> tuple[float, ...]:
    """The one or two tones of a burst, from a spectrum over the whole of it."""
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size), _FFT_SIZE)) ** 2
    bins_hz = np.fft.rfftfreq(_FFT_SIZE, 1 / sample_rate_hz)
    first_hz, first_power = _strongest(power, bins_hz)
    second_hz, second_power = _strongest(power, bins_hz, besides_hz=first_hz)
    if second_power > _SECOND_LINE * first_power:
        return tuple(sorted((first_hz, second_hz)))
    return (first_hz,)


def _strongest(
    power: npt.NDArray[np.floating], bins_hz: npt.NDArray[np.floating], besides_hz: float | None = None
) -> tuple[float, float]:
    """Frequency and power of the strongest line of the tones' band, `besides_hz` and its skirts left out."""
    allowed = within(bins_hz, TONE_BAND_HZ)
    if besides_hz is not None:
        allowed &= np.abs(bins_hz - besides_hz) > 25.0
    best = int(np.argmax(np.where(allowed, power, 0.0)))
    return float(bins_hz[best]), float(power[best])


def _detune_hz(plan: TonePlan, lines_hz: tuple[float, ...]) -> float:
    if len(plan.frequencies_hz) != len(lines_hz):
        return np.inf
    return max(abs(line - tone) for line, tone in zip(lines_hz, plan.frequencies_hz, strict=True))


def _misfit(plan: TonePlan, rings: tuple[Span, ...], lines_hz: tuple[float, ...]) -> float:
    """Squared deviations in units of what is usual; a last ring may be cut short at little cost."""
    misfit = (_detune_hz(plan, lines_hz) / 5.0) ** 2
    whole = [ring.duration_s for ring in rings[:-1]]
    if whole:
        pauses_s = [after.start_s - before.end_s for before, after in pairwise(rings)]
        misfit += ((float(np.median(whole)) - plan.ring_s) / 0.1) ** 2
        misfit += ((float(np.median(pauses_s)) - plan.pause_s) / 0.2) ** 2
        return misfit
    short_s = plan.ring_s - rings[-1].duration_s
    return misfit + ((short_s / 0.1) ** 2 if short_s < 0 else min(short_s / 0.1, 3.0))
