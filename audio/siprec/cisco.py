"""Cisco's recording by the telephone's built-in bridge: two plain calls to the recorder, one for each direction.

They carry no metadata. What is known stands in the `From` address as parameters: `x-nearend` or `x-farend` says whose
voice this call brings, and both calls have the same `x-refci`.
"""

from __future__ import annotations

from audio.sip.headers import read_parameters
from audio.siprec.metadata import Metadata, Participant

_LONGEST = 64


def metadata_of(sender_uri: str, label: str) -> Metadata | None:
    """What a `From` address tells of the call's only line, called `label`; `None` where it is not of this kind."""
    address, _, parameters = sender_uri.partition(";")
    said = {name: value[:_LONGEST] for name, value in read_parameters(parameters).items()}
    if "x-refci" not in said or not said.keys() & {"x-nearend", "x-farend"}:
        return None
    host = address.rpartition("@")[2].removeprefix("sip:")
    near = _participant("near", said.get("x-nearendaddr"), host)
    far = _participant("far", said.get("x-farendaddr"), host)
    speaker = near if "x-nearend" in said else far
    return Metadata(
        session_ids=(f"refci-{said['x-refci']}",),
        participants={one.id: one for one in (near, far)},
        labels={"line": label},
        sends={speaker.id: frozenset({"line"})},
    )


def _participant(name: str, number: str | None, host: str) -> Participant:
    return Participant(name, aor=f"sip:{number}@{host}" if number else None)
