"""Calls as they happen: from a source's events to recordings on disk and work in the store."""
