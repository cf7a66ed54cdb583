"""The encrypted database file: connections, transactions, error mapping, and the mark that notices lost commits.

Two connections share one process: one reads, one writes, each behind its own lock; WAL lets them work side by side.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import sqlcipher3.dbapi2 as sqlcipher

from assistant.errors import AssistantError, IntegrityError, LockedError, UsageError, VaultError
from assistant.vault.keys import Key
from assistant.vault.lock import refuse, why

NAME: Final = "vault.db"
NEXT: Final = "vault.db.next"
MARK: Final = "mark"
PAGE: Final = 4096
BUSY_MS: Final = 10_000
_RESTORE: Final = "restore a backup with `assistant vault restore`"
# SQLite result codes, https://www.sqlite.org/rescode.html
_BUSY, _NOMEM, _FULL, _DENIED = {5, 6}, {7}, {13}, {3, 8, 14, 23}
_IOERR, _SHORT_READ, _DAMAGED = 10, 522, {11, 26}


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's errors into ours. Its messages may quote what was searched for, so none is passed on."""
    try:
        yield
    except sqlcipher.Error as error:
        raise _translate(error, path) from None
    except OSError as error:
        raise refuse(error, path, "use the vault") from None


def _translate(error: sqlcipher.Error, path: Path) -> AssistantError:
    code = int(getattr(error, "sqlite_errorcode", 0) or 0)
    primary = code & 0xFF
    if primary in _BUSY:
        return VaultError("the vault is busy", path=path, remedy="another process is writing; try again")
    if primary in _FULL:
        return VaultError("the disk is full; nothing was changed", path=path, remedy="free space and try again")
    if primary in _DENIED:
        return VaultError("the vault may not be read or written", path=path, remedy="check owner and permissions")
    if primary in _DAMAGED or code == _SHORT_READ:
        return IntegrityError("the vault is damaged: a page is not what was written", path=path, remedy=_RESTORE)
    if primary == _IOERR:
        return VaultError("the disk failed or is full; nothing was changed", path=path, remedy="check space and disk")
    if primary in _NOMEM:
        return VaultError("out of memory", path=path, remedy="close other programs and try again")
    if primary == 1 and str(error).startswith(("fts5:", "no such column", "unterminated string", "unknown special")):
        return UsageError("the search expression is malformed", remedy="quote every term")
    name = str(getattr(error, "sqlite_errorname", "") or type(error).__name__)
    return VaultError(
        f"the vault refused an operation ({name})", path=path, remedy="run `assistant vault status --verify`"
    )


Row = tuple[Any, ...]
"""One row, its columns in the order of the query: SQLite knows no types of columns, whoever asks does."""


class Runs(Protocol):
    """What runs queries: a cursor or a connection."""

    def execute(self, query: str, values: Sequence[object] = (), /) -> Cursor: ...

    def executemany(self, query: str, values: Iterable[Sequence[object]], /) -> Cursor: ...

    def close(self) -> None: ...


class Cursor(Runs, Protocol):
    """What is used of a cursor; the library carries no types."""

    connection: Connection
    lastrowid: int
    rowcount: int

    def fetchone(self) -> Row | None: ...

    def fetchall(self) -> list[Row]: ...

    def __iter__(self) -> Iterator[Row]: ...


class Connection(Runs, Protocol):
    """What is used of a connection."""

    in_transaction: bool

    def cursor(self) -> Cursor: ...

    def rollback(self) -> None: ...


