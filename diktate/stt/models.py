"""The table of speech models: what each is, where its files come from and what they must be."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from diktate.errors import ModelError
from diktate.words import N_

WHOLE_CLIP_UP_TO_S = 28.0
"""What fits Whisper's 30 s window with room for the pause at either end."""


@dataclass(frozen=True)
class ModelFile:
    """One file of a model, as its repository has it."""

    name: str
    size: int
    """Bytes."""
    sha256: str | None = None
    """None: not known in advance; the manifest written at the first install is compared with instead."""


@dataclass(frozen=True)
class Model:
    """One speech model that can be downloaded."""

    id: str
    title: str
    repo: str
    """owner/name on the Hugging Face hub."""
    revision: str
    """A commit; "main" only where none is known."""
    files: tuple[ModelFile, ...]
    ram_mb: int
    """Estimate: the weights as int8 (half the file), as much again of it while loading, and 350 MB of program."""
    vram_mb: int
    """Estimate: the weights as float16 and what faster-whisper's own benchmark shows beside them."""
    languages: Literal["many", "en"] = "many"
    licence: str = "MIT"
    mels: Literal[80, 128] = 80
    """Mel bands the encoder wants; 128 needs a preprocessor_config.json beside the weights."""
    whole_clip_up_to_s: float = WHOLE_CLIP_UP_TO_S
    prompt_from_previous: bool = True
    """Whether the words before a piece help as its prompt."""
    engine: str = "faster-whisper"

    @property
    def size_bytes(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def size_mb(self) -> int:
        """Disk, in millions of bytes as download pages count them."""
        return round(self.size_bytes / 1e6)


# Commits, sizes and SHA-256 as unrelated public repositories pin them (search of 2026-11-20); they were not compared
# with the hub itself, which the machine they were collected on could not reach. The converters made tokenizer and vocabulary once
# for each family, so three sets serve eleven models.
_MANY = (
    ModelFile("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
    ModelFile("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
)
_ENGLISH = (
    ModelFile("tokenizer.json", 2_128_466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
    ModelFile("vocabulary.txt", 422_309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
)
_V3_SOUND = ModelFile(
    "preprocessor_config.json", 340, "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711"
)
_V3_WORDS = ModelFile("vocabulary.json", 1_068_114, "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1")
_V3 = (
    _V3_SOUND,
    ModelFile("tokenizer.json", 2_480_617, "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca"),
    _V3_WORDS,
)
_TURBO = (
    _V3_SOUND,
    ModelFile("tokenizer.json", 2_710_337, "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd"),
    _V3_WORDS,
)

MODELS: tuple[Model, ...] = (
    Model(
        "tiny",
        N_("Whisper tiny"),
        repo="Systran/faster-whisper-tiny",
        revision="d90ca5fe260221311c53c58e660288d3deb8d356",
        files=(
            ModelFile("config.json", 2_249, "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8"),
            ModelFile("model.bin", 75_538_270, "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1"),
            *_MANY,
        ),
        ram_mb=430,
        vram_mb=600,
    ),
    Model(
        "tiny.en",
        N_("Whisper tiny, English only"),
        repo="Systran/faster-whisper-tiny.en",
        revision="0d3d19a32d3338f10357c0889762bd8d64bbdeba",
        files=(
            ModelFile("config.json", 2_317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            ModelFile("model.bin", 75_537_502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            *_ENGLISH,
        ),
        ram_mb=430,
        vram_mb=600,
        languages="en",
    ),
    Model(
        "base",
        N_("Whisper base"),
        repo="Systran/faster-whisper-base",
        revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        files=(
            ModelFile("config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            ModelFile("model.bin", 145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
            *_MANY,
        ),
        ram_mb=500,
        vram_mb=750,
    ),
    Model(
        "base.en",
        N_("Whisper base, English only"),
        repo="Systran/faster-whisper-base.en",
        revision="3d3d5dee26484f91867d81cb899cfcf72b96be6c",
        files=(
            ModelFile("config.json", 2_227, "f3bc3821e9fc76a27bae538e11ae5b677dcdd352b4600429ce7951d398569aeb"),
            ModelFile("model.bin", 145_216_508, "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef"),
            *_ENGLISH,
        ),
        ram_mb=500,
        vram_mb=750,
        languages="en",
    ),
    Model(
        "small",
        N_("Whisper small"),
        repo="Systran/faster-whisper-small",
        revision="536b0662742c02347bc0e980a01041f333bce120",
        files=(
            ModelFile("config.json", 2_370, "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828"),
            ModelFile("model.bin", 483_546_902, "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671"),
            *_MANY,
        ),
        ram_mb=840,
        vram_mb=1300,
    ),
    Model(
        "small.en",
        N_("Whisper small, English only"),
        repo="Systran/faster-whisper-small.en",
        revision="d1d751a5f8271d482d14ca55d9e2deeebbae577f",
        files=(
            ModelFile("config.json", 2_657, "666a9605530ac1f61fa8177f3702b4dacec9966749e42610839fcc32661d5fae"),
            ModelFile("model.bin", 483_545_366, "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a"),
            *_ENGLISH,
        ),
        ram_mb=840,
        vram_mb=1300,
        languages="en",
    ),
    Model(
        "medium",
        N_("Whisper medium"),
        repo="Systran/faster-whisper-medium",
        revision="08e178d48790749d25932bbc082711ddcfdfbc4f",
        files=(
            ModelFile("config.json", 2_257, "3622a2ddc41ec0e0fd4e68c13c6830f03b90c38d89aaad184de02c8c642cf807"),
            ModelFile("model.bin", 1_527_906_378, "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae"),
            *_MANY,
        ),
        ram_mb=1900,
        vram_mb=2800,
    ),
    Model(
        "medium.en",
        N_("Whisper medium, English only"),
        repo="Systran/faster-whisper-medium.en",
        revision="a29b04bd15381511a9af671baec01072039215e3",
        files=(
            ModelFile("config.json", 2_643, "4a1848ebabe7938d9797c15a2e8e4ce1d36e6fd4a43d096ae5955257c67c7962"),
            ModelFile("model.bin", 1_527_904_330, "11b220779aea4c6f3ce9d2549c8a95ea869ed84066864b999531ef53e594fe5b"),
            *_ENGLISH,
        ),
        ram_mb=1900,
        vram_mb=2800,
        languages="en",
    ),
    Model(
        "large-v3",
        N_("Whisper large v3"),
        repo="Systran/faster-whisper-large-v3",
        revision="edaa852ec7e145841d8ffdb056a99866b5f0a478",
        files=(
            ModelFile("config.json", 2_394, "a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9"),
            ModelFile("model.bin", 3_087_284_237, "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1"),
            *_V3,
        ),
        ram_mb=3500,
        vram_mb=4600,
        mels=128,
    ),
    Model(
        "turbo",
        N_("Whisper large v3 turbo"),
        # faster-whisper 1.2.1 still says mobiuslabsgmbh/…, the owner's name until it was renamed: a redirect today.
        repo="dropbox-dash/faster-whisper-large-v3-turbo",
        revision="0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
        files=(
            ModelFile("config.json", 2_263, "b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e"),
            ModelFile("model.bin", 1_617_884_929, "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da"),
            *_TURBO,
        ),
        ram_mb=2000,
        vram_mb=2700,
        mels=128,
    ),
    Model(
        "distil-large-v3",
        N_("Distil-Whisper large v3, English only"),
        repo="Systran/faster-distil-whisper-large-v3",
        revision="c3058b475261292e64a0412df1d2681c06260fab",
        files=(
            ModelFile("config.json", 2_690, "90c55f775cc4e0bb17293d0bf12f96557a486f20dea886fabd8e6075a3588b21"),
            ModelFile("model.bin", 1_512_927_867, "b79368e19b6623813609431a6e5ee309a71506701ebc49fd7820e692dec7c5f5"),
            *_V3,
        ),
        ram_mb=1900,
        vram_mb=2500,
        languages="en",
        mels=128,
        prompt_from_previous=False,  # its authors' advice: trained on clips without what came before
    ),
)

RECOMMENDED = "small"
"""Accurate enough to be useful, and it keeps up with speech on a processor of four cores."""


def find(model_id: str) -> Model:
    """Give the row of that id; ModelError names the nearest one."""
    for model in MODELS:
        if model.id == model_id:
            return model
    raise unknown(model_id, [model.id for model in MODELS])


def unknown(wanted: str, ids: list[str]) -> ModelError:
    """Give the error for an id that isn't among `ids`."""
    near = difflib.get_close_matches(wanted.lower(), ids, n=1, cutoff=0.5)
    if near:
        return ModelError(
            N_("There is no speech model called {wanted}."), N_("Did you mean {near}?"), wanted=wanted, near=near[0]
        )
    return ModelError(
        N_("There is no speech model called {wanted}."),
        N_("`diktate models list` shows them all."),
        wanted=wanted,
    )
