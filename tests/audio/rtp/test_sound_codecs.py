from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import av
import numpy as np
import pytest

from audio.g711 import mulaw_samples
from audio.rtp.codec import STATIC, Codec
from audio.rtp.codecs import UNDECODABLE, decoder_of
from audio.rtp.compressed import G729, Gsm
from audio.rtp.sound import StreamSound
from models.call import Side
from tests.audio.rtp.senders import CODECS, START_S, Packet, codes, listened, sender, spoken

OPUS = {96: Codec("OPUS", 48000, 2), 101: Codec("TELEPHONE-EVENT", 8000)}


def chirp(seconds: float, rate_hz: int) -> np.ndarray:
    """From 300 to 3000 Hz: what repeats itself would fit at many delays."""
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    return (8000 * np.sin(2 * np.pi * (300 * at + (2700 / 2 / seconds) * at**2))).astype(np.int16)


def encoded(name: str, samples: np.ndarray, rate_hz: int, each: int, layout: str = "mono") -> Iterator[bytes]:
    context = av.CodecContext.create(name, "w")
    context.sample_rate, context.layout, context.format = rate_hz, layout, "s16"
    if name == "libopus":
        context.bit_rate = 32_000
    context.open()
    channels = 2 if layout == "stereo" else 1
    for begin in range(0, len(samples), each):
        block = np.repeat(samples[begin : begin + each], channels)[None]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate_hz, begin
        yield from (bytes(packet) for packet in context.encode(frame))


def packets_of(payloads: list[bytes], payload_type: int, ticks: int) -> list[Packet]:
    return [Packet(START_S + i * 0.02, i, i * ticks, one, payload_type) for i, one in enumerate(payloads)]


def best_correlation(line: np.ndarray, true: np.ndarray, most_late: int) -> tuple[float, int]:
    """How alike they are at the delay of the codec, which is found, and that delay in samples."""
    size = min(len(line), len(true)) - most_late
    scores = [float(np.corrcoef(line[late : late + size], true[:size])[0, 1]) for late in range(most_late)]
    return max(scores), int(np.argmax(scores))


def test_mu_law_is_bit_exact() -> None:
    payload = codes(8000)
    packets = [Packet(p.at_s, p.sequence, p.timestamp, p.payload, 0) for p in sender(payload)]
    assert (listened(packets).line(1) == spoken(payload, mulaw_samples)).all()


@pytest.mark.parametrize("size", [1, 7, 80, 160, 161, 480])
def test_payloads_of_any_size_are_decoded_code_by_code(size: int) -> None:
    payload = codes(size * 50)
    line = listened(sender(payload, size=size)).line(size * 50 / 8000)
    assert (line == spoken(payload)).all()


def test_g722_comes_at_16_khz_though_its_clock_says_8000() -> None:
    sound = chirp(3, 16_000)
    payloads = list(encoded("g722", sound, 16_000, 320))
    for batch_s in (None, 0.25):
        found = listened(packets_of(payloads, 9, 160), batch_s=batch_s)
        assert {one.sample_rate_hz for one in found.sounds} == {16_000}
        score, late = best_correlation(found.line(3, 16_000), sound, 60)
        assert score > 0.98
        assert late < 40  # the code's own delay is 22 samples


@pytest.mark.parametrize("batch_s", [None, 0.25])
def test_g722_counted_at_16_khz_against_the_standard_sounds_the_same(batch_s: float | None) -> None:
    payloads = list(encoded("g722", chirp(10, 16_000), 16_000, 320))
    right = listened(packets_of(payloads, 9, 160), batch_s=batch_s).line(10, 16_000)
    wrong = listened(packets_of(payloads, 9, 320), batch_s=batch_s)
    assert (wrong.line(10, 16_000) == right).all()
    assert not wrong.missing


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_opus_comes_at_16_khz(layout: str) -> None:
    sound = chirp(3, 48_000)
    payloads = list(encoded("libopus", sound, 48_000, 960, layout))
    made = StreamSound("leg", Side.CALLER, OPUS)
    found = listened(packets_of(payloads, 96, 960), made, 0.25)
    assert {one.sample_rate_hz for one in found.sounds} == {16_000}
    assert sum(len(one.samples) for one in found.sounds) == len(payloads) * 320
    score, late = best_correlation(found.line(3, 16_000), sound[::3], 200)
    assert score > 0.93  # lossy, and the delays are no whole samples
    assert late <= 104 + 16 + 2  # the encoder's look-ahead of 6.5 ms and our filter's 1 ms


