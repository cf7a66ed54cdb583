"""The site's own catalog in the model store: models that somebody there vouched for, pinned by the hash they had then."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from assistant.errors import ModelError
from assistant.models.catalog import USER_CATALOG, ModelEntry, load_catalog, read_catalog

_HEAD = """# Models this site added with `assistant models import FILE --as NAME --license ID`, pinned by their SHA-256.
schema = 1
"""


def add_own(entry: ModelEntry, store: Path) -> None:
    """Pin a model of the site's own. Raises ModelError where its name or path is taken."""
    with _locked(store):
        for other in load_catalog(store).models:
            if entry.name.lower() == other.name.lower() or entry.path.lower() == other.path.lower():
                raise ModelError("the catalog has a model of that name already", path=entry.name, remedy="choose another name")
        _write([*_read(store), entry], store)


def record_rewritten(name: str, sha256: str, store: Path) -> None:
    """Pin the rewritten form of a model of the site's own. Raises ModelError where the site has no such model."""
    with _locked(store):
        entries = _read(store)
        if all(entry.name != name for entry in entries):
            raise ModelError("only a model of the site's own can be pinned here", path=name, remedy="install the package again")
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


def _table(entry: ModelEntry) -> str:
    plain = ("name", "role", "summary", "licence", "parameters", "context", "chat_template", "ram_mb", "path")
    lines = ["", "[[model]]", *(f"{key} = {_toml(getattr(entry, key))}" for key in plain)]
    if entry.rewritten_sha256:
        lines.append(f"rewritten_sha256 = {_toml(entry.rewritten_sha256)}")
    files = (f"{{ path = {_toml(f.path)}, size = {f.size}, sha256 = {_toml(f.sha256)} }}" for f in entry.files)
    lines.append("files = [\n  " + ",\n  ".join(files) + ",\n]")
    return "\n".join(lines) + "\n"


def _toml(value: str | int) -> str:
    # A JSON string is a TOML basic string, but for the one control character that JSON lets through.
    return json.dumps(value).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)


@contextmanager
def _locked(store: Path) -> Iterator[None]:
    with (store / f".{USER_CATALOG}.lock").open("a") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
