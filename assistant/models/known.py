"""Models that the product knows by name and that a site brings itself, for no package registry carries them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from assistant.errors import ConfigError, ModelError, UsageError
from assistant.models.gguf_file import Gguf
from assistant.models.memory import resident_mb

KNOWN: Final = Path(__file__).with_name("known.toml")
# Bits a weight in a file of each type, scales included (the block sizes of ggml; the mixed types as llama.cpp's own table of
# a Llama 3 8B has them). Enough to tell whether a model fits a machine before it is fetched.
BITS: Final = {"F16": 16.0, "Q8_0": 8.5, "Q6_K": 6.56, "Q5_K_M": 5.7, "Q4_K_M": 4.89, "Q4_0": 4.66}
# Architectures that no engine can write with, and why; bench/architectures.py tries each. Asked all the same, llama.cpp's core
# ends the whole process.
CANNOT_RUN: Final[Mapping[str, str]] = {
    "t5": "it is an encoder-decoder, and the core of llama.cpp's server reads decoders only",
}
# How far the number of weights in a file may be from the publisher's: shared embeddings are stored once or twice.
_PARAMETERS: Final = (0.75, 1.45)


@dataclass(frozen=True, slots=True)
class KnownModel:
    """What is known of a model before its file is there. `context` is in tokens, `origin` its publisher's name for it.

    `kv_layers` layers keep `kv_width` numbers a token for keys, and as many for values. `terms` says what a licence asks that
    is no free one, in a sentence.
    """

    name: str
    architectures: tuple[str, ...]
    chat_template: str
    licence: str
    parameters: int
    context: int
    kv_layers: int
    kv_width: int
    recommended: str
    origin: str
    terms: str = ""

    def file_mb(self, kind: str = "") -> int:
        """The size of its file in MB in a type (default: the recommended one), estimated from the bits a weight."""
        return round(self.parameters * BITS[kind or self.recommended] / 8 / 1e6)

    def ram_mb(self, kind: str = "") -> int:
        """Resident memory in MB, estimated: file, key-value cache and buffers."""
        return resident_mb(self.file_mb(kind), self.kv_layers, self.kv_width, self.context)


@cache
def known_models() -> tuple[KnownModel, ...]:
    """All of them, in the order of the file. Raises ConfigError where the file is malformed."""
    try:
        raw = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
        tables = raw["model"]
        found = tuple(KnownModel(**{**table, "architectures": tuple(table["architectures"])}) for table in tables)
    except (tomllib.TOMLDecodeError, OSError, KeyError, TypeError) as error:
        raise ConfigError(f"the list of known models cannot be read: {type(error).__name__}", path=KNOWN) from error
    if len({model.name.lower() for model in found}) != len(found) or any(m.recommended not in BITS for m in found):
        raise ConfigError("the list of known models repeats a name or recommends an unknown type", path=KNOWN)
    return found


def known_model(name: str) -> KnownModel | None:
    """The known model of that name, in any spelling of upper and lower case."""
    return next((model for model in known_models() if model.name.lower() == name.lower()), None)


def take_licence(name: str, licence: str, terms: str, named: str) -> None:
    """Refuse a model whose terms were not taken by naming its licence. Raises UsageError, which shows the terms."""
    if terms and named.lower() != licence.lower():
        raise UsageError(
            f"the model {name} has terms of its own. {terms}",
            remedy=f"read them; to take them, add --license {licence}",
        )


def check_is(model: KnownModel, gguf: Gguf, parameters: int, path: Path) -> None:
    """Refuse a file that says of itself that it is something else than its name. Raises ModelError."""
    architecture = gguf.text("general.architecture", "unknown")
    low, high = (share * model.parameters for share in _PARAMETERS)
    if architecture not in model.architectures or not low <= parameters <= high:
        raise ModelError(
            f"the file is not {model.name}: it is a model of the architecture {architecture} "
            f"with {parameters / 1e6:.0f} million weights",
            path=path,
            remedy=f"get a GGUF file of {model.origin}, or import this one under another name",
        )
