"""What is stored of a person, found by name or number as they are written, and erased with its record or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault

from .conftest import make, put


def about(vault: Vault, scope: str, title: str) -> str:
    document, chunks = make(f"{title} was seen.", title=title, source=title)
    return vault.put_document(replace(document, metadata={"scope": scope}), chunks, None, content_hmac="")


def test_a_person_is_found_by_name_number_or_record(vault: Vault) -> None:
    first = about(vault, "patient-1", "first")
    about(vault, "patient-2", "second")
    vault.pseudonym("PERSON", "Ann Lée", "patient-1", lambda taken: "Eve Moss")
    vault.pseudonym("MRN", "00-48-29", "patient-1", lambda taken: "11-22-33")
    for asked in ("Ann Lée", "ann  lée", "004829", "00 48 29", "patient-1", "PATIENT-1"):
        assert vault.documents_about(asked) == [first], asked
    assert vault.documents_about("Ann") == vault.documents_about("nobody") == []


def test_a_document_is_found_by_the_file_in_which_the_person_was_known(vault: Vault) -> None:
    note = put(vault, "Seen.", source="note.txt")
    vault.pseudonym("PERSON", "Bo Kern", "note.txt", lambda taken: "Ida Vale")
    assert vault.documents_about("bo kern") == [note]


def test_each_erasure_has_its_record(vault: Vault) -> None:
    ids = [put(vault, "One.", source="1"), put(vault, "Two.", source="2")]
    erasures = vault.erase_documents(ids, {"principal": "olga"})
    assert [erasure.document_id for erasure in erasures] == ids
    records = [record for record in vault.audit.records() if record.kind == "erase"]
    assert [(r.record["document"], r.record["principal"]) for r in records] == [(one, "olga") for one in ids]
    assert vault.documents() == []


def test_where_one_is_not_there_none_is_erased_and_nothing_recorded(vault: Vault) -> None:
    kept = put(vault, "One.", source="1")
    with pytest.raises(UsageError):
        vault.erase_documents([kept, "nothing"], {"principal": "olga"})
    assert [info.id for info in vault.documents()] == [kept]
    assert [record.kind for record in vault.audit.records()] == []
    assert vault.status().erased == 0


def test_a_scope_forgets_what_it_learnt_since_a_mark(vault: Vault) -> None:
    assert vault.pseudonym_mark() == 0
    vault.pseudonym("PERSON", "Ann Lee", "talk", lambda taken: "Eve Moss")
    mark = vault.pseudonym_mark()
    vault.pseudonym("PERSON", "Bo Kern", "talk", lambda taken: "Ida Vale")
    vault.pseudonym("PERSON", "Cy Dorn", "other", lambda taken: "Una Reed")
    assert vault.forget_pseudonyms("talk", mark) == 1
    assert {one.original for one in vault.originals()} == {"ann lee", "cy dorn"}
    assert vault.forget_pseudonyms("talk", mark) == 0
