"""A place for a Unix socket that nobody else can reach."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assistant.errors import EngineError

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
_LONGEST: Final = 100


def _parents() -> Iterator[str]:
    yield os.environ.get("XDG_RUNTIME_DIR", "")
    yield "/dev/shm"  # noqa: S108 - mkdtemp makes the folder 0700
    yield "/run"
    # Last, since the first call writes a file of its own to see whether it can.
    yield tempfile.gettempdir()


@contextmanager
def private_socket_path() -> Iterator[Path]:
    """A path in a new folder of mode 0700 that is gone, socket included, when the block ends.

    llama.cpp's core opens its HTTP interface before it loads a model and offers no way to leave it out. Behind this path nobody
    but the same user could reach it, and only while the block runs: a listening socket without a name accepts nobody.
    Raises EngineError where no folder with a short enough name can be made.
    """
    for parent in _parents():
        if not parent or len(os.fsencode(parent)) + 18 > _LONGEST or not os.access(parent, os.W_OK | os.X_OK):
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix="a-", dir=parent))
        except OSError:
            continue
        try:
            yield folder / "x.sock"  # the core takes a name for a Unix socket by this ending
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    raise EngineError(
        "there is no folder for the engine's private socket",
        remedy="set XDG_RUNTIME_DIR or TMPDIR to a short, writable path",
    )
