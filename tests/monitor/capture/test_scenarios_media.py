"""What telephones send, in every codec and with every fault, from the capture file to the recording."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from audio.g711 import alaw_samples
from models.recording import Party
from models.span import Span
from tests.audio.rtp.senders import Packet, sender
from tests.audio.rtp.test_sound_codecs import best_correlation, chirp, encoded
from tests.audio.rtp.test_sound_srtp import encrypted, key
from tests.audio.sip.flows import AGENT, CUSTOMER, Dialog, sdp
from tests.monitor.capture.scenes import START_S, Heard, Scene, plain_call, sent, spoken, voice

CALL = Dialog()
CUSTOMER_VOICE, AGENT_VOICE = voice(1), voice(2)
TO_CUSTOMER, TO_AGENT = ((AGENT, 7000), (CUSTOMER, 6000)), ((CUSTOMER, 6000), (AGENT, 7000))


@pytest.fixture(params=[False, True], ids=["file", "live"])
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Scene:
    return Scene(tmp_path, live=request.param)


def agreed(scene: Scene, formats: str, *lines: str, end_s: float = 8.0, profile: str = "RTP/AVP") -> None:
    """A plain call whose both descriptions have these lines."""
    flow = plain_call(end_s=end_s)
    flow[0] = CALL.invite(START_S, body=sdp(CUSTOMER, 6000, *lines, formats=formats, profile=profile))
    flow[3] = CALL.response(START_S + 3.2, 200, body=sdp(AGENT, 7000, *lines, formats=formats, profile=profile))
    scene.signal(flow)


def paced(payloads: list[bytes], payload_type: int, ticks: int, at_s: float = 4.0) -> list[Packet]:
    return [
        Packet(START_S + at_s + i * 0.02, 10 + i, 70 + i * ticks, one, payload_type) for i, one in enumerate(payloads)
    ]


def by_sox(samples: np.ndarray) -> Iterator[bytes]:
    """GSM 06.10, which FFmpeg decodes and does not encode."""
    if shutil.which("sox") is None:
        pytest.skip("sox is not here to encode GSM")
    raw = ["-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-t", "raw"]
    made = subprocess.run(
        ["sox", *raw, "-", "-t", "gsm", "-"], input=samples.tobytes(), capture_output=True, check=True
    )
    yield from (made.stdout[begin : begin + 33] for begin in range(0, len(made.stdout) - 32, 33))


def l16(samples: np.ndarray) -> Iterator[bytes]:
    for begin in range(0, len(samples), 160):
        yield samples[begin : begin + 160].astype(">i2").tobytes()


Codec = tuple[str, int, int, str, int, int, Callable[[np.ndarray], Iterator[bytes]]]
CODECS: list[Codec] = [
    ("G722", 9, 160, "", 16000, 16000, lambda one: encoded("g722", one, 16000, 320)),
    ("OPUS", 96, 960, "a=rtpmap:96 opus/48000/2", 48000, 16000, lambda one: encoded("libopus", one, 48000, 960)),
    ("GSM", 3, 160, "", 8000, 8000, by_sox),
    ("L16", 97, 160, "a=rtpmap:97 L16/8000", 8000, 8000, l16),
]


@pytest.mark.parametrize("codec", CODECS, ids=[codec[0] for codec in CODECS])
def test_every_codec_is_recorded_where_it_was_said(scene: Scene, codec: Codec) -> None:
    name, payload_type, ticks, line, rate_hz, recorded_hz, pack = codec
    said = chirp(2.0, rate_hz)
    agreed(scene, str(payload_type), *([line] if line else []))
    scene.add(sent(paced(list(pack(said)), payload_type, ticks), *TO_AGENT))
    call = scene.call()
    assert call.recorded.sample_rate_hz == recorded_hz
    assert call.figures(Party.CUSTOMER).codec == name
    assert call.figures(Party.CUSTOMER).lost == 0
    true = said if rate_hz == recorded_hz else said[::3]
    heard = call.line(Party.CUSTOMER, 4.0, 1.9)
    score, late = best_correlation(heard, true, round(0.05 * recorded_hz))
    assert score > {"L16": 0.999, "GSM": 0.8}.get(name, 0.9)  # full rate GSM is made for voices, not for tones
    assert late / recorded_hz < 0.04


def test_g729_is_decoded(scene: Scene) -> None:
    """No free encoder of G.729 is at hand: any frames of ten bytes are speech to its decoder."""
    agreed(scene, "18")
    scene.add(sent(paced([voice(4)[i * 20 : i * 20 + 20] for i in range(100)], 18, 160), *TO_AGENT))
    call = scene.call()
    assert call.recorded.duration_s == pytest.approx(2.0, abs=0.001)
    assert call.line(Party.CUSTOMER, 4.1, 1.8).any()
    assert (call.figures(Party.CUSTOMER).codec, call.record.notes) == ("G729", ())


def test_another_codec_agreed_within_the_call_is_heard_on_the_same_time_line(scene: Scene) -> None:
    scene.signal(plain_call(end_s=9.0))
    line = "a=rtpmap:9 G722/8000"
    scene.signal(
        [
            CALL.request(START_S + 5.9, "INVITE", 5, body=sdp(CUSTOMER, 6000, line, formats="9 101")),
            CALL.response(START_S + 5.95, 200, "INVITE", 5, body=sdp(AGENT, 7000, line, formats="9 101")),
        ]
    )
    scene.speak(CUSTOMER_VOICE, 4.0, *TO_AGENT)
    scene.speak(AGENT_VOICE, 4.0, *TO_CUSTOMER)
    said = chirp(2.0, 16000)
    wide = [
        Packet(START_S + 6.0 + i * 0.02, 200 + i, 5000 + 16000 + i * 160, one, 9)
        for i, one in enumerate(encoded("g722", said, 16000, 320))
    ]
    scene.add(sent(wide, *TO_AGENT))
    call = scene.call()
    rate_hz = call.recorded.sample_rate_hz or 0
    then = call.line(Party.CUSTOMER, 6.0, 1.9)
    true = said if rate_hz == 16000 else said[::2]
    score, late = best_correlation(then, true, round(0.01 * rate_hz))
    assert score > 0.9
    assert late / rate_hz < 0.005
    first = call.line(Party.CUSTOMER, 4.0, 2.0)
    known = alaw_samples(np.frombuffer(CUSTOMER_VOICE, np.uint8)).astype(float)
    told = first.astype(float) if rate_hz == 8000 else first[::2].astype(float)
    assert np.corrcoef(told, known)[0, 1] > 0.9
    assert call.figures(Party.CUSTOMER).lost == 0
    assert call.record.missing == {}


def crypto(seed: int) -> str:
    encoded_key = base64.b64encode(key(seed=seed).key_and_salt).decode()
    return f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{encoded_key}"


def test_srtp_whose_keys_are_in_the_signalling_is_bit_exact(scene: Scene) -> None:
    flow = plain_call()
    flow[0] = CALL.invite(START_S, body=sdp(CUSTOMER, 6000, crypto(1), profile="RTP/SAVP"))
    flow[3] = CALL.response(START_S + 3.2, 200, body=sdp(AGENT, 7000, crypto(2), profile="RTP/SAVP"))
    scene.signal(flow)
    scene.add(sent(encrypted(sender(CUSTOMER_VOICE, start_s=START_S + 4), key(seed=1)), *TO_AGENT))
    scene.add(sent(encrypted(sender(AGENT_VOICE, start_s=START_S + 4.5), key(seed=2)), *TO_CUSTOMER))
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert "encrypted" not in call.record.notes
    assert call.record.transport is not None
    assert not call.record.transport.encrypted


def test_dtls_srtp_keeps_its_statistics_and_says_that_it_is_encrypted(scene: Scene) -> None:
    agreed(scene, "8", "a=fingerprint:sha-256 " + ":".join(["AB"] * 32), "a=setup:actpass", profile="UDP/TLS/RTP/SAVP")
    said = encrypted(sender(CUSTOMER_VOICE, start_s=START_S + 4), key(seed=1))
    scene.add(sent([*said[:40], *said[43:]], *TO_AGENT))
    scene.add(sent(encrypted(sender(AGENT_VOICE, start_s=START_S + 4.5), key(seed=2)), *TO_CUSTOMER))
    call = scene.call()
    assert call.sound is None
    assert "encrypted" in call.record.notes
    assert call.record.transport is not None
    assert call.record.transport.encrypted
    assert (call.figures(Party.CUSTOMER).packets, call.figures(Party.CUSTOMER).lost) == (97, 3)
    assert (call.figures(Party.AGENT).packets, call.figures(Party.AGENT).lost) == (100, 0)
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)


def answered(scene: Scene, end_s: float = 8.0) -> None:
    scene.signal(plain_call(end_s=end_s))


def without(packets: list[Packet], first: int, last: int) -> list[Packet]:
    return [*packets[:first], *packets[last:]]


def test_one_lost_packet_is_concealed_and_counted(scene: Scene) -> None:
    answered(scene)
    packets = sender(CUSTOMER_VOICE, start_s=START_S + 4)
    scene.add(sent(without(packets, 50, 51), *TO_AGENT))
    scene.speak(AGENT_VOICE, 4.0, *TO_CUSTOMER)
    call = scene.call()
    assert call.record.concealed == {Party.CUSTOMER: (Span(1.0, 1.02),)}
    assert call.record.missing == {}
    assert call.figures(Party.CUSTOMER).lost == 1
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[:8000], 4.0)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[8160:], 5.02)


def test_half_a_minute_that_was_lost_is_missing_and_what_follows_stands_in_its_place(scene: Scene) -> None:
    answered(scene, end_s=60.0)
    long = voice(1, 40)
    packets = sender(long, start_s=START_S + 4)
    scene.add(sent(without(packets, 250, 1750), *TO_AGENT))
    scene.speak(voice(2, 40), 4.0, *TO_CUSTOMER)
    call = scene.call()
    assert call.figures(Party.CUSTOMER).lost == 1500
    assert call.says(Party.CUSTOMER, long[: 250 * 160], 4.0)
    assert call.says(Party.CUSTOMER, long[1750 * 160 :], 39.0)
    (concealed,) = call.record.concealed[Party.CUSTOMER]
    (missing,) = call.record.missing[Party.CUSTOMER]
    assert (concealed.start_s, missing.end_s) == (pytest.approx(5.0, abs=0.001), pytest.approx(35.0, abs=0.001))
    assert concealed.end_s == pytest.approx(missing.start_s, abs=0.001)
    assert call.says(Party.AGENT, voice(2, 40), 4.0)


def test_packets_out_of_order_are_put_in_order(scene: Scene) -> None:
    answered(scene)
    packets = sender(CUSTOMER_VOICE, start_s=START_S + 4)
    packets[30] = packets[30].delayed(0.045)
    scene.add(sent(packets, *TO_AGENT))
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert (call.figures(Party.CUSTOMER).reordered, call.figures(Party.CUSTOMER).lost) == (1, 0)


@pytest.mark.parametrize("numbers", [{"sequence": 65_500}, {"timestamp": 2**32 - 4000}], ids=["sequence", "timestamp"])
def test_numbers_that_wrap_lose_nothing(scene: Scene, numbers: dict[str, int]) -> None:
    answered(scene)
    scene.speak(CUSTOMER_VOICE, 4.0, *TO_AGENT, **numbers)
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert (call.figures(Party.CUSTOMER).lost, call.record.concealed) == (0, {})


def test_a_sender_that_changes_its_ssrc_goes_on(scene: Scene) -> None:
    answered(scene)
    first, then = CUSTOMER_VOICE[:8000], CUSTOMER_VOICE[8000:]
    scene.speak(first, 4.0, *TO_AGENT, ssrc=1)
    scene.speak(then, 5.0, *TO_AGENT, ssrc=2, sequence=40_000, timestamp=3_000_000_000)
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert (call.figures(Party.CUSTOMER).packets, call.figures(Party.CUSTOMER).lost) == (100, 0)
    assert (call.record.missing, call.record.concealed) == ({}, {})


def test_timestamps_days_ahead_are_a_new_beginning_and_no_days_of_silence(scene: Scene) -> None:
    answered(scene)
    packets = sender(CUSTOMER_VOICE, start_s=START_S + 4)
    far = [replace(one, timestamp=one.timestamp + 2_000_000_000) for one in packets[50:]]
    scene.add(sent([*packets[:50], *far], *TO_AGENT))
    call = scene.call()
    assert call.recorded.duration_s == pytest.approx(2.0, abs=0.01)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)


def test_silence_that_is_not_sent_is_no_loss(scene: Scene) -> None:
    """Timestamps go on, sequence numbers do not: the sender had nothing to say."""
    answered(scene)
    scene.speak(CUSTOMER_VOICE[:8000], 4.0, *TO_AGENT)
    scene.speak(CUSTOMER_VOICE[8000:], 7.0, *TO_AGENT, sequence=150, timestamp=5000 + 24_000)
    scene.speak(AGENT_VOICE, 4.0, *TO_CUSTOMER)
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[:8000], 4.0)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[8000:], 7.0)
    assert call.is_silent(Party.CUSTOMER, 5.0, 7.0)
    assert (call.record.missing, call.record.concealed) == ({}, {})
    assert call.figures(Party.CUSTOMER).lost == 0


def test_comfort_noise_is_noise_of_its_level(scene: Scene) -> None:
    """RFC 3389: one octet, 60 dBov down, between two words."""
    answered(scene)
    scene.speak(CUSTOMER_VOICE[:8000], 4.0, *TO_AGENT)
    scene.add(sent([Packet(START_S + 5.0, 150, 5000 + 8000, bytes([60]), 13)], *TO_AGENT))
    scene.speak(CUSTOMER_VOICE[8000:], 7.0, *TO_AGENT, sequence=151, timestamp=5000 + 24_000)
    call = scene.call()
    noise = call.line(Party.CUSTOMER, 5.1, 1.8).astype(float) / 32768
    assert 10 * np.log10(np.mean(noise**2)) == pytest.approx(-60, abs=2)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[8000:], 7.0)
    assert (call.figures(Party.CUSTOMER).lost, call.record.missing, call.record.concealed) == (0, {}, {})


def test_two_sides_with_packets_of_different_length_keep_their_places(scene: Scene) -> None:
    answered(scene)
    scene.add(sent(sender(CUSTOMER_VOICE, start_s=START_S + 4), *TO_AGENT))
    scene.add(sent(sender(AGENT_VOICE[:15_840], start_s=START_S + 4, size=240), *TO_CUSTOMER))
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE[:15_840], 4.0)
    assert (call.figures(Party.AGENT).packets, call.figures(Party.AGENT).lost) == (66, 0)
    assert call.figures(Party.AGENT).jitter_ms == pytest.approx(0.0, abs=0.01)


def clicks(call: Heard, party: Party, seconds: float) -> np.ndarray:
    """When a party's clicks are heard, in seconds after `START_S`."""
    line = call.line(party, 4.0, seconds)
    loud = np.flatnonzero(line > 10_000)
    first = loud[np.concatenate(([True], np.diff(loud) > 4000))]
    return 4.0 + first / (call.recorded.sample_rate_hz or 8000)


