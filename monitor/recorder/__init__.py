"""Calls on their way to the disk: written as they come, finished when they end, repaired after a crash."""
