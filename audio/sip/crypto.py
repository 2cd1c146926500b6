"""`a=crypto`: keys of SRTP in the session description (SDES, RFC 4568)."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from audio.sip.media import SrtpKey

KEY_AND_SALT_LENGTHS = {
    "AES_CM_128_HMAC_SHA1_80": 30,
    "AES_CM_128_HMAC_SHA1_32": 30,
    "F8_128_HMAC_SHA1_80": 30,
    "AES_192_CM_HMAC_SHA1_80": 38,
    "AES_192_CM_HMAC_SHA1_32": 38,
    "AES_256_CM_HMAC_SHA1_80": 46,
    "AES_256_CM_HMAC_SHA1_32": 46,
    "AEAD_AES_128_GCM": 28,
    "AEAD_AES_256_GCM": 44,
}
"""Bytes of master key and salt by suite (RFC 4568 6.2, RFC 6188 table 3, RFC 7714 14.2)."""
_MOST_KEYS = 8
_LONGEST_MKI = 128  # RFC 4568, 9.1


def read_crypto(value: str) -> tuple[SrtpKey, ...]:
    """What one `a=crypto` offers: `1 AES_CM_128_HMAC_SHA1_80 inline:<base64>|2^20|1:4`; a lifetime is not needed.

    Empty where the suite is not known, a key has not the suite's length, or the line says that RTP is not encrypted.
    """
    words = value.split()
    if len(words) < 3 or not words[0].isdecimal() or len(words[0]) > 9 or "UNENCRYPTED_SRTP" in words[3:]:
        return ()
    length = KEY_AND_SALT_LENGTHS.get(words[1].upper())
    keys = words[2].split(";")[:_MOST_KEYS]
    return tuple(
        SrtpKey(int(words[0]), words[1].upper(), key_and_salt, mki)
        for key_and_salt, mki in _inline_keys(keys)
        if len(key_and_salt) == length
    )


def _inline_keys(keys: list[str]) -> Iterator[tuple[bytes, bytes]]:
    for key in keys:
        method, _, inline = key.partition(":")
        encoded, *rest = inline.split("|")
        mki = _read_mki(rest[-1]) if rest and ":" in rest[-1] else b""
        if method.lower() != "inline" or mki is None:
            continue
        unpadded = encoded.rstrip("=")
        try:
            key_and_salt = base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)
        except ValueError:  # no base64, or no ASCII
            continue
        yield key_and_salt, mki


def _read_mki(text: str) -> bytes | None:
    """`value:length`, both decimal, as the bytes that stand in the packet."""
    value, _, length = text.partition(":")
    if not (value.isdecimal() and length.isdecimal() and len(value) <= 309 and len(length) <= 3):
        return None
    if not 0 < int(length) <= _LONGEST_MKI or int(value).bit_length() > 8 * int(length):
        return None
    return int(value).to_bytes(int(length), "big")
