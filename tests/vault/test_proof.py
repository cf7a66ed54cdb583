"""`prove_erased` says that nothing is left, and says so only then."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault, backup, restore

from .conftest import make, put, secret

MARKER = "zqxjk7vwpl3mfhd9tgrb2ncy8s5e4u6a"
TEXT = f"The mascot of ward seven is {MARKER}. " + "Visitors ring at the door of the ward before nine. " * 12


def test_an_erased_document_is_proven_gone(vault: Vault) -> None:
    for i in range(20):
        put(vault, f"Ordinary text number {i} about fever and rest. " * 8, title=f"O{i}")
    document_id = put(vault, TEXT, title=f"About {MARKER}", source="w.txt", size=200)
    vault.audit.append("ingest", {"ids": [document_id]})
    with pytest.raises(UsageError, match="no document of that id was erased"):
        vault.prove_erased(document_id)
    vault.delete_document(document_id)
    proof = vault.prove_erased(document_id, MARKER)
    assert proof.holds, proof
    assert proof.fingerprints > 5
    assert proof.pages > 10
    with pytest.raises(UsageError, match="at least 12 bytes"):
        vault.prove_erased(document_id, "short")


def test_the_proof_fails_where_anything_is_left(vault: Vault) -> None:
    """Each kind of remainder is planted and found: a proof that cannot fail would show nothing."""
    document_id = put(vault, TEXT, size=200)
    vault.delete_document(document_id)
    assert vault.prove_erased(document_id).holds
    vault.put("left", TEXT[40:400])  # no marker given: the fingerprints find it
    assert vault.prove_erased(document_id).bytes > 0
    vault.put("left", None)
    vault.put("left", f"see {document_id}")
    assert vault.prove_erased(document_id).rows == 1
    vault.put("left", None)
    talk = vault.start_conversation("")
    vault.add_turn(talk, "What of it?", {"citations": [{"document_id": document_id}]})
    found = vault.prove_erased(document_id)
    assert (found.keys, found.rows) == (1, 1)
    vault.delete_conversation(talk)
    vault.put("left", MARKER)
    assert vault.prove_erased(document_id, MARKER).bytes > 0
    vault.put("left", None)
    assert vault.prove_erased(document_id, MARKER).holds


def test_what_another_document_also_says_is_told_apart(vault: Vault) -> None:
    put(vault, TEXT, title="twin", source="twin.txt", size=200)
    document_id = put(vault, TEXT, title="gone", source="gone.txt", size=200)
    vault.delete_document(document_id)
    proof = vault.prove_erased(document_id)
    assert proof.holds
    assert proof.shared > 10


def test_both_forms_of_a_document_are_known(vault: Vault) -> None:
    document, chunks = make("Redacted text.", title="a")
    first = vault.put_document(document, chunks, None, content_hmac="", record="r")
    second = vault.put_document(replace(document, title="b"), chunks, None, content_hmac="", record="r+1")
    other = vault.put_document(replace(document, title="c"), chunks, None, content_hmac="", record="s")
    assert set(vault.forms(first)) == set(vault.forms(second)) == {first, second}
    assert vault.forms(other) == [other]


def test_pseudonyms_and_mentions_of_a_file_go_with_it(vault: Vault) -> None:
    """Ingest scopes pseudonyms by patient or file; a conversation that names the same person goes too."""
    document, chunks = make("Eve Moss was seen.", source="note.txt")
    document_id = vault.put_document(document, chunks, None, content_hmac="", scope="note.txt")
    talk = vault.start_conversation("")
    vault.pseudonym("PERSON", "Ann Lee", "note.txt", lambda taken: "Eve Moss")
    vault.pseudonym("ORGANIZATION", "City Hospital", "note.txt", lambda taken: "Lake Hospital")
    vault.pseudonym("PERSON", "Ann Lee", talk, lambda taken: "Ida Vale")
    vault.pseudonym("ORGANIZATION", "City Hospital", talk, lambda taken: "Hill Hospital")
    vault.add_turn(talk, "What of Ida Vale?", {"answer": "Nothing is known."})
    vault.add_turn(talk, "Is Hill Hospital open?", {"answer": "It is."})
    erasure = vault.delete_document(document_id)
    assert (erasure.pseudonyms, erasure.turns) == (3, 1)
    assert [turn.question for turn in vault.conversation(talk)] == ["Is Hill Hospital open?"]
    assert vault.scan(b"what of ida vale") == 0
    assert [entry.original for entry in vault.originals()] == ["city hospital"]


def test_a_restored_backup_proves_the_erasure_again(vault: Vault, tmp_path) -> None:
    document_id = put(vault, TEXT, size=200)
    archive = backup(vault, tmp_path / "vault.backup")
    vault.delete_document(document_id)
    vault.close()
    with restore(archive, vault.folder, secret(), replace_existing=True) as restored:
        assert restored.prove_erased(document_id, MARKER).holds
        assert restored.prove_erased(document_id).fingerprints > 5


def test_fingerprints_hold_no_text(vault: Vault) -> None:
    document_id = put(vault, TEXT, size=200)
    mark = vault.delete_document(document_id).mark
    stored = json.loads(vault.get(f"erased:{mark}") or "[]")
    assert stored and all(len(value) == 24 and int(value, 16) >= 0 for value in stored)
