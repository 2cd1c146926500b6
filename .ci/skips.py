"""Fails where a test was skipped that this machine could have run.

usage: skips.py JUNIT_XML
"""

import re
import sys
import xml.etree.ElementTree as ET

ALLOWED = (
    r"^\.\./shared is not here",
    r"^no GPU",
    r"^this FFmpeg has no ",
    r"^no sound card",
    r"^needs .*CAP_NET_RAW",
    r"^not a git checkout",
    r"^needs .* without root",
    r"not root",
)


def main(path: str) -> int:
    """Print every skip that is not allowed; how many."""
    skipped = [
        (case.get("classname", ""), case.get("name", ""), (skip.get("message") or "").strip())
        for case in ET.parse(path).iter("testcase")
        for skip in case.iter("skipped")
        if skip.get("type") != "pytest.xfail"
    ]
    wrong = [item for item in skipped if not any(re.search(pattern, item[2]) for pattern in ALLOWED)]
    for place, name, reason in wrong:
        print(f"skipped, and must not be here: {place}::{name}: {reason}")
    print(f"{len(skipped)} tests skipped, {len(wrong)} of them without leave")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
