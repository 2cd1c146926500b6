"""The configuration as typed values, and how it is read, checked and shown."""
