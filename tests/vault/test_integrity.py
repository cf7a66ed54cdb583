"""Bytes that are not what was written, files cut short, a full disk: noticed, named, nothing lost."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from assistant.errors import ExitCode, IntegrityError
from assistant.vault import Vault
from assistant.vault import store as store_module

from .conftest import CHEAP, PAGE, PASSPHRASE, filled, put, secret


def test_a_flipped_byte_in_any_page_is_noticed_when_the_vault_opens(folder: Path) -> None:
    data = filled(folder)
    rng = random.Random(11)
    for page in range(len(data) // PAGE):
        at = page * PAGE + rng.choice([0, PAGE - 1, PAGE - 17, rng.randrange(PAGE)])
        (folder / "vault.db").write_bytes(data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :])
        with pytest.raises(IntegrityError) as caught:
            Vault.open(folder, secret())
        assert caught.value.exit_code == ExitCode.INTEGRITY
        assert caught.value.remedy and "vault.db" in str(caught.value)
    (folder / "vault.db").write_bytes(data)
    with Vault.open(folder, secret()) as vault:
        assert len(vault.documents()) == 40
        assert vault.integrity() == []


def test_in_a_large_vault_damage_is_noticed_by_the_full_check_and_by_reading(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = filled(folder)
    monkeypatch.setattr(store_module, "_CHECKED_AT_OPEN", 0)
    rng = random.Random(13)
    seen_by_reading = 0
    pages = rng.sample(range(len(data) // PAGE), 40)
    for page in pages:
        at = page * PAGE + rng.randrange(PAGE)
        (folder / "vault.db").write_bytes(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
        try:
            with Vault.open(folder, secret()) as vault:
                assert vault.integrity() != []
        except IntegrityError:
            pass
        try:
            with Vault.open(folder, secret()) as vault:
                for info in vault.documents():
                    vault.document(info.id)
                    vault.document_passages(info.id)
                vault.bm25('"fever" OR "cough"', 50, None)
                vault.vectors()
        except IntegrityError:
            seen_by_reading += 1
        (folder / "vault.db").write_bytes(data)
    assert seen_by_reading > len(pages) // 2


def test_pages_added_at_the_end_are_noticed(folder: Path) -> None:
    data = filled(folder)
    for more in (b"x", bytes(PAGE), os.urandom(5 * PAGE)):
        (folder / "vault.db").write_bytes(data + more)
        with pytest.raises(IntegrityError):
            Vault.open(folder, secret())


def test_pages_that_changed_places_are_noticed(folder: Path) -> None:
    data = filled(folder)
    swapped = data[: 5 * PAGE] + data[6 * PAGE : 7 * PAGE] + data[5 * PAGE : 6 * PAGE] + data[7 * PAGE :]
    (folder / "vault.db").write_bytes(swapped)
    with pytest.raises(IntegrityError):
        Vault.open(folder, secret())


def test_nothing_readable_is_in_any_file(tmp_path: Path) -> None:
    canary = "CANARYzq7xk2vj9wplm4"
    folder = tmp_path / "v"
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        document_id = put(vault, f"About {canary}. " * 200, title=canary, source=f"{canary}.txt", labels=(canary,))
        vault.bm25(f'"{canary}" OR "about"', 5, None)
        talk = vault.start_conversation(canary)
        vault.add_turn(talk, canary, {"answer": canary, "citations": [{"document_id": document_id}]})
        vault.search_conversations(canary)
        vault.pseudonym("PERSON", canary, canary, lambda taken: "Eve Moss")
        vault.save_snapshot("faiss", 1, canary.encode() * 1000)
        vault.put(canary, canary)
        vault.add_user("ann", canary, [], kdf=CHEAP)
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {"vault.db-wal", "vault.db-shm"} <= {path.name for path in files}
        for path in files:
            data = path.read_bytes().lower()
            assert canary.lower().encode() not in data, path.name
            assert PASSPHRASE.encode() not in data, path.name
            assert not data.startswith(b"sqlite format"), path.name
