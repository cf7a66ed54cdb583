"""Remembering what was erased, without remembering what it was: keyed hashes of ids, inside the vault and beside it.

The list beside the vault survives a damaged or lost database, so that a restore honours it too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from assistant.vault.keys import Key
from assistant.vault.lock import refuse
from assistant.vault.slots import write_atomically

NAME: Final = "erased"
_MARK = re.compile(r"[0-9a-f]{64}")


class Erasures:
    """The marks of erased documents in the file `erased`, one a line."""

    def __init__(self, folder: Path, key: Key) -> None:
        self.path, self._key = folder / NAME, key

    @property
    def key(self) -> Key:
        """The key of marks and traces."""
        return self._key

    def mark(self, document_id: str) -> str:
        """The keyed hash of a document id."""
        return self._key.mac(b"erased", document_id.encode()).hex()

    def note(self, marks: Iterable[str]) -> None:
        """Append marks, durably."""
        data = "".join(f"{mark}\n" for mark in marks).encode()
        try:
            fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                os.write(fd, data)
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise refuse(error, self.path, "note the erasure") from None

    def reconcile(self, known: set[str]) -> None:
        """Make the file hold what the database knows (killed between the two, or damaged)."""
        if known - read_marks(self.path):
            write_atomically(self.path, "".join(f"{mark}\n" for mark in sorted(known)).encode())


def read_marks(path: Path) -> set[str]:
    """The well-formed marks in a file; none where it is missing."""
    try:
        lines = path.read_text("ascii", errors="replace").split("\n")
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise refuse(error, path, "read the list of erasures") from None
    return {line for line in lines if _MARK.fullmatch(line)}
