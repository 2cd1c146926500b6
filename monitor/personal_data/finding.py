"""What was found to be personal in the words of a call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.recording import Party
from models.span import Span


class Kind(StrEnum):
    """What a datum is."""

    CARD = "card"
    IBAN = "iban"
    ACCOUNT = "account"
    """A bank account by its national number: CCC, CLABE, CBU, or what the call names one."""
    DNI = "dni"
    NIE = "nie"
    CURP = "curp"
    RFC = "rfc"
    CEDULA = "cedula"
    RUT = "rut"
    CUIT = "cuit"
    RUC = "ruc"
    PHONE = "phone"
    EMAIL = "email"


class Proof(StrEnum):
    """Why a datum is taken for one, the surest first."""

    CHECK_DIGIT = "check_digit"
    FORMAT = "format"
    CONTEXT = "context"
    """The call names its kind, and it is about as long as that: a figure was lost or heard twice."""
    ECHO = "echo"
    """A part of another one, said again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Words of one turn, `first` up to and with `last`, by their indices."""

    turn: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Found:
    """One datum as one party said it, in one stretch of words or, dictated in pieces, in several."""

    kind: Kind
    party: Party
    proof: Proof
    confidence: float
    """From 0 to 1: how sure the rule is, not how well the words were heard."""
    places: tuple[Place, ...]
    spans: tuple[Span, ...]
    """Of each place, in seconds of the recording."""
