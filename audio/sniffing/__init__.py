"""Calls seen in passing: frames of a mirror port or a capture file become the signals and the sound of calls."""
