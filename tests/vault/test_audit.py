from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from assistant.errors import IntegrityError, UsageError
from assistant.vault import Vault
from assistant.vault import audit as audit_module

from .conftest import CHEAP, secret


def filled(vault: Vault, n: int = 12) -> Vault:
    for i in range(n):
        vault.audit.append(
            "ask", {"policy": "healthcare", "sha256": "ab" * 32, "n": i, "ms": 1.5, "labels": ["public"]}
        )
    return vault


def tamper(vault: Vault, *statements: str) -> None:
    """What somebody does who holds the database key, but not the audit key."""
    with vault._db.write() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_a_chain_verifies_and_its_records_come_back(vault: Vault) -> None:
    filled(vault)
    report = vault.audit.verify()
    assert report.ok and report.records == 12 == len(vault.audit)
    records = list(vault.audit.records(since=10))
    assert [record.seq for record in records] == [11, 12]
    assert vault.audit.record(records[0].id) == records[0]
    assert records[1].record["labels"] == ["public"]
    with pytest.raises(UsageError):
        vault.audit.record("a99-none")


@pytest.mark.parametrize(
    ("statement", "damage", "seq"),
    [
        ("UPDATE audit SET record = replace(record, 'healthcare', 'none') WHERE seq = 5", "changed", 5),
        ("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE seq = 5", "changed", 5),
        ("UPDATE audit SET kind = 'init' WHERE seq = 5", "changed", 5),
        ("UPDATE audit SET id = 'a5-000000000000' WHERE seq = 5", "changed", 5),
        ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 5", "changed", 5),
        ("UPDATE audit SET mac = 'text' WHERE seq = 5", "changed", 5),
        ("UPDATE audit SET record = x'00' WHERE seq = 5", "changed", 5),
        ("DELETE FROM audit WHERE seq = 5", "missing", 5),
        ("DELETE FROM audit WHERE seq = 1", "missing", 1),
        ("DELETE FROM audit WHERE seq > 9", "cut", 10),
        ("DELETE FROM audit", "cut", 1),
        ("INSERT INTO audit SELECT 13, at, kind, 'forged', record, mac FROM audit WHERE seq = 12", "changed", 13),
        ("UPDATE audit_head SET seq = 9", "head", 0),
        ("UPDATE audit_head SET base_seq = 'x'", "head", 0),
        ("DELETE FROM audit_head", "head", 0),
    ],
)
def test_tampering_is_found_where_it_is(vault: Vault, statement: str, damage: str, seq: int) -> None:
    filled(vault)
    tamper(vault, statement)
    report = vault.audit.verify()
    assert (report.ok, report.damage, report.bad_seq) == (False, damage, seq)
    assert any("audit" in problem for problem in vault.integrity())


def test_records_that_changed_places_are_found(vault: Vault) -> None:
    filled(vault)
    tamper(
        vault,
        "UPDATE audit SET seq = 100 WHERE seq = 5",
        "UPDATE audit SET seq = 5 WHERE seq = 6",
        "UPDATE audit SET seq = 6 WHERE seq = 100",
    )
    report = vault.audit.verify()
    assert (report.ok, report.bad_seq) == (False, 5)


def test_500_random_edits_are_all_found(vault: Vault) -> None:
    filled(vault, 30)
    rng = random.Random(20261123)
    columns = ("at", "kind", "id", "record", "mac")
    missed: list[str] = []
    for _ in range(500):
        seq, other = rng.sample(range(1, 30), 2)
        statement = rng.choice(
            [
                f"DELETE FROM audit WHERE seq = {seq}",
                f"DELETE FROM audit WHERE seq >= {seq}",
                f"UPDATE audit SET seq = 1000 + seq WHERE seq = {seq}",
                *[
                    f"UPDATE audit SET {c} = (SELECT {c} || 'x' FROM audit WHERE seq = {other}) WHERE seq = {seq}"
                    for c in columns
                ],
                f"UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = {other}) WHERE seq = {seq}",
                f"UPDATE audit SET mac = randomblob(32), record = '{{}}' WHERE seq = {seq}",
                f"UPDATE audit_head SET seq = {seq}, mac = (SELECT mac FROM audit WHERE seq = {seq})",
            ]
        )
        if _verified_after(vault, statement).ok:
            missed.append(statement)
    assert missed == []
    assert vault.audit.verify().ok


