"""Two calls turn out to be one: the sound of the absorbed one fills what the other has not heard."""

from __future__ import annotations

from audio.events import Sound
from models.call import Side
from monitor.recorder.journal import entries
from monitor.recorder.live_call import LiveCall
from monitor.recorder.recorded import CHANNELS

_COPY_FRAMES = 1 << 18
_OF_A_CHANNEL = ("missing", "concealed")


JoinedChannels = tuple[int | None, int | None]
"""For channels 0 and 1 of the absorbed call the channel of the other; `None`: nothing was recorded there."""
SAME_CHANNELS: JoinedChannels = (0, 1)


def absorb(call: LiveCall, absorbed: LiveCall, channels: JoinedChannels = SAME_CHANNELS, *, may_begin: bool) -> bool:
    """Copy sound, marks and journal; true where all of it is in `call`'s files, so that the other's may go.

    Where both have sound of a channel at the same time, it is one conversation heard twice, and `call`'s stays.
    """
    absorbed.write(may_begin=may_begin)
    call.write(may_begin=may_begin)
    whole = absorbed.failed is None and call.failed is None
    try:
        for theirs, ours in zip(CHANNELS, channels, strict=True):
            if ours is not None:
                whole = _copy_sound(call, ours, absorbed, theirs, may_begin=may_begin) and whole
        _copy_notes(call, absorbed, channels)
    except OSError:
        return False
    call.marks.absorb(absorbed.marks, channels)
    call.write(may_begin=may_begin)
    return whole and call.failed is None


def _copy_sound(call: LiveCall, ours: int, absorbed: LiveCall, theirs: int, *, may_begin: bool) -> bool:
    whole = True
    for first, last in absorbed.line.coverage[theirs].runs:
        for start in range(first, last, _COPY_FRAMES):
            sound = _sound(absorbed, theirs, start, min(start + _COPY_FRAMES, last))
            call.add(ours, sound, only_gaps=True)
            call.write(may_begin=may_begin)
            whole = whole and call.failed is None
    return whole


def _sound(absorbed: LiveCall, channel: int, first: int, last: int) -> Sound:
    assert absorbed.line.rate_hz is not None
    samples = absorbed.samples(channel, first, last)
    leg = f"joined:{absorbed.call_id}"
    return Sound(leg, Side.CALLER, absorbed.line.clock_s(first), absorbed.line.rate_hz, samples)


def _copy_notes(call: LiveCall, absorbed: LiveCall, channels: JoinedChannels) -> None:
    """The words of the absorbed call's journal, so that a crash later finds them."""
    for entry in entries(absorbed.disk.read(absorbed.journal.path)):
        kept = {key: value for key, value in entry.items() if key in ("signal", *_OF_A_CHANNEL)}
        for key in _OF_A_CHANNEL:
            if key in kept:
                theirs, *rest = kept[key]
                ours = channels[theirs]
                kept = {key: [ours, *rest]} if ours is not None else {}
        if kept:
            call.journal.add(kept)
    call.journal.add({"joined": absorbed.call_id})
