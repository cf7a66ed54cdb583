"""What a run has done: `manifest.json`, and a journal beside it that a kill at any moment leaves readable.

Each finished patient is appended to the journal and synced; the manifest is rewritten whole now and then, and at the end, when
the journal goes. A run that was stopped reads both and goes on. Where the output is sealed, so are journal and details.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

from assistant.batch.sealed import Sealer
from assistant.batch.settings import Made, Settings
from assistant.errors import IntegrityError, UsageError, VaultError

NAME: Final = "manifest.json"
SEALED: Final = "manifest.sealed"
JOURNAL: Final = ".journal"
_LOCK: Final = ".lock"
# The names of the files that are being written just now.
_WRITING: Final = ".writing"
# The manifest is rewritten when so many times its own writing time has passed: five per cent of a run at most.
_PATIENCE: Final = 20.0
_LEAST_S: Final = 2.0

Entry = dict[str, Any]


class Manifest:
    """The state of one output folder. Holds the folder's lock until closed."""

    def __init__(self, out: Path, settings: Settings, sealer: Sealer | None, *, fresh: bool = False) -> None:
        self.out, self._settings, self._sealer = out, settings, sealer
        self.entries: dict[str, Entry] = {}
        self._journal: IO[bytes] | None = None
        self._written_at, self._cost = time.monotonic(), 0.0
        self.seconds = 0.0
        try:
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _locked(out)
        except OSError as error:
            raise VaultError(f"cannot write there ({error.strerror})", path=out, remedy="check the folder") from None
        try:
            known = head(out)
            if known is not None and not fresh:
                self._resume(known)
            elif fresh:
                self._forget(known)
            for stale in out.glob(".*.tmp"):
                stale.unlink(missing_ok=True)
            # The journal is read under a manifest that says what run it belongs to, so there is one from the start.
            self.save("running")
        except BaseException:
            self.close()
            raise

    def _resume(self, known: Mapping[str, Any]) -> None:
        if known.get("fingerprint") != self._settings.fingerprint():
            raise UsageError(
                "the output folder holds a run under other settings (policy, format, day, security labels or version)",
                path=self.out,
                remedy="repeat the first run's options, choose another folder, or give --fresh",
            )
        details = known
        if known.get("encrypted"):
            if self._sealer is None:
                raise UsageError("the output folder is sealed", path=self.out, remedy="give --encrypt and its key")
            details = json.loads(self._sealer.open(read(self.out / SEALED), SEALED)) if self._has(SEALED) else {}
        elif self._sealer is not None:
            raise UsageError(
                "the output folder is not sealed", path=self.out, remedy="leave --encrypt out, or choose another folder"
            )
        for entry in [*details.get("patients", ()), *self._journalled()]:
            self.entries[entry["key"]] = entry

    def _has(self, name: str) -> bool:
        return (self.out / name).is_file()

    def _journalled(self) -> Iterator[Entry]:
        """The journal's lines; the last may be cut by a kill, and is then not there."""
        if not self._has(JOURNAL):
            return
        for line in read(self.out / JOURNAL).splitlines():
            try:
                data = base64.b64decode(line, validate=True) if self._sealer is not None else line
                yield json.loads(self._sealer.open(data, JOURNAL) if self._sealer is not None else data)
            except (ValueError, IntegrityError):
                return

    def _forget(self, known: Mapping[str, Any] | None) -> None:
        """Take away what an earlier run made, and nothing else; after a kill the last of it stands beside the manifest only."""
        sealed = known is not None and bool(known.get("encrypted"))
        entries = [
            *(known or {}).get("patients", ()),
            *(() if sealed else self._lines(JOURNAL)),
            *self._lines(_WRITING),
        ]
        for entry in entries:
            for name in entry.get("files", {}):
                with contextlib.suppress(OSError):
                    (self.out / Path(name).name).unlink(missing_ok=True)
        if sealed:
            for path in self.out.glob("*.sealed"):
                path.unlink(missing_ok=True)
        for name in (NAME, JOURNAL, _WRITING):
            (self.out / name).unlink(missing_ok=True)

    def _lines(self, name: str) -> Iterator[Entry]:
        """The entries of a file that was not sealed, whatever this run does; a line that was cut says nothing."""
        if not self._has(name):
            return
        for line in read(self.out / name).splitlines():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    yield entry

    # ------------------------------------------------------------ state

    def settled(self, key: str, digest: str, *, retry_failed: bool) -> bool:
        """Whether there is nothing to do for a patient: done from the same record and whole on disk, or failed on it before."""
        entry = self.entries.get(key)
        if entry is None or entry.get("digest") != digest:
            return False
        if entry["status"] != "done":
            return not retry_failed
        files: Mapping[str, str] = entry.get("files", {})
        return bool(files) and all(_same(self.out / name, expected) for name, expected in files.items())

    def publish(self, name: str, made: Made) -> dict[str, str]:
        """Write a patient's files, each at once or not at all; file name -> SHA-256 of what lies on disk."""
        files: dict[str, str] = {}
        ready = [self._sealed_form(f"{name}{ending}", data) for ending, data in made.files.items()]
        # Said before it is done: a kill between files and journal leaves nothing that `--fresh` does not know of.
        self._announce([shown for shown, _ in ready])
        for shown, data in ready:
            write(self.out / shown, data)
            files[shown] = hashlib.sha256(data).hexdigest()
        return files

    def _sealed_form(self, shown: str, data: bytes) -> tuple[str, bytes]:
        """Name and bytes as they lie on disk."""
        if self._sealer is None:
            return shown, data
        return f"{self._sealer.name(shown)}.sealed", self._sealer.lock(data, shown)

    def _announce(self, names: list[str]) -> None:
        path = self.out / _WRITING
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps({"files": dict.fromkeys(names, "")}).encode())
        except OSError as error:
            raise VaultError(
                f"cannot be written ({error.strerror})", path=path, remedy="check space and rights"
            ) from None

    def note(self, entry: Entry) -> None:
        """Record a finished entry durably."""
        self.entries[entry["key"]] = entry
        if self._journal is None:
            self._trim()
            self._journal = (self.out / JOURNAL).open("ab")
            (self.out / JOURNAL).chmod(0o600)
        line = json.dumps(entry, ensure_ascii=False).encode()
        if self._sealer is not None:
            line = base64.b64encode(self._sealer.lock(line, JOURNAL))
        self._journal.write(line + b"\n")
        self._journal.flush()
        os.fsync(self._journal.fileno())
        if time.monotonic() - self._written_at > max(_LEAST_S, self._cost * _PATIENCE):
            self.save("running")

    def _trim(self) -> None:
        """A cut last line of an older journal must not swallow the first new one."""
        path = self.out / JOURNAL
        if path.is_file():
            data = read(path)
            if data and not data.endswith(b"\n"):
                write(path, data[: data.rfind(b"\n") + 1])

    def save(self, status: str) -> None:
        """Rewrite the manifest; with a final status the journal, which it now holds, goes."""
        started = time.monotonic()
        counts = self.counts()
        details = {"status": status, "counts": counts, "patients": list(self.entries.values())}
        plain: dict[str, object] = {
            "schema": 1,
            "status": status,
            "settings": asdict(self._settings),
            "fingerprint": self._settings.fingerprint(),
            "counts": counts,
            "seconds": round(self.seconds, 2),
        }
        if self._sealer is not None:
            write(self.out / SEALED, self._sealer.lock(_json(details), SEALED))
            plain |= {"encrypted": True, "key": self._sealer.header}
        else:
            plain["patients"] = details["patients"]
        write(self.out / NAME, _json(plain))
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        (self.out / JOURNAL).unlink(missing_ok=True)
        if status != "running":
            (self.out / _WRITING).unlink(missing_ok=True)
        self._written_at = time.monotonic()
        self._cost = self._written_at - started

    def counts(self) -> dict[str, int]:
        """How many entries have which status."""
        found: dict[str, int] = {}
        for entry in self.entries.values():
            found[entry["status"]] = found.get(entry["status"], 0) + 1
        return found

    def close(self) -> None:
        """Let the folder go."""
        if self._journal is not None:
            self._journal.close()
        os.close(self._lock)


def head(out: Path) -> dict[str, Any] | None:
    """The readable part of a folder's manifest, None where there is none. Raises IntegrityError where it is damaged."""
    path = out / NAME
    if not path.is_file():
        return None
    try:
        found = json.loads(read(path))
        if not isinstance(found, dict):
            raise ValueError
    except ValueError:
        raise IntegrityError("the manifest is damaged", path=path, remedy="run again with --fresh") from None
    return found


def read(path: Path) -> bytes:
    """The bytes of a file of ours. Raises VaultError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise VaultError(f"cannot be read ({error.strerror})", path=path, remedy="check the folder") from None


def write(path: Path, data: bytes) -> None:
    """Replace a file, synced, mode 0600: after a kill there is the old one or the new one. Raises VaultError."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise VaultError(f"cannot be written ({error.strerror})", path=path, remedy="check space and rights") from None


def _same(path: Path, expected: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == expected
    except OSError:
        return False


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _locked(out: Path) -> int:
    """The folder's lock: two runs into one folder would undo one another."""
    handle = os.open(out / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass
    except BlockingIOError:
        os.close(handle)
        raise UsageError(
            "another run writes to this folder", path=out, remedy="wait for it, or choose another"
        ) from None
    return handle
