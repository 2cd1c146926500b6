"""Why a message was refused."""

from __future__ import annotations

from models.errors import SignallingError


class SipError(SignallingError):
    """Bytes that are no SIP or SDP that can be trusted; `code` says which part of them.

    The message never quotes what was received: it may hold a number or a name.
    """

    code = "sip_malformed"
