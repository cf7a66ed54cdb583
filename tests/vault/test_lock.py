"""The lock on the vault's folder."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from assistant.vault import lock


def test_two_threads_that_close_it_close_the_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The idle lock closes a vault while its owner does: a second close of the number could be another file's."""
    held = lock.FolderLock(tmp_path)
    inside, go_on = threading.Event(), threading.Event()
    closed: list[int] = []
    real = os.close

    def slow(fd: int) -> None:
        closed.append(fd)
        inside.set()
        go_on.wait(5)
        real(fd)

    monkeypatch.setattr(lock.os, "close", slow)
    first = threading.Thread(target=held.close)
    first.start()
    assert inside.wait(5)
    second = threading.Thread(target=held.close)
    second.start()
    second.join(0.2)
    go_on.set()
    first.join(5)
    second.join(5)
    assert len(closed) == 1
    held.close()
    assert len(closed) == 1
