"""What a centre demands: the limits, its names and its protocol."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from models.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers that a call is judged by; each is a key of `config.toml` of the same name.

    Defaults are those of the definitions in `docs/measures.md`.
    """

    rings_max: int = 3
    third_ring_ends_s: float = 10.5
    """From the start of the first ring, where the analysis knows no tone plan (Spain's)."""
    articulation_rate_min_sps: float = 4.6
    articulation_rate_max_sps: float = 7.0
    """Gósy 1991, Spanish."""
    speech_min_s: float = 15.0
    """Under this much speech of a party its rate is not evaluable."""
    level_target_dbov: float = -26.0
    level_tolerance_db: float = 6.0
    level_sd_steady_db: float = 3.0
    level_sd_max_db: float = 6.0
    level_drift_max_db_per_min: float = 3.0
    clipped_ratio_max: float = 0.001
    interruptions_max_per_10_min: float = 2.0
    dead_air_s: float = 5.0
    dead_air_flagged_s: float = 10.0
    hold_announced_within_s: float = 8.0
    """A silence is announced when the agent asks or tells the customer to wait this shortly before it."""
    r_factor_min: float = 70.0
    opening_s: float = 30.0
    """Opening steps count up to here, from the agent's first word."""
    close_s: float = 60.0
    """Closing steps count from here, before the agent's last word."""
    answered_before_start_s: float = 0.3
    """Speech this early in a recording without ringing may have begun before it."""
    word_probability_min: float = 0.25
    """Words heard with less are no evidence."""
    opening_probability_min: float = 0.45
    """Where the mean probability of the window's words is less, a step not found is not evaluable."""
    match_min: float = 0.84
    """How alike heard and expected words must sound, from 0 to 1."""
    confidence_min: float = 0.35
    """Evidence of less is none."""
    answer_probability_margin_min: float = 0.2
    """How much likelier an answer must be than the next to be given, from 0 to 1."""
    customer_raised_db: float = 6.0
    """A customer's turn this much louder than their own median is raised."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Names that help to recognise who speaks for whom. All may be empty."""

    company_names: tuple[str, ...] = ()
    agent_names: tuple[str, ...] = ()
    product_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a verdict depends on besides the analysis."""

    protocol: Protocol
    limits: Limits = Limits()
    centre: Centre = Centre()
    others: tuple[Protocol, ...] = ()
    """For calls in other languages than the protocol's; without one for its language a call is judged by `protocol`."""

    def spoken_in(self, language: str) -> Rules:
        """The rules for calls in `language`: one protocol, no others."""
        fitting = (other for other in self.others if other.language == language)
        protocol = self.protocol if self.protocol.language == language else next(fitting, self.protocol)
        return replace(self, protocol=protocol, others=())

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the content, the same on every machine."""
        return digest_of(self)


@lru_cache(maxsize=32)  # a batch judges thousands of calls by the same rules
def digest_of(value: Rules | Protocol) -> str:
    """Digest of all that a value holds, in hexadecimal; rules without `others` are as if there were no such thing."""
    content = asdict(value)
    if not content.get("others"):
        content.pop("others", None)
    return sha256_of(content)


def sha256_of(content: Any) -> str:
    """Digest of JSON-ready `content` in its canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
