"""`timbre protocol`: the service protocol as data that a centre makes its own."""
