"""What is counted of a stream, from which a direction's figures follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from audio.rtp.codec import Codec
from audio.rtp.jitter_buffers import NAMES
from audio.rtp.loss_counts import LossCounts


@dataclass(frozen=True, slots=True)
class StreamCounts:
    """What is counted of a stream, or of several: counts add up."""

    losses: LossCounts = field(default_factory=LossCounts)
    duplicated: int = 0
    reordered: int = 0
    jitter_sum_s: float = 0.0
    jitter_packets: int = 0
    jitter_max_s: float = 0.0
    discarded: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    buffered: int = 0
    """Packets that went through the simulated buffers."""
    adaptive_depth_sum_s: float = 0.0
    by_codec: Mapping[Codec, int] = field(default_factory=dict)

    def __add__(self, other: StreamCounts) -> StreamCounts:
        return StreamCounts(
            losses=self.losses + other.losses,
            duplicated=self.duplicated + other.duplicated,
            reordered=self.reordered + other.reordered,
            jitter_sum_s=self.jitter_sum_s + other.jitter_sum_s,
            jitter_packets=self.jitter_packets + other.jitter_packets,
            jitter_max_s=max(self.jitter_max_s, other.jitter_max_s),
            discarded={name: self.discarded[name] + other.discarded[name] for name in NAMES},
            buffered=self.buffered + other.buffered,
            adaptive_depth_sum_s=self.adaptive_depth_sum_s + other.adaptive_depth_sum_s,
            by_codec={
                codec: self.by_codec.get(codec, 0) + other.by_codec.get(codec, 0)
                for codec in (*self.by_codec, *(codec for codec in other.by_codec if codec not in self.by_codec))
            },
        )

    @property
    def codec(self) -> Codec | None:
        """The one that most packets have."""
        return max(self.by_codec, key=lambda codec: self.by_codec[codec], default=None)
