from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault
from assistant.vault.erasure import read_marks

from .conftest import make, put, secret

MARKER = "zqxjk7vwpl3mfhd9tgrb2ncy8s5e4u6a"


def test_an_erased_document_leaves_no_row_no_word_and_no_byte(vault: Vault) -> None:
    for i in range(30):
        put(vault, f"Ordinary text number {i} about fever and rest. " * 8, title=f"O{i}")
    document_id = put(vault, f"Before {MARKER} after. " * 40, title=f"About {MARKER}", source=f"{MARKER}.txt", size=100)
    other = put(vault, "A neighbour that stays.", title="neighbour")
    vault.save_snapshot("faiss", vault.vector_epoch(), MARKER.encode() * 100)
    talk = vault.start_conversation("talk")
    vault.add_turn(talk, f"What of {MARKER}?", {"answer": f"{MARKER}.", "citations": [{"document_id": document_id}]})
    vault.add_turn(talk, "And the neighbour?", {"answer": "It stays.", "citations": [{"document_id": other}]})
    vault.pseudonym("PERSON", MARKER, f"document:{document_id}", lambda taken: "Eve Moss")
    vault.pseudonym("PERSON", "Ann Lee", "patient-1", lambda taken: "Ida Vale")
    assert vault.scan(MARKER.encode()) > 10

    erasure = vault.delete_document(document_id)

    passages = len(make(f"Before {MARKER} after. " * 40, size=100)[1])
    assert (erasure.passages, erasure.vectors, erasure.pseudonyms, erasure.turns, erasure.snapshots) == (
        passages,
        passages,
        1,
        1,
        1,
    )
    assert vault.scan(MARKER.encode()) == 0
    assert vault.bm25(f'"{MARKER}"', 10, None) == []
    assert document_id not in {info.id for info in vault.documents()}
    assert [turn.question for turn in vault.conversation(talk)] == ["And the neighbour?"]
    assert [entry.original for entry in vault.originals()] == ["ann lee"]
    assert vault.load_snapshot("faiss") is None
    assert vault.integrity() == []
    with pytest.raises(UsageError, match="no such document"):
        vault.document(document_id)
    with pytest.raises(UsageError, match="no such document"):
        vault.delete_document(document_id)


def test_erasing_a_large_document_indexes_the_rest_anew(vault: Vault) -> None:
    put(vault, "A neighbour that stays. " * 20, title="neighbour")
    large = put(vault, f"Words and {MARKER} again. " * 400, title="large")
    assert vault.document_info(large).passages > 200
    vault.delete_document(large)
    assert vault.scan(MARKER.encode()) == 0
    assert vault.bm25(f'"{MARKER}"', 5, None) == []
    assert len(vault.bm25('"neighbour"', 50, None)) == vault.status().passages > 0
    assert vault.integrity() == []


def test_the_scan_would_find_a_marker_wherever_it_is(vault: Vault) -> None:
    vault.put("note", MARKER)
    assert vault.scan(MARKER.encode()) > 0
    vault.put("note", None)
    assert vault.scan(MARKER.encode()) == 0


def test_the_list_of_erasures_says_nothing_and_is_made_again_where_lost(vault: Vault) -> None:
    document_id = put(vault, "Text.")
    mark = vault.delete_document(document_id).mark
    path = vault.folder / "erased"
    assert path.read_text() == f"{mark}\n" and document_id not in mark
    path.write_bytes(b"garbage \xff\n" + mark[:60].encode() + b"\n")
    assert read_marks(path) == set()
    assert any("erasures" in problem for problem in vault.integrity())
    vault.close()
    with Vault.open(vault.folder, secret()) as opened:
        assert read_marks(path) == {mark}
        assert opened.integrity() == []
        assert opened.status().erased == 1


def test_a_patients_pseudonyms_go_with_the_last_document_of_the_patient(vault: Vault) -> None:
    from dataclasses import replace

    ids = []
    for title in ("note 1", "note 2"):
        document, chunks = make("Ann Lee was seen.", title=title)
        ids.append(
            vault.put_document(replace(document, metadata={"scope": "patient-1"}), chunks, None, content_hmac="")
        )
    vault.pseudonym("PERSON", "Ann Lee", "patient-1", lambda taken: "Ida Vale")
    assert vault.delete_document(ids[0]).pseudonyms == 0
    assert vault.delete_document(ids[1]).pseudonyms == 1
    assert list(vault.originals()) == []
