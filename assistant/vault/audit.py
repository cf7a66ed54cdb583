"""The audit log: append-only records, each chained to the one before by a keyed MAC.

A record holds identifiers, hashes, numbers and verdicts, never text: values are checked against an allow-list when they
are appended. The chain's end is kept apart from the records and can be exported, so that a cut-off tail is noticed.
"""

from __future__ import annotations

import hmac
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.errors import IntegrityError, UsageError
from assistant.vault.database import Cursor, Database, Row, Runs, now
from assistant.vault.keys import Key
from assistant.vault.slots import canonical

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_.:/@+-]{0,128}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_MAX_BYTES: Final = 65536
_START: Final = bytes(32)
# Columns as bytes with their types: what a forger wrote need not be text that can be decoded.
_RAW: Final = (
    "typeof(at) || typeof(kind) || typeof(id) || typeof(record) || typeof(mac), CAST(at AS BLOB), CAST(kind AS BLOB), "
    "CAST(id AS BLOB), CAST(record AS BLOB), CAST(mac AS BLOB)"
)
_TYPES: Final = "texttexttexttextblob"
_HEAD: Final = (
    "SELECT base_seq, base_mac, seq, mac, seal FROM audit_head WHERE typeof(base_seq) || typeof(base_mac) "
    "|| typeof(seq) || typeof(mac) || typeof(seal) = 'integerblobintegerblobblob'"
)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One record as stored."""

    seq: int
    at: str
    kind: str
    id: str
    record: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What verification found. `damage` is "" or one of changed, missing, reordered, cut, head, exported-head."""

    ok: bool
    records: int
    head: str
    bad_seq: int | None = None
    damage: str = ""