def test_a_clock_that_runs_fast_by_100_ppm_stays_within_5_ms_over_five_minutes(scene: Scene) -> None:
    """Each side clicks once a second by its own clock; the agent's runs fast: by the end 30 ms."""
    answered(scene, end_s=310.0)
    second = bytes([0xAA]) * 80 + bytes([0xD5]) * 7920  # A-law: loud, then the least code
    for ppm, way in ((0.0, TO_AGENT), (100.0, TO_CUSTOMER)):
        scene.add(spoken(second * 300, 4.0, *way, ppm=ppm))
    call = scene.call()
    assert call.figures(Party.AGENT).clock_drift_ppm == pytest.approx(100, abs=15)
    customer, agent = (clicks(call, party, 301.0) for party in (Party.CUSTOMER, Party.AGENT))
    assert len(customer) == len(agent) == 300
    sent_s = 4.0 + np.arange(300) / (1 + 100e-6)
    assert np.abs(agent - sent_s).max() < 0.005
    assert np.abs(customer - (4.0 + np.arange(300))).max() < 0.001
    assert all(after > before for before, after in pairwise(agent))


def test_sound_to_a_port_that_was_switched_off_belongs_to_nobody(scene: Scene) -> None:
    """Port 0 refuses the line: the offer of a fax beside the voice, answered with 0."""
    flow = plain_call()
    flow[3] = CALL.response(START_S + 3.2, 200, body=sdp(AGENT, 0))
    scene.signal(flow)
    call = scene.call()
    assert call.sound is None
    assert "no_media" in call.record.notes
