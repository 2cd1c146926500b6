"""The commands of `timbre`, a module each.

They import what they run on when they run: help and shell completion must not wait for it to load.
"""
