"""How long a call may be silent, last or linger, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Times in seconds of the capture clock.

    Raises:
        ValueError: for a limit that is not above zero.
    """

    grace_s: float = 2.0
    """Sound that comes so long after the end still belongs."""
    retry_wait_s: float = 5.0
    """After a refusal that is followed by another request: authentication, redirection."""
    transfer_wait_s: float = 10.0
    """After the end of a leg that was transferred, for the leg that follows it."""
    cancel_wait_s: float = 32.0
    """After CANCEL without a final answer (RFC 3261, 64 T1)."""
    silence_s: float = 300.0
    """No sound and no signal: the end was lost. Shorter ones cut calls on hold (Oreka's issue 129)."""
    held_silence_s: float = 3600.0
    orphan_silence_s: float = 60.0
    """Of sound without signalling, whose end nobody tells."""
    max_length_s: float = 43200.0
    takeover_s: float = 3.0
    """A recorded stream silent for so long gives way to another leg's stream of the same voice."""
    max_calls: int = 2000
    max_legs: int = 32
    """Of one call."""

    def __post_init__(self) -> None:
        wrong = [name for name in self.__slots__ if not getattr(self, name) > 0]
        if wrong:
            raise ValueError(f"limits of calls must be above zero: {', '.join(wrong)}")