def _verified_after(vault: Vault, statement: str) -> audit_module.AuditReport:
    class Undo(Exception):
        pass

    report: list[audit_module.AuditReport] = []
    try:
        with vault._db.write() as cursor:
            cursor.execute(statement)
            report.append(vault.audit.verify())
            raise Undo
    except Undo:
        return report[0]


def test_a_tail_cut_together_with_a_consistent_old_head_is_found_by_the_exported_head(vault: Vault) -> None:
    """Somebody puts back a whole older copy of the tables: only what was written down elsewhere can tell."""
    filled(vault, 5)
    with vault._db.read() as cursor:
        old = cursor.execute("SELECT * FROM audit_head").fetchall()[0]
    filled(vault, 5)
    exported = vault.audit.head()
    assert vault.audit.verify(exported).ok
    with vault._db.write() as cursor:
        cursor.execute("DELETE FROM audit WHERE seq > 5")
        cursor.execute("UPDATE audit_head SET seq = ?, mac = ?, seal = ?", (old[3], old[4], old[5]))
    assert vault.audit.verify().ok
    report = vault.audit.verify(exported)
    assert (report.ok, report.damage) == (False, "exported-head")


def test_an_earlier_exported_head_still_fits_and_a_forged_one_is_refused(vault: Vault) -> None:
    filled(vault, 3)
    exported = vault.audit.head()
    filled(vault, 3)
    assert vault.audit.verify(exported).ok
    for forged in (
        "",
        "x:1:2:3",
        exported[:-1] + ("0" if exported[-1] != "0" else "1"),
        exported.replace(":3:", ":4:"),
    ):
        with pytest.raises(IntegrityError, match="exported head"):
            vault.audit.verify(forged)


@pytest.mark.parametrize(
    "record",
    [
        {"question": "What lowers fever?"},
        {"name": "Ann Lee"},
        {"x": "a" * 129},
        {"x": "naïve"},
        {"x": "line\nbreak"},
        {"two words": 1},
        {"nested": [{"deep": "Some text."}]},
        {"x": float("nan")},
        {"x": b"bytes"},
        {"x": {1: 2}},
        {"x": ["a"] * 40_000},
    ],
)
def test_a_record_never_holds_text(vault: Vault, record: Any) -> None:
    with pytest.raises(UsageError) as caught:
        vault.audit.append("ask", record)
    assert "Ann" not in str(caught.value) and "fever" not in str(caught.value)
    assert len(vault.audit) == 0
    with pytest.raises(UsageError):
        vault.audit.append("Two words", {})


def test_retention_drops_old_records_and_the_chain_goes_on(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Callable[[str], None] = lambda at: monkeypatch.setattr(audit_module, "now", lambda: at)  # noqa: E731
    clock("2026-01-01T00:00:00Z")
    filled(vault, 5)
    early = vault.audit.head()
    clock("2026-06-01T00:00:00Z")
    filled(vault, 5)
    assert vault.audit.prune("2026-03-01T00:00:00Z") == 5
    assert vault.audit.prune("2026-03-01T00:00:00Z") == 0
    report = vault.audit.verify()
    assert report.ok and report.records == 6
    assert vault.audit.verify(early).ok
    assert list(vault.audit.records())[-1].kind == "audit.prune"
    tamper(vault, "DELETE FROM audit WHERE seq = 6")
    assert vault.audit.verify().damage == "missing"


def test_two_vaults_have_chains_of_their_own(vault: Vault, tmp_path) -> None:
    filled(vault, 2)
    with Vault.create(tmp_path / "other", secret(), kdf=CHEAP) as other:
        filled(other, 2)
        with pytest.raises(IntegrityError):
            other.audit.verify(vault.audit.head())