def connect(path: Path, key: Key) -> Connection:
    """One keyed connection. The key is right already (its slot's tag said so): what cannot be read is damage."""
    with translated(path):
        connection = sqlcipher.connect(
            str(path), timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            # SQLCipher would otherwise write every failed page to stderr.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.set_key(f"x'{key.raw.hex()}'")
            for pragma in (
                f"busy_timeout = {BUSY_MS}",
                "temp_store = MEMORY",
                "secure_delete = ON",
                "foreign_keys = ON",
                "synchronous = FULL",
                "cell_size_check = ON",
                "trusted_schema = OFF",
                "cache_size = -16384",
            ):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except BaseException:
            connection.close()
            raise
        keyed: Connection = connection
        return keyed


def touch_private(path: Path) -> None:
    """Create an empty file that only its owner may read; SQLite gives its companions the same mode."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise refuse(error, path, "create the vault") from None


class Mark:
    """How many transactions were committed, with a MAC, in a file beside the database.

    SQLite drops a damaged tail of its write-ahead log without a word. A database that knows of fewer commits than
    this file has lost some, or was replaced by an older copy. Written after each commit, so it is never ahead.
    """

    def __init__(self, folder: Path, key: Key) -> None:
        self.path, self._key = folder / MARK, key

    def write(self, commits: int, *, durable: bool = False) -> None:
        """Note the count in place; without fsync unless `durable`: after a power cut it may only be behind."""
        count = commits.to_bytes(8, "big")
        fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(fd, count + self._key.mac(b"mark", count), 0)
            if durable:
                os.ftruncate(fd, 40)
                os.fsync(fd)
        finally:
            os.close(fd)

    def read(self) -> int:
        """The count. Raises IntegrityError where the file is missing or not what was written."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise IntegrityError(
                f"the commit mark cannot be read ({why(error)})", path=self.path, remedy=ACCEPT
            ) from None
        if len(data) != 40 or data[8:] != self._key.mac(b"mark", data[:8]):
            raise IntegrityError("the commit mark is damaged", path=self.path, remedy=ACCEPT)
        return int.from_bytes(data[:8], "big")


ACCEPT: Final = f"{_RESTORE}, or open once with `assistant vault status --accept-loss` to go on with what is there"


