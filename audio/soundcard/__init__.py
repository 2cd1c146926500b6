"""Calls from a sound card: devices, their clocks, calls found in the sound, and a softphone's marks."""
