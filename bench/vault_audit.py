"""500 random edits of the audit record by somebody without its key: how many the chain, the pages or the head give away.

Half are made by somebody who holds the file only: bytes changed, pages exchanged, older pages put back, the end cut off. Half are
harder: by somebody who has even the database key (not the audit key) and changes, removes, reorders, copies or adds rows and heads.

Usage: python bench/vault_audit.py [--edits 500] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from assistant.errors import IntegrityError
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault

SECRET = Secret.passphrase("correct horse battery staple")
PAGE = 4096
RECORDS = 60


def fill(folder: Path) -> tuple[bytes, str]:
    """A vault with a chain; an older copy of its file, and an exported head."""
    with Vault.create(folder, SECRET, kdf=KdfCost(64, 1, 1)) as vault:
        for n in range(RECORDS // 2):
            vault.audit.append("answer", {"n": n, "question": vault.content_hmac(str(n).encode())})
        exported = vault.audit.head()
    older = (folder / "vault.db").read_bytes()
    with Vault.open(folder, SECRET) as vault:
        text = "A text that stays. " * 40
        vault.put_document(
            Document("D", text, "d.txt", labels=frozenset({"l"})), [Chunk(text, 0, len(text))], None, content_hmac=""
        )
        for n in range(RECORDS // 2, RECORDS):
            vault.audit.append("answer", {"n": n, "question": vault.content_hmac(str(n).encode())})
    return older, exported


def bytes_edited(rng: random.Random, data: bytes, older: bytes) -> tuple[str, bytes]:
    """What a holder of the file can do without any key."""
    pages = len(data) // PAGE
    kind = rng.choice(("flip", "overwrite", "swap", "older page", "cut", "older file"))
    edited = bytearray(data)
    at = rng.randrange(len(data))
    if kind == "flip":
        edited[at] ^= 1 << rng.randrange(8)
    elif kind == "overwrite":
        length = min(rng.randrange(1, 300), len(data) - at)
        edited[at : at + length] = rng.randbytes(length)
    elif kind == "swap":
        a, b = rng.sample(range(1, pages), 2)
        edited[a * PAGE : (a + 1) * PAGE], edited[b * PAGE : (b + 1) * PAGE] = (
            data[b * PAGE : (b + 1) * PAGE],
            data[a * PAGE : (a + 1) * PAGE],
        )
    elif kind == "older page":
        differing = [
            p for p in range(len(older) // PAGE) if older[p * PAGE : (p + 1) * PAGE] != data[p * PAGE : (p + 1) * PAGE]
        ]
        page = rng.choice(differing)
        edited[page * PAGE : (page + 1) * PAGE] = older[page * PAGE : (page + 1) * PAGE]
    elif kind == "cut":
        del edited[rng.randrange(1, pages) * PAGE :]
    else:
        edited = bytearray(older)
    return kind, bytes(edited)


def rows_edited(rng: random.Random) -> tuple[str, list[str]]:
    """What a holder of the database key, but not of the audit key, can do."""
    a, b = rng.sample(range(2, RECORDS - 1), 2)
    column = rng.choice(("at", "kind", "id", "record", "mac"))
    return rng.choice(
        [
            ("change", [f"UPDATE audit SET {column} = {column} || 'x' WHERE seq = {a}"]),
            ("copy a column", [f"UPDATE audit SET record = (SELECT record FROM audit WHERE seq = {b}) WHERE seq = {a}"]),
            ("copy a MAC", [f"UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = {b}) WHERE seq = {a}"]),
            ("remove", [f"DELETE FROM audit WHERE seq = {a}"]),
            ("remove and close up", [f"DELETE FROM audit WHERE seq = {a}", f"UPDATE audit SET seq = seq - 1 WHERE seq > {a}"]),
            (
                "exchange",
                [
                    f"UPDATE audit SET seq = -1 WHERE seq = {a}",
                    f"UPDATE audit SET seq = {a} WHERE seq = {b}",
                    f"UPDATE audit SET seq = {b} WHERE seq = -1",
                ],
            ),
            ("cut", [f"DELETE FROM audit WHERE seq > {a}"]),
            (
                "cut with the head",
                [
                    f"DELETE FROM audit WHERE seq > {a}",
                    f"UPDATE audit_head SET seq = {a}, mac = (SELECT mac FROM audit WHERE seq = {a})",
                ],
            ),
            ("cut the beginning", [f"DELETE FROM audit WHERE seq < {a}", f"UPDATE audit_head SET base_seq = {a - 1}"]),
            ("add", [f"INSERT INTO audit SELECT {RECORDS + 50}, at, kind, id || 'z', record, mac FROM audit WHERE seq = {a}"]),
            ("forge a head", ["UPDATE audit_head SET seal = randomblob(32)"]),
        ]
    )  # fmt: skip


def noticed(folder: Path, exported: str, rows: list[Any]) -> bool | None:
    """What `vault status --verify` and `audit verify --head` say; None where the record is untouched after all.

    A page of an older copy, put back at its own place, has a valid HMAC: where it is no page of the record, the record is whole.
    """
    try:
        with Vault.open(folder, SECRET) as vault:
            if not vault.audit.verify(exported).ok or vault.integrity():
                return True
            return None if records(vault) == rows else False
    except IntegrityError:
        return True


def records(vault: Vault) -> list[Any]:
    return list(vault.audit.records())


def edited_by_rows(folder: Path, statements: list[str]) -> bool:
    """Apply the statements as the owner of the database key would, and verify; False where nothing was noticed."""

    class Undo(Exception):
        pass

    seen: list[Any] = []
    with Vault.open(folder, SECRET) as vault:
        try:
            with vault._db.write() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                try:
                    seen.append(not vault.audit.verify().ok)
                except IntegrityError:
                    seen.append(True)
                raise Undo
        except Undo:
            pass
    return bool(seen[0])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, start = random.Random(options.seed), time.perf_counter()
    tried: Counter[str] = Counter()
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as base:
        good, folder = Path(base) / "v", Path(base) / "w"
        older, exported = fill(good)
        data = (good / "vault.db").read_bytes()
        with Vault.open(good, SECRET) as vault:
            rows = records(vault)
        assert noticed(good, exported, rows) is None, "the untouched record must verify"
        while sum(tried.values()) < options.edits:
            found: bool | None
            if sum(tried.values()) % 2:
                kind, statements = rows_edited(rng)
                found = edited_by_rows(good, statements)
                kind = f"rows: {kind}"
            else:
                kind, edited = bytes_edited(rng, data, older)
                shutil.copytree(good, folder)
                (folder / "vault.db").write_bytes(edited)
                found = noticed(folder, exported, rows)
                shutil.rmtree(folder)
                if found is None:
                    continue
                kind = f"bytes: {kind}"
            tried[kind] += 1
            if not found:
                missed.append(kind)
    seconds = round(time.perf_counter() - start, 1)
    print(json.dumps({"edits": options.edits, "tried": tried, "missed": missed, "seconds": seconds}))


if __name__ == "__main__":
    main()
