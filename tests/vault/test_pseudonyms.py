"""Names and what stands for them: the same in its scope, known again, reversible, and gone with its document."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import VaultError
from assistant.vault import Vault, backup, restore

from .conftest import put, secret


def test_a_pseudonym_is_the_same_in_its_scope_and_can_be_reversed(vault: Vault) -> None:
    made: list[str] = []

    def make(taken):
        for name in ("Eve Moss", "Ann Lee", "Ida Vale", "Una Reed"):
            if not taken(name):
                made.append(name)
                return name
        raise AssertionError

    assert vault.pseudonym("PERSON", "Ann  LEE", "p1", make) == "Eve Moss"
    assert vault.pseudonym("PERSON", "ann lee", "p1", make) == "Eve Moss"
    # Taken in the scope, and a known original, are both passed over.
    assert vault.pseudonym("PERSON", "Bo Kern", "p1", make) == "Ida Vale"
    assert vault.pseudonym("PERSON", "Ann Lee", "p2", make) == "Eve Moss"
    assert made == ["Eve Moss", "Ida Vale", "Eve Moss"]
    assert vault.original("Ida Vale", "p1") == "bo kern"
    assert vault.original("Eve Moss") == "ann lee"
    assert vault.original("Nobody") is None
    vault.pseudonym("PERSON", "Cy Dorn", "p3", lambda taken: "Eve Moss")
    assert vault.original("Eve Moss") is None
    assert vault.original("Eve Moss", "p3") == "cy dorn"
    assert vault.known_originals({"BO KERN", "Ida Vale"}) == {"BO KERN"}
    with pytest.raises(VaultError, match="surrogate"):
        vault.pseudonym("PERSON", "Di Fox", "p1", lambda taken: "Eve Moss")
    assert vault.pseudonym_seed("P", "Ann Lee", "s") == vault.pseudonym_seed("P", "ann  lee", "s")


def test_a_telling_part_is_known_and_goes_with_its_name(vault: Vault, tmp_path: Path) -> None:
    vault.pseudonym("PERSON", "Ann Quillzor", "p", lambda taken: "Eve Moss", ["Quillzor"])
    assert vault.known_originals({"Quillzor", "QUILLZOR", "Ann"}) == {"Quillzor", "QUILLZOR"}
    assert next(iter(vault.originals("p"))).written == "Ann Quillzor"
    document_id = put(vault, "Seen.", source="p")
    archive = backup(vault, tmp_path / "b.backup")
    vault.delete_document(document_id)
    assert vault.known_originals({"Quillzor", "Ann Quillzor"}) == set()
    assert vault.scan(b"quillzor quillzor"[:12]) == 0
    vault.close()
    (vault.folder / "erased").unlink()
    with restore(archive, tmp_path / "again", secret()) as again:
        assert again.known_originals({"Quillzor"}) == {"Quillzor"}
        again.delete_document(document_id)
        assert again.known_originals({"Quillzor"}) == set(), "the trigger came along with the backup"


def test_what_is_unsure_is_kept_for_the_way_back_alone(vault: Vault) -> None:
    assert (
        vault.pseudonym("PERSON", "Robin Hoover", "p1", lambda taken: "Eve Moss", ["Hoover"], sure=False) == "Eve Moss"
    )
    assert vault.original("Eve Moss", "p1") == "robin hoover"
    assert vault.known_originals({"Robin Hoover", "Hoover"}) == set()
    assert (
        vault.pseudonym("PERSON", "robin hoover", "p1", lambda taken: "", ["Hoover"]) == "Eve Moss"
    )  # now somebody is sure
    assert vault.known_originals({"Robin Hoover", "Hoover"}) == {"Robin Hoover", "Hoover"}
    vault.pseudonym("PERSON", "Robin Hoover", "p1", lambda taken: "", sure=False)
    assert vault.known_originals({"Robin Hoover"})
