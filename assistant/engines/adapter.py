"""A LoRA adapter beside a writer: only one that says of which base it was made, and is what it was when it was made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry
from assistant.models.digest import sha256_of

MANIFEST: Final = "manifest.json"
_REMEDY: Final = "name the adapter.gguf in a folder that `assistant tune lora` wrote, with its manifest.json"


@dataclass(frozen=True, slots=True)
class Adapter:
    """The file, and its SHA-256 for the audit log."""

    path: Path
    sha256: str


def checked_adapter(path: Path, base: ModelEntry) -> Adapter:
    """The adapter, held to the manifest that `tune lora` wrote beside it.

    Raises ModelError where there is no such file or manifest or it is of another base: beside another model an adapter writes noise.
    Raises IntegrityError where the file is not the one that was trained.
    """
    _must_be_there(path)
    manifest = path.with_name(MANIFEST)
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        made_of, expected = str(told["base"]["sha256"]), str(told["output"]["sha256"])
        name = str(told["base"]["name"])
        found = sha256_of(path)
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelError(
            "the manifest of the adapter cannot be read as one that `tune lora` wrote", path=manifest, remedy=_REMEDY
        ) from None
    if found != expected:
        raise IntegrityError("the adapter is not the one that was trained", path=path, remedy="train it again")
    if made_of not in {file.sha256 for file in base.files}:
        raise ModelError(
            f"the adapter was made for {name}, and {base.name} writes", path=path, remedy=f"say --model {name}"
        )
    return Adapter(path, found)


def _must_be_there(path: Path) -> None:
    """Both files; a manifest is what says beside which model an adapter makes sense."""
    if not path.is_file():
        raise ModelError("there is no such adapter", path=path, remedy=_REMEDY)
    if not path.with_name(MANIFEST).is_file():
        raise ModelError("the adapter has no manifest beside it", path=path.with_name(MANIFEST), remedy=_REMEDY)
