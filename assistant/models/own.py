"""The site's own catalog in the model store: models that somebody there vouched for, pinned by the hash they had then."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from assistant.errors import ModelError, UsageError
from assistant.models.catalog import USER_CATALOG, ModelEntry, ModelFile, load_catalog, parse_entry, read_catalog
from assistant.models.family import family_of
from assistant.models.gguf_file import Gguf, read_gguf
from assistant.models.known import check_is, known_model, take_licence
from assistant.models.memory import resident_mb

_PLAIN: Final = ("name", "role", "summary", "licence", "parameters", "context", "chat_template", "ram_mb", "path")

_HEAD = """# Models this site added with `assistant models import FILE --as NAME --license ID`, pinned by their SHA-256.
schema = 1
"""


def own_entry(file: Path, name: str, licence: str, sha256: str) -> ModelEntry:
    """The catalog entry of a GGUF file that the site adds: what the file says of itself, under the given name.

    Where the name is that of a model the product knows, its template, licence and context are taken, and the file must be of
    its architecture and size. Resident memory is estimated. Raises ModelError where the file is no whole GGUF file or another
    model, UsageError where terms of its own were not taken or no licence is known, ConfigError where the name cannot be one.
    """
    gguf = read_gguf(file)
    architecture = gguf.text("general.architecture", "unknown")
    size = file.stat().st_size
    parameters = sum(tensor.weights for tensor in gguf.tensors)
    known = known_model(name)
    if known is not None:
        check_is(known, gguf, parameters, file)
        take_licence(known.name, known.licence, known.terms, licence)
        name = known.name
    elif not licence:
        raise UsageError("the licence of this model is not known", path=file, remedy="add --license SPDX-ID")
    entry = ModelEntry(
        name=name,
        role="writer",
        summary=f"{architecture} model added by this site",
        licence=known.licence if known else licence,
        parameters=parameters,
        context=gguf.number(f"{architecture}.context_length"),
        chat_template=known.chat_template if known else family_of(gguf.text("tokenizer.chat_template")),
        ram_mb=_ram_mb(gguf, architecture, size),
        path=f"{name}.gguf",
        files=(ModelFile(f"{name}.gguf", sha256, size),),
        own=True,
        terms=known.terms if known else "",
    )
    return replace(parse_entry(as_table(entry), file), own=True)


def _ram_mb(gguf: Gguf, architecture: str, size: int) -> int:
    heads = gguf.number(f"{architecture}.attention.head_count")
    width = gguf.number(f"{architecture}.embedding_length")
    key = gguf.number(f"{architecture}.attention.key_length", width // heads if heads else 0)
    kept = gguf.number(f"{architecture}.attention.head_count_kv", heads)
    context = gguf.number(f"{architecture}.context_length")
    return resident_mb(size / 1e6, gguf.number(f"{architecture}.block_count"), kept * key, context)


def add_own(entry: ModelEntry, store: Path) -> None:
    """Pin a model of the site's own. Raises ModelError where its name or path is taken."""
    with _locked(store):
        for other in load_catalog(store).models:
            if entry.name.lower() == other.name.lower() or entry.path.lower() == other.path.lower():
                raise ModelError(
                    "the catalog has a model of that name already", path=entry.name, remedy="choose another name"
                )
        _write([*_read(store), entry], store)


def record_rewritten(name: str, sha256: str, store: Path) -> None:
    """Pin the rewritten form of a model of the site's own. Raises ModelError where the site has no such model."""
    with _locked(store):
        entries = _read(store)
        if all(entry.name != name for entry in entries):
            raise ModelError(
                "only a model of the site's own can be pinned here", path=name, remedy="install the package again"
            )
        _write([replace(e, rewritten_sha256=sha256) if e.name == name else e for e in entries], store)


def _read(store: Path) -> list[ModelEntry]:
    path = store / USER_CATALOG
    return list(read_catalog(path)) if path.is_file() else []


def _write(entries: list[ModelEntry], store: Path) -> None:
    path = store / USER_CATALOG
    text = _HEAD + "".join(map(_table, entries))
    scratch = path.with_name(f".{USER_CATALOG}.{os.getpid()}")
    try:
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def as_table(entry: ModelEntry) -> dict[str, object]:
    """An entry as the plain form that `parse_entry` reads; without its source, which a file at hand does not need."""
    return {**_keys(entry), "files": _files(entry)}


def _keys(entry: ModelEntry) -> dict[str, str | int | Mapping[str, str]]:
    table: dict[str, str | int | Mapping[str, str]] = {key: getattr(entry, key) for key in _PLAIN}
    for key in ("rewritten_sha256", "terms", "provenance"):
        if value := getattr(entry, key):
            table[key] = value
    return table


def _files(entry: ModelEntry) -> list[dict[str, str | int]]:
    return [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in entry.files]


def _table(entry: ModelEntry) -> str:
    lines = ["", "[[model]]", *(f"{key} = {_toml(value)}" for key, value in _keys(entry).items())]
    files = (", ".join(f"{key} = {_toml(value)}" for key, value in file.items()) for file in _files(entry))
    return "\n".join([*lines, "files = [", *(f"  {{ {file} }}," for file in files), "]"]) + "\n"


def _toml(value: str | int | Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    # A JSON string is a TOML basic string, but for the one control character that JSON lets through.
    return json.dumps(value).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)


@contextmanager
def _locked(store: Path) -> Iterator[None]:
    with (store / f".{USER_CATALOG}.lock").open("a") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
