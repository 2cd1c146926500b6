"""Calls heard while they go on, so that what is left to do at their end is little."""