def test_what_lies_above_8_khz_does_not_fold_down_into_opus() -> None:
    high = (8000 * np.sin(2 * np.pi * 10_000 * np.arange(96_000) / 48_000)).astype(np.int16)
    context = list(encoded("libopus", high, 48_000, 960))
    samples, _ = decoder_of(OPUS[96]).decode(*flat(context))
    assert np.abs(samples[3200:].astype(int)).max() < 80  # 40 dB under the tone


def flat(payloads: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    return np.frombuffer(b"".join(payloads), np.uint8), np.array([len(one) for one in payloads], np.int64)


def test_a_lost_opus_packet_is_concealed_and_the_rest_stays_in_place() -> None:
    payloads = list(encoded("libopus", chirp(2, 48_000), 48_000, 960))
    packets = packets_of(payloads, 96, 960)
    whole = listened(packets, StreamSound("leg", Side.CALLER, OPUS)).line(2, 16_000)
    found = listened(packets[:50] + packets[51:], StreamSound("leg", Side.CALLER, OPUS))
    assert [span.duration_s for one in found.sounds for span in one.concealed] == [pytest.approx(0.02)]
    score, late = best_correlation(found.line(2, 16_000)[20_000:], whole[20_000:], 20)
    assert score > 0.99
    assert late == 0


@pytest.mark.parametrize(
    ("codec", "payload", "samples"),
    [
        (G729(), bytes(20), 160),
        (G729(), bytes(10) + b"\x01\x02", 80),  # annex B: a last frame of two bytes is silence
        (G729(), b"\x01\x02", 0),
        (Gsm(), bytes([0xD0]) + bytes(32), 160),
        (Gsm(), (bytes([0xD0]) + bytes(32)) * 2, 320),
    ],
)
def test_framed_codecs_give_a_sound_for_each_frame(codec: G729 | Gsm, payload: bytes, samples: int) -> None:
    decoded, counts = codec.decode(np.frombuffer(payload, np.uint8), np.array([len(payload)]))
    assert counts.tolist() == [samples]
    assert len(decoded) == samples


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not here to encode GSM")
def test_gsm_of_another_encoder_is_heard() -> None:
    sound = chirp(3, 8000)
    raw = ("-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1")
    made = subprocess.run(["sox", *raw, "-", "-t", "gsm", "-"], input=sound.tobytes(), capture_output=True, check=True)
    payloads = [made.stdout[i : i + 33] for i in range(0, len(made.stdout) - 32, 33)]
    score, late = best_correlation(listened(packets_of(payloads, 3, 160)).line(2.9), sound, 20)
    assert score > 0.8  # full rate GSM is made for voices, not for tones
    assert late < 2


def test_g729_decodes_the_same_whole_or_in_batches() -> None:
    payload = codes(20 * 100, 4)
    packets = packets_of([payload[i : i + 20] for i in range(0, len(payload), 20)], 18, 160)
    whole, live = listened(packets), listened(packets, batch_s=0.25)
    assert whole.line(2).any()
    assert (whole.line(2) == live.line(2)).all()


def test_silence_descriptors_of_g729_are_silence_and_no_loss() -> None:
    speech = [codes(20, i) for i in range(50)]
    packets = packets_of(speech, 18, 160)
    packets.append(Packet(START_S + 1.0, 50, 8000, b"\x12\x34", 18))
    packets += [Packet(START_S + 2 + i * 0.02, 51 + i, 16_000 + i * 160, speech[i], 18) for i in range(50)]
    found = listened(packets)
    assert not found.missing
    assert not any(one.concealed for one in found.sounds)
    assert not found.line(3)[8000:16_000].any()
    assert found.line(3)[16_000:].any()


@pytest.mark.parametrize("channels", [1, 2])
def test_linear_samples_are_read_in_network_order_and_mixed(channels: int) -> None:
    sound = chirp(1, 16_000)
    made = StreamSound("leg", Side.CALLER, {97: Codec("L16", 16_000, channels)})
    payloads = [np.repeat(sound[i : i + 320], channels).astype(">i2").tobytes() for i in range(0, len(sound), 320)]
    found = listened(packets_of(payloads, 97, 320), made)
    assert (found.line(1, 16_000) == sound).all()


def test_the_codec_may_change_in_the_midst() -> None:
    first, second = codes(16_000), chirp(2, 16_000)
    wide = packets_of(list(encoded("g722", second, 16_000, 320)), 9, 160)
    packets = sender(first, sequence=0, timestamp=0)
    packets += [Packet(p.at_s + 2, p.sequence + 100, p.timestamp + 16_000, p.payload, 9) for p in wide]
    for batch_s in (None, 0.25):
        found = listened(packets, batch_s=batch_s)
        narrow = [one for one in found.sounds if one.sample_rate_hz == 8000]
        assert (np.concatenate([one.samples for one in narrow]) == spoken(first)).all()
        later = next(one for one in found.sounds if one.sample_rate_hz == 16_000)
        assert later.start_s == pytest.approx(START_S + 2, abs=1e-5)
        assert not found.missing


def test_a_change_to_another_clock_is_placed_by_arrival() -> None:
    first = codes(16_000)
    packets = sender(first, sequence=0, timestamp=0)
    wide = packets_of(list(encoded("libopus", chirp(2, 48_000), 48_000, 960)), 96, 960)
    packets += [Packet(p.at_s + 2, p.sequence + 100, p.timestamp + 777, p.payload, 96) for p in wide]
    for batch_s in (None, 0.25):
        found = listened(packets, StreamSound("leg", Side.CALLER, {**CODECS, **OPUS}), batch_s)
        assert (found.line(2) == spoken(first)).all()
        later = next(one for one in found.sounds if one.sample_rate_hz == 16_000)
        assert later.start_s == pytest.approx(START_S + 2, abs=1e-5)


def test_a_payload_type_that_stands_for_another_codec_from_now_on_is_learnt() -> None:
    sound = chirp(1, 16_000)
    made = StreamSound("leg", Side.CALLER, {96: Codec("PCMA", 8000)})
    payload = codes(8000)
    told = listened([Packet(p.at_s, p.sequence, p.timestamp, p.payload, 96) for p in sender(payload)], made)
    assert (told.line(1) == spoken(payload)).all()
    made.learn({96: Codec("G722", 8000)})
    wide = packets_of(list(encoded("g722", sound, 16_000, 320)), 96, 160)
    packets = [Packet(p.at_s + 1, p.sequence + 150, p.timestamp + 13_000, p.payload, 96) for p in wide]
    found = listened(packets, made)
    assert {one.sample_rate_hz for one in found.sounds} == {16_000}


def test_an_unknown_codec_is_missing_sound_with_its_reason() -> None:
    made = StreamSound("leg", Side.CALLER, {98: Codec("EVS", 16_000)})
    found = listened(packets_of([bytes(33)] * 100, 98, 320), made)
    (gone,) = found.missing
    assert (gone.reason, gone.start_s, gone.end_s) == ("codec_unknown", START_S, pytest.approx(START_S + 2))
    assert not found.sounds


def test_a_few_packets_of_an_unknown_type_among_sound_are_neither_missing_nor_lost() -> None:
    payload = codes(16_000)
    packets = sender(payload)
    packets = [Packet(p.at_s, 100 + i + i // 10, p.timestamp, p.payload) for i, p in enumerate(packets)]
    packets += [Packet(packets[i].at_s, packets[i].sequence - 1, 77, b"?" * 30, 120) for i in range(10, 100, 10)]
    found = listened(packets)
    assert (found.line(2) == spoken(payload)).all()
    assert not found.missing
    assert not any(one.concealed for one in found.sounds)


@pytest.mark.parametrize("name", ["G722", "G729", "GSM", "OPUS", "L16", "PCMA", "PCMU"])
def test_no_decoder_raises_for_what_a_payload_holds(name: str) -> None:
    decoder = decoder_of(Codec(name, 48_000 if name == "OPUS" else 8000))
    rng = np.random.default_rng(6)
    for _ in range(100):
        lengths = rng.integers(0, 300, rng.integers(1, 8))
        data = rng.integers(0, 256, int(lengths.sum()), dtype=np.uint8)
        samples, counts = decoder.decode(data, lengths)
        assert len(counts) == len(lengths)
        assert len(samples) == counts[counts != UNDECODABLE].sum()


def test_what_cannot_be_decoded_is_concealed_as_lost() -> None:
    payloads = list(encoded("libopus", chirp(2, 48_000), 48_000, 960))
    payloads[60] = b"\xff" * 3
    found = listened(packets_of(payloads, 96, 960), StreamSound("leg", Side.CALLER, OPUS))
    assert [span.duration_s for one in found.sounds for span in one.concealed] == [pytest.approx(0.02)]


@pytest.mark.parametrize(
    "codec", [Codec("PCMA", 16_000), Codec("L16", 192_000), Codec("L16", 8000, 8), Codec("AMR", 8000), Codec("", 0)]
)
def test_what_we_cannot_read_has_no_decoder(codec: Codec) -> None:
    assert decoder_of(codec) is None


def test_static_types_hold_where_an_sdp_names_no_other() -> None:
    made = StreamSound("leg", Side.CALLER, {})
    payload = codes(8000)
    assert (listened(sender(payload), made).line(1) == spoken(payload)).all()
    assert STATIC[8].name == "PCMA"
