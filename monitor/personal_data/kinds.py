"""What digits can be: check digits, formats and lengths of each kind, from published rules.

Check digits and formats are python-stdnum's and phonenumbers'; the CLABE's is Banco de México's and in neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType
from stdnum import iban, luhn
from stdnum.ar import cbu, cuit
from stdnum.cl import rut
from stdnum.es import ccc, dni, nie
from stdnum.mx import curp, rfc
from stdnum.pe import ruc

from monitor.personal_data.finding import Kind, Proof

COUNTRIES = ("ES", "MX", "CO", "AR", "PE", "CL")
CARD_DIGITS_MIN, CARD_DIGITS_MAX = 13, 19
"""ISO/IEC 7812-1: digits of a card number; 12 and fewer are phones, accounts and cases."""
_CLABE_WEIGHTS = (3, 7, 1)
_FREE = re.compile(
    r"(?:34)?(?:80\d|90[012])\d{6}|(?:52)?(?:01)?800\d{7}|018000\d{5,7}|08[01]0\d{5,7}|600\d{7}|800\d{6}"
)
"""Numbers that cost the caller nothing or a fixed price: companies', in the six countries."""
_PERSONAL_TYPES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_CUIT_OF_PEOPLE = ("20", "23", "24", "25", "26", "27")
_RUC_OF_PEOPLE = ("10", "15", "16", "17")
_RFC_FORMAT = re.compile(r"[A-ZÑ&]{3,4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z0-9]{2}[0-9A]")
_CURP_FORMAT = re.compile(r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a number can be."""

    kind: Kind
    proof: Proof
    alone: float
    """Confidence where nothing is said of it; 0 where that is not enough."""
    against: float = 0.0
    """Confidence where the call calls it something else."""


@dataclass(frozen=True, slots=True)
class Said:
    """Digits with the letters right before and behind them."""

    digits: str
    before: str = ""
    after: str = ""
    parted: bool = False
    """Whether a hyphen stands before the last digit or the letter."""


@lru_cache(maxsize=4096)
def reckoned(said: Said) -> tuple[Reckoned, ...]:
    """All that digits can be, by check digits and formats."""
    return tuple(one for rule in _RULES for one in rule(said))


def _card(said: Said) -> Iterator[Reckoned]:
    if CARD_DIGITS_MIN <= len(said.digits) <= CARD_DIGITS_MAX:
        known = said.digits[0] in "3456" or said.digits[:2] in {"22", "23", "24", "25", "26", "27"}
        if known and luhn.is_valid(said.digits):
            yield Reckoned(Kind.CARD, Proof.CHECK_DIGIT, 0.85)
        else:
            yield Reckoned(Kind.CARD, Proof.FORMAT, 0.45 if known and len(said.digits) in {15, 16} else 0.0)


def _bank(said: Said) -> Iterator[Reckoned]:
    digits = said.digits
    if len(digits) == 22 and (iban.is_valid("ES" + digits) or iban.is_valid(said.before + digits)):
        yield Reckoned(Kind.IBAN, Proof.CHECK_DIGIT, 0.97, 0.7)
    elif (len(digits) == 20 and ccc.is_valid(digits)) or (len(digits) == 22 and cbu.is_valid(digits)):
        yield Reckoned(Kind.ACCOUNT, Proof.CHECK_DIGIT, 0.95, 0.6)
    elif len(digits) == 18 and _is_clabe(digits):
        yield Reckoned(Kind.ACCOUNT, Proof.CHECK_DIGIT, 0.8)
    elif 20 <= len(digits) <= 24:
        yield Reckoned(Kind.IBAN, Proof.FORMAT, 0.0)
    if 9 <= len(digits) <= 20:
        yield Reckoned(Kind.ACCOUNT, Proof.FORMAT, 0.0)


def _is_clabe(digits: str) -> bool:
    total = sum(int(digit) * _CLABE_WEIGHTS[at % 3] % 10 for at, digit in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def _spanish(said: Said) -> Iterator[Reckoned]:
    """DNI and NIE; the digits of Argentina's and Peru's DNI have no letter."""
    size, letter = len(said.digits), said.after[:1]
    if size == 8 and letter and dni.is_valid(said.digits + letter):
        yield Reckoned(Kind.DNI, Proof.CHECK_DIGIT, 0.95, 0.7)
    elif size in {7, 8}:
        yield Reckoned(Kind.DNI, Proof.FORMAT, 0.0)
    if size == 7 and said.before[-1:] in set("XYZ") - {""} and letter:
        valid = nie.is_valid(said.before[-1:] + said.digits + letter)
        yield Reckoned(Kind.NIE, Proof.CHECK_DIGIT if valid else Proof.FORMAT, 0.95 if valid else 0.5, 0.7 * valid)


def _tax(said: Said) -> Iterator[Reckoned]:
    if len(said.digits) != 11:
        return
    if cuit.is_valid(said.digits):
        yield Reckoned(Kind.CUIT, Proof.CHECK_DIGIT, 0.7 if said.digits.startswith(_CUIT_OF_PEOPLE) else 0.0)
    if ruc.is_valid(said.digits):
        yield Reckoned(Kind.RUC, Proof.CHECK_DIGIT, 0.7 if said.digits.startswith(_RUC_OF_PEOPLE) else 0.0)


def _chilean(said: Said) -> Iterator[Reckoned]:
    number = said.digits + ("K" if said.after[:1] == "K" else "")
    if 8 <= len(number) <= 9 and rut.is_valid(number):
        yield Reckoned(Kind.RUT, Proof.CHECK_DIGIT, 0.8 if said.parted or number[-1] == "K" else 0.0)


def _cedula(said: Said) -> Iterator[Reckoned]:
    if 6 <= len(said.digits) <= 10:
        yield Reckoned(Kind.CEDULA, Proof.FORMAT, 0.0)


def _phone(said: Said) -> Iterator[Reckoned]:
    round_amount = len(said.digits) <= 8 and said.digits.endswith("000")
    if 7 <= len(said.digits) <= 13 and not round_amount and not is_free_phone(said.digits):
        personal = len(said.digits) >= 9 and _is_mobile(said.digits)
        yield Reckoned(Kind.PHONE, Proof.FORMAT, 0.5 if personal else 0.0)


def is_free_phone(digits: str) -> bool:
    """Whether it is a number that a company has its customers call."""
    return _FREE.fullmatch(digits) is not None


@lru_cache(maxsize=4096)
def _is_mobile(digits: str) -> bool:
    for country in COUNTRIES:
        try:
            number = phonenumbers.parse(digits, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.number_type(number) in _PERSONAL_TYPES:
            return True
    return False


_RULES: tuple[Callable[[Said], Iterator[Reckoned]], ...] = (
    _card, _bank, _spanish, _tax, _chilean, _cedula, _phone,
)  # fmt: skip

ABOUT: dict[Kind, tuple[int, int]] = {
    Kind.CARD: (11, 28),
    Kind.IBAN: (14, 28),
    Kind.ACCOUNT: (8, 28),
    Kind.DNI: (6, 9),
    Kind.NIE: (6, 9),
    Kind.CEDULA: (6, 11),
    Kind.RUT: (6, 10),
    Kind.CUIT: (10, 12),
    Kind.RUC: (10, 12),
    Kind.PHONE: (7, 15),
}
"""Digits of what the call names and a recogniser wrote down with some lost or twice."""


def code_in(chars: str) -> tuple[Kind, Proof, int, int] | None:
    """The CURP or RFC in letters and digits, and where it begins and ends; a CURP begins like an RFC."""
    for kind, pattern, valid in (
        (Kind.CURP, _CURP_FORMAT, curp.is_valid),
        (Kind.RFC, _RFC_FORMAT, lambda text: rfc.is_valid(text, validate_check_digits=True)),
    ):
        found = pattern.search(chars)
        if found:
            return kind, Proof.CHECK_DIGIT if valid(found[0]) else Proof.FORMAT, found.start(), found.end()
    return None
