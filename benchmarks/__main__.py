"""`python -m benchmarks [NAME ...]`: run the named benchmarks, or all of them."""

from __future__ import annotations

import argparse
from importlib import import_module

BENCHMARKS = {
    "analysis": "the whole analysis against faster-whisper alone, on the stereo calls; shares, peak memory",
    "long": "a 3-hour recording against a 3-minute one: time per minute, memory",
    "live": "from the end of a live call to its verdict: calls of 1, 10 and 35 minutes, one in real time (slow)",
    "detectors": "speech detectors against the truth of the labelled calls",
    "separation": "telling two speakers apart on a mixed channel",
    "recording": "the recorder: processor of 300 live calls, speed on a capture file's calls",
    "packets": "statistics of a capture file: packets a second on one core against dpkt, scapy and tshark",
    "calls": "100 calls at once in a capture file, decoded and written: times real time",
    "load": "300 calls at once for 3 minutes on the loopback, captured live: what was lost, processor, memory (root)",
    "faults": "the recorder on a disk that fails at each operation, and killed (slow)",
    "understanding": "type, outcome, promises and the customer's facts on written calls with labels",
    "protocol": "the protocol's verdicts on held-out written calls, as written and as recognised",
    "transcription": "ways to run the recogniser: accuracy and processor time (slow)",
}
BY_DEFAULT = ("analysis", "long", "detectors", "separation", "recording", "packets", "calls", "load")


def main() -> None:
    listing = "\n".join(f"  {name:14} {what}" for name, what in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", epilog=listing, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: {' '.join(BY_DEFAULT)}")
    names = parser.parse_args().names or BY_DEFAULT
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"no benchmark named {', '.join(unknown)}")
    for name in names:
        print(f"\n== {name}: {BENCHMARKS[name]}", flush=True)
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
