"""Small recordings in every format that telephone systems leave, made on the spot."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile

Samples = npt.NDArray[np.float64]


def tone(frequency_hz: float, duration_s: float = 1.0, sample_rate_hz: int = 8000, amplitude: float = 0.25) -> Samples:
    """A sine, full scale at ±1."""
    t_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    return amplitude * np.sin(2 * np.pi * frequency_hz * t_s)


def stereo(left: Samples, right: Samples) -> Samples:
    """Shape (frames, 2)."""
    return np.column_stack((left, right))


def loudest_hz(samples: npt.NDArray[np.float32], sample_rate_hz: int) -> float:
    """The frequency of the highest peak of the spectrum."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / sample_rate_hz)[spectrum.argmax()])


def wav_bytes(
    sound: bytes, *, tag: int = 1, channels: int = 1, rate_hz: int = 8000, bits: int = 16, declared: int | None = None
) -> bytes:
    """A WAV file around plain samples; `declared` is the size that its data chunk claims."""
    size = len(sound) if declared is None else declared
    block = max(1, channels * bits // 8)
    form = struct.pack("<HHIIHH", tag, channels, rate_hz, min(rate_hz * block, 0xFFFFFFFF), block & 0xFFFF, bits)
    riff = min(36 + size, 0xFFFFFFFF)
    head = b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
    return head + b"data" + struct.pack("<I", size) + sound


def pcm_bytes(sound: Samples) -> bytes:
    """Interleaved 16-bit samples."""
    return np.rint(sound * 32767).astype("<i2").tobytes()


@dataclass(frozen=True)
class Format:
    """One way to encode, by PyAV's names (`container`, `codec`) or by libsndfile's (`subtype`)."""

    suffix: str
    codec: str = ""
    container: str = ""
    subtype: str = ""
    rate_hz: int = 8000
    bit_rate: int = 0


FORMATS = {
    "wav u8": Format(".wav", subtype="PCM_U8"),
    "wav s16": Format(".wav", subtype="PCM_16"),
    "wav s24": Format(".wav", subtype="PCM_24"),
    "wav s32": Format(".wav", subtype="PCM_32"),
    "wav float": Format(".wav", subtype="FLOAT"),
    "wav double": Format(".wav", subtype="DOUBLE"),
    "wav alaw": Format(".wav", subtype="ALAW"),
    "wav mulaw": Format(".wav", subtype="ULAW"),
    "wav gsm": Format(".wav", subtype="GSM610"),
    "wav ima adpcm": Format(".wav", subtype="IMA_ADPCM"),
    "wav ms adpcm": Format(".wav", subtype="MS_ADPCM"),
    "mp3": Format(".mp3", "libmp3lame", "mp3", bit_rate=16000),
    "flac": Format(".flac", subtype="PCM_16"),
    "vorbis": Format(".ogg", subtype="VORBIS", rate_hz=16000),
    "opus": Format(".opus", "libopus", "ogg", rate_hz=48000),
    "m4a": Format(".m4a", "aac", "ipod", rate_hz=16000),
    "adts": Format(".aac", "aac", "adts", rate_hz=16000),
    "webm": Format(".webm", "libopus", "webm", rate_hz=48000),
    "g722": Format(".g722", "g722", "g722", rate_hz=16000),
    "amr": Format(".amr", "libopencore_amrnb", "amr", bit_rate=12200),
    "gsm": Format(".gsm", subtype="GSM610"),
    "alaw": Format(".al", "pcm_alaw", "alaw"),
    "mulaw": Format(".ul", "pcm_mulaw", "mulaw"),
    "sln": Format(".sln", "pcm_s16le", "s16le"),
}
MONO_ONLY = {"wav gsm", "gsm", "amr", "g722", "alaw", "mulaw", "sln"}


def encoded(name: str, sound: Samples, path: Path) -> Path:
    """`sound` as the named format at the format's own rate; skips where this machine has no such encoder."""
    form = FORMATS[name]
    if form.subtype:
        container = {".flac": "FLAC", ".gsm": "RAW", ".ogg": "OGG"}.get(form.suffix, "WAV")
        soundfile.write(path, sound, form.rate_hz, subtype=form.subtype, format=container)
        return path
    try:
        av.codec.Codec(form.codec, "w")
    except (av.codec.codec.UnknownCodecError, ValueError):
        pytest.skip(f"this FFmpeg has no {form.codec} encoder")
    _mux(form, sound[:, None] if sound.ndim == 1 else sound, path)
    return path


def _mux(form: Format, table: Samples, path: Path) -> None:
    layout = "stereo" if table.shape[1] == 2 else "mono"
    with av.open(str(path), "w", format=form.container) as container:
        stream = container.add_stream(form.codec, rate=form.rate_hz, layout=layout)
        if form.bit_rate:
            stream.bit_rate = form.bit_rate
        interleaved = np.rint(table * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=layout)
        frame.sample_rate = form.rate_hz
        fifo = av.AudioResampler(
            stream.codec_context.format, layout, form.rate_hz, stream.codec_context.frame_size or 1024
        )
        for piece in (*fifo.resample(frame), *fifo.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
