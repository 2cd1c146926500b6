"""Calls made of what sources tell: a pure state machine, fed the same way by every source."""
