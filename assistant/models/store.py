"""Putting files into the model store so that a model is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry, verify_entry

_PREFIX: Final = ".incoming-"


@contextmanager
def incoming(store: Path) -> Iterator[Path]:
    """A working folder inside the store (so that a rename is atomic), gone when the block ends, also by Ctrl-C.

    What a killed process left is cleared first. Raises ModelError where the store cannot be written.
    """
    try:
        store.mkdir(parents=True, exist_ok=True)
        for left in store.glob(_PREFIX + "*"):
            if not _alive(left.name[len(_PREFIX) :].split("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=store))
    except OSError as error:
        raise ModelError(
            f"the model store cannot be written: {error.strerror}",
            path=store,
            remedy="check its permissions and free space, or set ASSISTANT_MODELS",
        ) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def place(entry: ModelEntry, prepared: Path, store: Path) -> Path:
    """Move a model's files, prepared below `prepared` under the entry's own path, into the store.

    Verified before the move: IntegrityError on a wrong hash, and nothing in the store has changed. A model that is there and
    damaged is replaced.
    """
    try:
        verify_entry(entry, prepared)
    except IntegrityError as error:
        raise IntegrityError(
            error.message + "; it was refused and removed",
            path=error.path,
            remedy="try again; tell your registry if it stays so",
        ) from error
    target = store / entry.path
    if target.is_dir() and not target.is_symlink():
        # A folder cannot be replaced in one step; the old one is no use any more, so it is moved out of the way first.
        target.replace(prepared / f"{entry.path}.old")
    (prepared / entry.path).replace(target)
    return target


def _alive(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
