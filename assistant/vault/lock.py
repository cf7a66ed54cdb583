"""Locks on the vault folder: who has it open, who has it alone, and how long to wait after wrong keys."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assistant.errors import LockedError, VaultError

_FREE_FAILURES: Final = 3
_MAX_WAIT_S: Final = 900
_POLL_S: Final = 0.05


def why(error: OSError) -> str:
    """The operating system's words for an error, without the path."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


def refuse(error: OSError, path: Path, doing: str) -> VaultError:
    """An OSError as a VaultError with a remedy that fits its cause."""
    full = error.errno in (28, 122)
    remedy = "free space on the disk and try again" if full else "check that the folder exists and belongs to you"
    return VaultError(f"cannot {doing} ({why(error)})", path=path, remedy=remedy)


class FolderLock:
    """A shared lock while a vault is open, an exclusive one for rekey, restore and recovery (flock on `lock`)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._closing = threading.Lock()
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refuse(error, self.path, "lock the vault") from None

    def shared(self, timeout_s: float = 10.0) -> None:
        """Hold the vault together with others. Raises VaultError where somebody has it alone for longer."""
        self._take(fcntl.LOCK_SH, timeout_s, "the vault is being rekeyed or restored by another process")

    def alone(self, timeout_s: float = 5.0) -> None:
        """Hold the vault alone. Raises VaultError where another process keeps it open."""
        self._take(fcntl.LOCK_EX, timeout_s, "another process has the vault open")

    @contextmanager
    def exclusive(self, timeout_s: float = 5.0) -> Iterator[None]:
        """Alone inside the block, shared again afterwards."""
        try:
            self.alone(timeout_s)
            yield
        finally:
            self.shared()

    def _take(self, mode: int, timeout_s: float, trouble: str) -> None:
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                fcntl.flock(self._fd, mode | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise VaultError(
                        trouble,
                        path=self.path.parent,
                        remedy="close the other process (an agent: `assistant lock`) or try again",
                    ) from None
                time.sleep(_POLL_S)
            except OSError as error:
                raise refuse(error, self.path, "lock the vault") from None

    def close(self) -> None:
        """Let go. Safe to call twice, and from the idle lock's thread beside the owner's."""
        with self._closing:
            held, self._fd = self._fd, -1
            if held >= 0:
                os.close(held)


class Attempts:
    """Counts wrong keys in the folder (no secrets) and makes the next try wait: 1 s, 2 s, 4 s ... 15 minutes.

    Tries are made one at a time across processes, so that guessing in parallel gains nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "attempts"

    @contextmanager
    def one(self) -> Iterator[None]:
        """One try. A LockedError raised inside counts as a failure, a clean exit clears the count.

        Raises LockedError without trying where the wait is not over.
        """
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refuse(error, self.path, "count attempts to open the vault") from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            failures, until = self._read(fd)
            wait = min(until - time.time(), _MAX_WAIT_S)
            if wait > 0:
                raise LockedError(
                    f"locked after {failures} wrong keys: wait {int(wait) + 1} s",
                    path=self.path.parent,
                    remedy="wait, then open with the right passphrase or key file",
                )
            yield
            os.ftruncate(fd, 0)
        finally:
            os.close(fd)

    def failed(self) -> int:
        """Note a wrong key (inside `one`); the seconds to wait before the next try."""
        fd = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            failures = self._read(fd)[0] + 1
            wait = 0 if failures < _FREE_FAILURES else min(2 ** (failures - _FREE_FAILURES), _MAX_WAIT_S)
            os.ftruncate(fd, 0)
            os.pwrite(fd, json.dumps({"failures": failures, "until": time.time() + wait}).encode(), 0)
            return wait
        finally:
            os.close(fd)

    @staticmethod
    def _read(fd: int) -> tuple[int, float]:
        raw = os.pread(fd, 4096, 0)
        if not raw:
            return 0, 0.0
        try:
            state = json.loads(raw)
            return min(max(int(state["failures"]), 0), 64), float(state["until"])
        except (ValueError, KeyError, TypeError):
            # Unreadable counts as suspicious, never as clean: the next wrong key makes a wait, the right one clears it.
            return _FREE_FAILURES, 0.0
