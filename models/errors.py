"""The named errors of the product. Each message says what is wrong and what to do."""

from __future__ import annotations


class TimbreError(Exception):
    """Base of all errors that Timbre raises on purpose.

    `code` is a reason code of the message catalogue (`reason-<code>`), shown to people;
    the message is for logs and must hold no personal data.
    """

    code = "error"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class RecordingError(TimbreError):
    """A recording cannot be read or used."""

    code = "unreadable"


class ModelError(TimbreError):
    """A speech model is missing, damaged or cannot be loaded."""

    code = "model_missing"


class ConfigError(TimbreError):
    """The configuration is wrong; the message lists every mistake."""

    code = "config_invalid"


class ProtocolError(TimbreError):
    """A protocol file is wrong; the message lists every mistake."""

    code = "protocol_invalid"


class StoreError(TimbreError):
    """The database cannot be reached or does not fit this version."""

    code = "store_unavailable"


class DeviceError(TimbreError):
    """A sound device cannot be had, or its library cannot."""

    code = "device_refused"


class SourceError(TimbreError):
    """A source of calls cannot be opened: its device, interface, port or certificate."""

    code = "source_unavailable"


class SignallingError(TimbreError):
    """A message of a peer cannot be read; what it belongs to goes on without it."""

    code = "signalling_unreadable"


class CaptureError(TimbreError):
    """Captured packets cannot be had or read: a file that is no capture, an interface that is gone or closed to us."""

    code = "not_capture"


class CdrError(TimbreError):
    """A file of call detail records cannot be read."""

    code = "cdr_unreadable"