class Database:
    """The open file. `read` and `write` hand out cursors; every write is one transaction."""

    def __init__(self, path: Path, key: Key, mark: Mark) -> None:
        self.path = path
        self._mark = mark
        self._pid = os.getpid()
        self._read_lock, self._write_lock = threading.RLock(), threading.RLock()
        self._writing: int | None = None
        self._closed = ""
        self.last_use = time.monotonic()
        self._connect(key)

    def _connect(self, key: Key) -> None:
        self._writer = connect(self.path, key)
        try:
            with translated(self.path):
                self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
                self._writer.execute("PRAGMA journal_size_limit = 16777216").fetchone()
            self._reader = connect(self.path, key)
            with translated(self.path):
                self._reader.execute("PRAGMA query_only = ON")
                self._reader.execute("PRAGMA cache_size = -65536")
        except BaseException:
            self._writer.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Cursor]:
        """A cursor that sees what is committed, or, inside this thread's own `write`, that transaction."""
        if self._writing == threading.get_ident():
            with translated(self.path):
                yield self._writer.cursor()
            return
        with self._read_lock:
            self._alive()
            with translated(self.path):
                cursor = self._reader.cursor()
                try:
                    yield cursor
                finally:
                    cursor.close()

    @contextmanager
    def snapshot(self) -> Iterator[Cursor]:
        """A cursor for several queries that must see one state."""
        with self.read() as cursor:
            if self._writing == threading.get_ident() or self._reader.in_transaction:
                yield cursor
                return
            cursor.execute("BEGIN")
            try:
                yield cursor
            finally:
                cursor.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Cursor]:
        """A cursor inside one transaction: committed at the end, rolled back on any exception. Nested use joins it."""
        if self._writing == threading.get_ident():
            yield self._writer.cursor()
            return
        with self._write_lock:
            self._alive()
            with translated(self.path):
                cursor = self._writer.cursor()
                cursor.execute("BEGIN IMMEDIATE")
                self._writing = threading.get_ident()
                try:
                    yield cursor
                    commits = cursor.execute("UPDATE state SET commits = commits + 1 RETURNING commits").fetchall()[0][
                        0
                    ]
                    cursor.execute("COMMIT")
                except BaseException:
                    # A rollback that fails as well must not hide the first cause; closing the connection undoes it too.
                    with suppress(sqlcipher.Error):
                        self._writer.rollback()
                    raise
                finally:
                    self._writing = None
                    cursor.close()
            with suppress(OSError):  # committed already; a mark that stays behind only notices less
                self._mark.write(commits)

    @contextmanager
    def still(self) -> Iterator[Cursor]:
        """The write connection with the log emptied into the file and all writers held off: the file stands still.

        Raises VaultError where another process's checkpoint or read of an older state does not end within `BUSY_MS`.
        """
        with self._write_lock, self._read_lock:
            self._alive()
            with translated(self.path):
                cursor = self._writer.cursor()
                self._stand_still(cursor)
                try:
                    yield cursor
                finally:
                    with suppress(sqlcipher.Error):
                        self._writer.rollback()

    def _stand_still(self, cursor: Cursor) -> None:
        """Begin a transaction in which no frame of the log is left to move into the file, by anybody.

        Another process may commit between the checkpoint and the transaction. A connection cannot checkpoint inside
        its own transaction, so the reader moves those frames. Where it cannot, the writers are let go before the next
        try: a checkpoint of another process may be waiting for them.
        """
        deadline = time.monotonic() + BUSY_MS / 1000
        while True:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                busy, frames, moved = self._reader.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()[0]
            except BaseException:
                self._writer.rollback()
                raise
            if not busy and frames == moved:
                return
            self._writer.rollback()
            if time.monotonic() > deadline:
                raise VaultError("the vault is busy", path=self.path, remedy="another process reads it; try again")
            time.sleep(0.01)

    @contextmanager
    def still_attached(self, target: Path, key: Key) -> Iterator[Cursor]:
        """One consistent state with another encrypted file attached as `copy`; what is written there is committed.

        Writers wait meanwhile, readers do not.
        """
        with self._write_lock:
            self._alive()
            with translated(self.path):
                cursor = self._writer.cursor()
                cursor.execute("ATTACH DATABASE ? AS copy KEY ?", (str(target), f"x'{key.raw.hex()}'"))
                try:
                    cursor.execute("PRAGMA copy.journal_mode = OFF").fetchall()
                    cursor.execute("BEGIN IMMEDIATE")
                    yield cursor
                    cursor.execute("COMMIT")
                except BaseException:
                    with suppress(sqlcipher.Error):
                        self._writer.rollback()
                    raise
                finally:
                    cursor.execute("DETACH DATABASE copy")

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Other threads' writes wait while the block runs."""
        with self._write_lock:
            self._alive()
            yield

    def exchange(self, put_in_place: Callable[[], None], key: Key) -> None:
        """Close, let the file be replaced, open with another key; other threads wait meanwhile.

        Where that fails half-way the database stays closed: opening the vault again finishes or undoes it.
        """
        with self._write_lock, self._read_lock:
            self._alive()
            self.close("the vault was closed while it was being rekeyed")
            put_in_place()
            self._connect(key)
            self._closed = ""

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and cut it off, as far as other readers permit."""
        with self._write_lock:
            self._alive()
            with translated(self.path):
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _alive(self) -> None:
        self.last_use = time.monotonic()
        if self._closed:
            raise LockedError(self._closed, path=self.path.parent, remedy="open the vault again")
        if os.getpid() != self._pid:
            raise VaultError("the vault was opened by a parent process", remedy="open it in this process")

    def close(self, reason: str = "the vault is closed") -> None:
        """Close both connections; the last one to close empties the write-ahead log. Safe to call twice."""
        with self._write_lock, self._read_lock:
            if self._closed:
                return
            self._closed = reason
            if os.getpid() != self._pid:  # a child must not touch the parent's file locks
                return
            for connection in (self._reader, self._writer):
                with suppress(sqlcipher.Error):
                    connection.close()
