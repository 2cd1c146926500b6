"""The commands of `timbre`, a module each."""
