"""What rtpengine writes beside its recordings (`--recording-method=pcap`): `metadata/rtpengine-meta-*.txt`.

Its pcaps hold media only; who speaks to whom, and when the call began, is told here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from models.errors import CaptureError

_PREFIX = "rtpengine-meta-"
_MAX_BYTES = 1 << 20
_MAX_DESCRIPTIONS = 1000
_TAG = re.compile(r"-[0-9a-f]{16}$")
_FIELD = re.compile(
    r"(Label|Timestamp started ms|SDP mode|SDP before RTP packet|Timestamp terminated ms\(first monologue\)"
    r"|call start time|call end time|Recording (?:paused|resumed) at): ?(.*)"
)
_SDP_LINE = re.compile(r"[a-z]=")


@dataclass(frozen=True, slots=True)
class RtpengineDescription:
    """One SDP as rtpengine sent it on: its own addresses, which are those of the packets in the pcap."""

    mode: str
    """`offer` or `answer`."""
    at_s: float | None
    """When that side of the call was made known, since 1970."""
    sdp: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class RtpengineCall:
    call_id: str
    pcap: str
    """The path on the machine that recorded; here the file lies in `../pcaps` under the same name."""
    descriptions: tuple[RtpengineDescription, ...] = ()
    started_s: float | None = None
    ended_s: float | None = None
    metadata: str | None = None
    """The free line that the SIP proxy gave (`metadata=`)."""


@dataclass(slots=True)
class _Reading:
    descriptions: list[RtpengineDescription] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    sdp: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    ended: bool = False

    def take(self, line: str) -> None:
        found = _FIELD.fullmatch(line)
        if found and found[1] in ("Label", "Timestamp started ms") and self.sdp:
            self.close_sdp()
        if found:
            self.fields[found[1]] = found[2].strip()
            self.ended |= found[1] == "call end time"
        elif self.ended and line.strip():
            self.free.append(line.strip())
        elif _SDP_LINE.match(line) and "SDP mode" in self.fields:
            self.sdp.append(line)

    def close_sdp(self) -> None:
        if self.sdp and len(self.descriptions) < _MAX_DESCRIPTIONS:
            sdp = "".join(f"{line}\r\n" for line in self.sdp)
            at_s, label = _seconds(self.fields.pop("Timestamp started ms", "")), self.fields.pop("Label", None)
            self.descriptions.append(RtpengineDescription(self.fields.pop("SDP mode", ""), at_s, sdp, label))
        self.sdp = []


def read_metadata(path: Path) -> RtpengineCall:
    """Raises CaptureError: `vanished`, `no_permission`, `unreadable`, `metadata_unreadable`."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
    except FileNotFoundError as error:
        raise CaptureError("there is no such file", "vanished") from error
    except PermissionError as error:
        raise CaptureError("there is no permission to read the file", "no_permission") from error
    except OSError as error:
        raise CaptureError(f"the file cannot be read: {error.strerror}", "unreadable") from error
    return parse_metadata(path.name, content.decode("utf-8", "replace"))


def parse_metadata(name: str, content: str) -> RtpengineCall:
    """The Call-ID is in the file's name only. Raises CaptureError (`metadata_unreadable`)."""
    stem = name.removesuffix(".txt").removesuffix(".tmp")
    lines = content.split("\n")
    if not stem.startswith(_PREFIX) or not lines[0].strip().endswith(".pcap"):
        raise CaptureError("not the metadata of an rtpengine recording", "metadata_unreadable")
    reading = _Reading()
    for line in lines[1:]:
        reading.take(line.rstrip("\r"))
    reading.close_sdp()
    times_s = [one.at_s for one in reading.descriptions if one.at_s]
    return RtpengineCall(
        call_id=unquote(_TAG.sub("", stem.removeprefix(_PREFIX))),
        pcap=lines[0].strip(),
        descriptions=tuple(reading.descriptions),
        started_s=min(times_s, default=None),
        ended_s=_seconds(reading.fields.get("Timestamp terminated ms(first monologue)", "")),
        metadata="\n".join(reading.free) or None,
    )


def metadata_of(pcap: Path) -> Path | None:
    """The file that belongs to a pcap in rtpengine's folder, once the call has ended."""
    if pcap.parent.name != "pcaps":
        return None
    path = pcap.parent.parent / "metadata" / f"{_PREFIX}{pcap.stem}.txt"
    return path if path.is_file() else None


def _seconds(milliseconds: str) -> float | None:
    """`None` for none, and for the 0 that stands for it."""
    found = re.fullmatch(r"\d{1,15}(\.\d+)?", milliseconds)
    return (float(found[0]) / 1000 or None) if found else None