class AuditLog:
    """The chain of one vault."""

    def __init__(self, db: Database, key: Key, vault_id: str) -> None:
        self._db, self._key, self._vault_id = db, key, vault_id

    @classmethod
    def begin(cls, cursor: Runs, key: Key, vault_id: str) -> None:
        """Begin the chain of a new vault."""
        seal = _seal(key, vault_id, 0, _START, 0, _START)
        cursor.execute("INSERT INTO audit_head VALUES (1, 0, ?, 0, ?, ?)", (_START, _START, seal))

    def append(self, kind: str, record: Mapping[str, object]) -> str:
        """Add a record; its audit id. Raises UsageError where it holds anything that could be text."""
        if not _KIND.fullmatch(kind):
            raise UsageError("an audit kind is a short lower-case name", remedy="use a name such as 'ask'")
        _validate(record)
        body = canonical(record)
        if len(body) > _MAX_BYTES:
            raise UsageError("an audit record is over 64 KiB", remedy="record hashes and counts")
        with self._db.write() as cursor:
            base_seq, base_mac, seq, previous = self._head(cursor)
            number, at = seq + 1, now()
            # The id is part of what is chained and is made before the MAC, so it draws on the chain so far.
            identity = f"a{number}-{self._key.mac(b'id', previous, body).hex()[:12]}"
            mac = self._mac(previous, number, at.encode(), kind.encode(), identity.encode(), body)
            cursor.execute("INSERT INTO audit VALUES (?,?,?,?,?,?)", (number, at, kind, identity, body.decode(), mac))
            cursor.execute(
                "UPDATE audit_head SET seq = ?, mac = ?, seal = ?",
                (number, mac, self._seal(base_seq, base_mac, number, mac)),
            )
        return identity

    def verify(self, exported: str | None = None) -> AuditReport:
        """Walk the whole chain; `exported` is a head written down earlier, which the chain must contain."""
        known = self._read_head(exported) if exported is not None else None
        with self._db.snapshot() as cursor:
            rows = cursor.execute(_HEAD).fetchall()
            if not self._sealed(rows):
                return AuditReport(False, 0, "", 0, "head")
            base_seq, previous, seq, head_mac, _ = rows[0]
            expected, met = base_seq + 1, known is None or known == (base_seq, previous.hex())
            for number, *rest in cursor.execute(f"SELECT seq, {_RAW} FROM audit ORDER BY seq"):  # noqa: S608
                if number != expected:
                    return AuditReport(False, number - base_seq, "", expected, "missing")
                if not self._follows(previous, number, tuple(rest)):
                    return AuditReport(False, number - base_seq, "", number, self._damage(cursor, previous, number))
                mac = rest[-1]
                met = met or known == (number, mac.hex())
                previous, expected = mac, number + 1
            if expected - 1 != seq or previous != head_mac:
                return AuditReport(False, expected - 1 - base_seq, "", expected, "cut")
            head = self._export(seq, head_mac)
        if not met:
            return AuditReport(False, seq - base_seq, head, known[0] if known else None, "exported-head")
        return AuditReport(True, seq - base_seq, head)

    def records(self, since: int = 0, limit: int | None = None) -> Iterator[AuditRecord]:
        """Records with a number above `since`, oldest first."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT seq, at, kind, id, record FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
                (since, -1 if limit is None else limit),
            ).fetchall()
        return (AuditRecord(seq, at, kind, identity, json.loads(body)) for seq, at, kind, identity, body in rows)

    def record(self, audit_id: str) -> AuditRecord:
        """One record by its audit id. Raises UsageError where there is none."""
        with self._db.read() as cursor:
            rows = cursor.execute("SELECT seq, at, kind, id, record FROM audit WHERE id = ?", (audit_id,)).fetchall()
        if not rows:
            raise UsageError("there is no such audit record", remedy="see `assistant audit show`")
        seq, at, kind, identity, body = rows[0]
        return AuditRecord(seq, at, kind, identity, json.loads(body))

    def head(self) -> str:
        """The end of the chain in one line, to be kept elsewhere: `verify` compares with it."""
        with self._db.read() as cursor:
            _, _, seq, mac = self._head(cursor)
        return self._export(seq, mac)

    def __len__(self) -> int:
        with self._db.read() as cursor:
            base_seq, _, seq, _ = self._head(cursor)
        return seq - base_seq

    def prune(self, before: str) -> int:
        """Drop records older than a time (ISO, UTC) as the policy's retention says; how many went.

        The chain goes on from the last dropped record's MAC. The pruning is itself a record.
        """
        with self._db.read() as cursor:
            if not cursor.execute("SELECT 1 FROM audit WHERE at < ? LIMIT 1", (before,)).fetchall():
                return 0
        with self._db.write() as cursor:
            base_seq, _, seq, mac = self._head(cursor)
            # Up to the first record that is young enough: clocks may step back, the order of the chain does not.
            keep = cursor.execute("SELECT min(seq) FROM audit WHERE at >= ?", (before,)).fetchall()[0][0]
            last = seq if keep is None else int(keep) - 1
            if last <= base_seq:
                return 0
            base_mac = cursor.execute("SELECT mac FROM audit WHERE seq = ?", (last,)).fetchall()[0][0]
            gone = int(cursor.execute("DELETE FROM audit WHERE seq <= ?", (last,)).rowcount)
            cursor.execute(
                "UPDATE audit_head SET base_seq = ?, base_mac = ?, seal = ?",
                (last, base_mac, self._seal(last, base_mac, seq, mac)),
            )
            self.append("audit.prune", {"records": gone, "last": last})
        return gone

    def _head(self, cursor: Cursor) -> tuple[int, bytes, int, bytes]:
        rows = cursor.execute(_HEAD).fetchall()
        if not self._sealed(rows):
            raise IntegrityError("the head of the audit chain was changed", remedy="run `assistant audit verify`")
        base_seq, base_mac, seq, mac, _ = rows[0]
        return int(base_seq), bytes(base_mac), int(seq), bytes(mac)

    def _damage(self, cursor: Cursor, previous: bytes, number: int) -> str:
        """Whether the record that belongs here stands elsewhere: moved records are whole."""
        rows = cursor.connection.execute(f"SELECT {_RAW} FROM audit WHERE seq <> ?", (number,)).fetchall()  # noqa: S608
        return "reordered" if any(self._follows(previous, number, row) for row in rows) else "changed"

    def _follows(self, previous: bytes, seq: int, row: Row) -> bool:
        """Whether the row is the record of this number after that chain; a forger may have changed types too."""
        types, at, kind, identity, body, mac = row
        if types != _TYPES:
            return False
        return hmac.compare_digest(mac, self._mac(previous, seq, at, kind, identity, body))

    def _sealed(self, rows: Sequence[Row]) -> bool:
        if len(rows) != 1:
            return False
        base_seq, base_mac, seq, mac, seal = rows[0]
        return hmac.compare_digest(seal, self._seal(base_seq, base_mac, seq, mac))

    def _mac(self, previous: bytes, seq: int, at: bytes, kind: bytes, identity: bytes, body: bytes) -> bytes:
        return self._key.mac(b"record", previous, self._vault_id.encode(), str(seq).encode(), at, kind, identity, body)

    def _seal(self, base_seq: int, base_mac: bytes, seq: int, mac: bytes) -> bytes:
        return _seal(self._key, self._vault_id, base_seq, base_mac, seq, mac)

    def _export(self, seq: int, mac: bytes) -> str:
        proof = self._key.mac(b"export", self._vault_id.encode(), str(seq).encode(), mac).hex()
        return f"{self._vault_id}:{seq}:{mac.hex()}:{proof}"

    def _read_head(self, exported: str) -> tuple[int, str]:
        parts = exported.strip().split(":")
        try:
            vault_id, seq, mac, _ = parts
            genuine = vault_id == self._vault_id and hmac.compare_digest(
                exported.strip(), self._export(int(seq), bytes.fromhex(mac))
            )
        except ValueError:
            genuine = False
        if not genuine:
            raise IntegrityError(
                "the exported head is not one of this vault", remedy="give the head as it was exported"
            )
        return int(parts[1]), parts[2]


def _seal(key: Key, vault_id: str, base_seq: int, base_mac: bytes, seq: int, mac: bytes) -> bytes:
    return key.mac(b"head", vault_id.encode(), str(base_seq).encode(), base_mac, str(seq).encode(), mac)


def _validate(value: object, where: str = "record", depth: int = 0) -> None:
    if depth > 8:
        raise UsageError("an audit record is nested too deeply", remedy="record flat values")
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UsageError(f"audit: {where} is not a finite number", remedy="record a number")
    elif isinstance(value, str):
        if not _IDENTIFIER.fullmatch(value):
            raise UsageError(f"audit: {where} is not a short identifier", remedy="record a hash or an id, never text")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not _IDENTIFIER.fullmatch(key):
                raise UsageError(f"audit: a key under {where} is not a short identifier", remedy="use fixed key names")
            _validate(inner, key, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _validate(inner, where, depth + 1)
    else:
        raise UsageError(f"audit: {where} has a type that JSON has not", remedy="record strings and numbers")
