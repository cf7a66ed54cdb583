"""A model made here from another: registered in the store with what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.models.catalog import ModelEntry, load_catalog
from assistant.models.digest import sha256_of
from assistant.models.own import add_own, own_entry
from assistant.models.store import place

if TYPE_CHECKING:
    from assistant.models.ggml import Floats


def derived_name(source: ModelEntry, kind: str) -> str:
    """What a model made from `source` in a type is called."""
    return f"{source.name}-{kind}"


def refuse_taken(name: str, store: Path) -> None:
    """Raises UsageError where the store has a model of that name."""
    if any(entry.name.lower() == name.lower() for entry in load_catalog(store).models):
        raise UsageError("the store has a model of that name", path=name, remedy="choose another with --as")


def derived_entry(source: ModelEntry, file: Path, name: str, provenance: Mapping[str, str]) -> ModelEntry:
    """The entry of a file made from `source`: its licence, terms and template, and where it comes from."""
    made = own_entry(file, name, source.licence, sha256_of(file))
    return replace(
        made,
        summary=f"{source.name} in {provenance['type']}, made by this site",
        chat_template=source.chat_template,
        context=source.context,
        terms=source.terms,
        provenance=provenance,
    )


def register(entry: ModelEntry, file: Path, work: Path, store: Path) -> Path:
    """Put a made file into the store and pin it; a folder `work` in the store is used on the way.

    Verified before it is moved. Raises IntegrityError where the file is no longer what the entry pins, ModelError where the name
    was taken in the meantime.
    """
    prepared = work / entry.path
    if prepared != file:
        file.replace(prepared)
    path = place(entry, work, store)
    add_own(entry, store)
    return path


def importance_sha256(importance: Mapping[str, Floats]) -> str:
    """SHA-256 over names and values, so that a file can be made again to the byte."""
    digest = hashlib.sha256()
    for name in sorted(importance):
        digest.update(name.encode() + b"\0" + importance[name].astype("<f4").tobytes())
    return digest.hexdigest()


def tool_version() -> str:
    """What converts the weights."""
    from importlib.metadata import version

    return f"xllamacpp {version('xllamacpp')}"
