"""Fails where a test was skipped that this machine could have run.

usage: skips.py JUNIT_XML
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ALWAYS = (
    r"^\.\./shared is not here",
    r"^the torture messages of RFC 4475 are not beside the project",
    r"^no GPU",
    r"^this FFmpeg has no ",
    r"^no sound card",
    r"^not a git checkout",
    r"^needs .* without root",
)
NOT_ROOT = (r"not root", r"^needs root", r"^PostgreSQL does not run as root")
NO_CAPTURE = (r"CAP_NET_RAW", r"^no live capture here", r"^dumpcap may not capture here")
NO_NAMESPACES = (r"^no network namespaces here", r"^no right to make network interfaces")
NO_IPV6 = (r"^no IPv6 here",)
NO_SYSTEMD = (r"^no systemd-analyze here",)


def allowed() -> list[str]:
    """Reasons that hold on this machine; one that it cannot have is a test that was left out."""
    return [
        *ALWAYS,
        *(NOT_ROOT if os.geteuid() else ()),
        *(NO_CAPTURE if not _may_capture() else ()),
        *(NO_NAMESPACES if not _has_namespaces() else ()),
        *(NO_IPV6 if not Path("/proc/net/if_inet6").exists() else ()),
        *(NO_SYSTEMD if shutil.which("systemd-analyze") is None else ()),
    ]


def _may_capture() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except OSError:
        return False
    return True


def _has_namespaces() -> bool:
    name = f"timbreci{os.getpid()}"
    try:
        done = [
            subprocess.run(("ip", "netns", deed, name), capture_output=True, check=False) for deed in ("add", "del")
        ]
    except OSError:
        return False
    return all(one.returncode == 0 for one in done)


def main(path: str) -> int:
    """Print every skip that is not allowed; how many."""
    patterns = allowed()
    skipped = [
        (case.get("classname", ""), case.get("name", ""), (skip.get("message") or "").strip())
        for case in ET.parse(path).iter("testcase")
        for skip in case.iter("skipped")
        if skip.get("type") != "pytest.xfail"
    ]
    wrong = [item for item in skipped if not any(re.search(pattern, item[2]) for pattern in patterns)]
    for place, name, reason in wrong:
        print(f"skipped, and must not be here: {place}::{name}: {reason}")
    print(f"{len(skipped)} tests skipped, {len(wrong)} of them without leave")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
