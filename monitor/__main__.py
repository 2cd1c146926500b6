"""`python -m monitor` is `timbre`."""

from monitor.cli import main

main()
