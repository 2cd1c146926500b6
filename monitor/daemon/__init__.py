"""The running program: capture, hand-over and analysis together until stopped, and what it tells about itself."""
