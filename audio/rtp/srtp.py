"""Encrypted RTP (RFC 3711) with the keys that a clear SDP gave (RFC 4568), by libsrtp. Keys are never logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from pylibsrtp import Error, Policy, Session

from audio.rtp.packets import RtpPackets
from audio.rtp.received import Received
from audio.sip.media import SrtpKey

SUITES = MappingProxyType(
    {
        "AES_CM_128_HMAC_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
        "AES_CM_128_HMAC_SHA1_32": (Policy.SRTP_PROFILE_AES128_CM_SHA1_32, 30),
        "AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28),
        "AEAD_AES_256_GCM": (Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
    }
)
"""Crypto suites that can be read, with libsrtp's number and the bytes of master key and salt."""

_MOST_KEYS = 8
_MOST_ROLL_OVERS = 16
"""The sequence number wraps every 22 minutes at 50 packets/s: a call joined after its first 6 hours is not read."""
_WINDOW_PACKETS = 4096
_LONGEST_PACKET = 1500
_PADDED = 0x20
_WALK = 16_000
_PATIENCE = 10
_TRIED_EVERY = 50
"""After ten packets that no key fits, the keys are tried on one of fifty: a trial of all wraps costs milliseconds."""


def _session(key: SrtpKey, ssrc: int) -> Session:
    profile, _ = SUITES[key.suite]
    policy = Policy(key.key_and_salt, Policy.SSRC_SPECIFIC, ssrc, profile)
    policy.window_size = _WINDOW_PACKETS
    return Session(policy)


def _joined(key: SrtpKey, packet: bytes, roll_overs: int) -> Session:
    """A session that stands just before `packet`, the sequence numbers having wrapped so often.

    The counter of wraps is not in the packets, and the library offers no way to set it. Packets of our own make it
    count.
    """
    ssrc = int.from_bytes(packet[8:12], "big")
    session = _session(key, ssrc)
    last = (roll_overs << 16) + int.from_bytes(packet[2:4], "big") - _WINDOW_PACKETS // 2
    if roll_overs:
        for number in (*range(0, last, _WALK), last):
            header = b"\x80\x00" + (number & 0xFFFF).to_bytes(2, "big") + bytes(4) + ssrc.to_bytes(4, "big")
            session.protect(header)
    return session


def usable(keys: Sequence[SrtpKey]) -> tuple[SrtpKey, ...]:
    """The keys of suites that can be read and of the right length, at most eight."""
    fitting = [key for key in keys if key.suite in SUITES and len(key.key_and_salt) == SUITES[key.suite][1]]
    return tuple(fitting[:_MOST_KEYS])


class Decryptor:
    """One stream's payloads in the clear. It finds out by itself which of the keys is used."""

    def __init__(self, keys: Sequence[SrtpKey]) -> None:
        self._keys = usable(keys)
        self._session: Session | None = None
        self._ssrc_bytes = b""
        self._refused = 0
        self.proven = False
        """Whether a key fitted yet."""
        self.refusals: Counter[str] = Counter()
        """Why packets could not be read, in libsrtp's words."""

    def learn(self, keys: Sequence[SrtpKey]) -> None:
        """Newer keys are tried first; those in use stay valid until they no longer fit."""
        newer = usable(keys)
        self._keys = (*newer, *(key for key in self._keys if key not in newer))[:_MOST_KEYS]
        self._refused = 0

    def clear(self, packets: RtpPackets) -> Received | None:
        """The packets that could be decrypted, in order of arrival; `None` where not one could be."""
        plain, kept = [], []
        for index in range(len(packets)):
            start = int(packets.header_starts[index])
            packet = packets.data[start : start + int(packets.packet_lengths[index])].tobytes()
            payload = self._payload(packet, int(packets.starts[index]) - start)
            if payload is not None:
                plain.append(payload)
                kept.append(index)
        if not kept:
            return None
        return Received(
            packets.times_s[kept],
            packets.sequence[kept].astype(np.int64),
            packets.timestamps[kept].astype(np.int64),
            packets.payload_types[kept],
            np.array([len(payload) for payload in plain], np.int64),
            np.frombuffer(b"".join(plain), np.uint8),
        )

    def _payload(self, packet: bytes, header_bytes: int) -> bytes | None:
        clear = self._packet(packet)
        if clear is None or len(clear) < header_bytes:
            return None
        payload = clear[header_bytes:]
        if clear[0] & _PADDED and payload:  # the padding's length was encrypted with it
            payload = payload[: max(0, len(payload) - payload[-1])]
        return payload

    def _packet(self, packet: bytes) -> bytes | None:
        if len(packet) > _LONGEST_PACKET:
            return None
        if self._session is not None and packet[8:12] == self._ssrc_bytes:
            try:
                clear = self._session.unprotect(packet)
            except Error as error:
                self.refusals[str(error)] += 1
                if "replay" in str(error):  # the same packet twice
                    return None
            else:
                self._refused = 0
                return clear
        return self._found(packet)

    def _found(self, packet: bytes) -> bytes | None:
        """The packet under whichever key fits it, which is then the stream's."""
        self._refused += 1
        if self._refused > _PATIENCE and self._refused % _TRIED_EVERY:
            return None
        for roll_overs in range(_MOST_ROLL_OVERS):
            for key in self._keys:
                session = _joined(key, packet, roll_overs)
                try:
                    clear = session.unprotect(packet)
                except Error:
                    continue
                self._session, self._ssrc_bytes, self._refused = session, packet[8:12], 0
                self.proven = True
                return clear
        return None
